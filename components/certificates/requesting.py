"""Certificates asked of cert-manager, which issues and renews them by itself.

Source: cert-manager.io, API reference of cert-manager.io/v1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.certificates.names import APPLICATION_SECRET, is_address
from components.durations import go_duration
from components.handles import ClientSecret
from components.kubernetes import Installation
from settings.tenants import Application
from settings.tls import Issuer

GROUP: Final = "cert-manager.io"
API: Final = f"{GROUP}/v1"
PRIVATE_KEY: Final = {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}
_READY: Final = {"pulumi.com/waitFor": "condition=Ready"}


@dataclass(frozen=True, kw_only=True)
class Requesting:
    """Makes Certificate objects as children of a component."""

    name: str
    """What the children's names begin with."""
    parent: pulumi.Resource
    """The component."""
    installation: Installation
    """Whose certificates."""
    duration: str
    """Validity of leaves."""
    renew_before: str
    """How long before their end they are renewed."""
    found: Sequence[pulumi.Resource]
    """What Certificates come after: the issuer, as `existing_issuer` reads it."""

    def leaf(
        self,
        role: str,
        names: Sequence[str],
        usages: Sequence[str],
        issuer: Mapping[str, str],
        more: Mapping[str, Any] | None = None,
    ) -> pulumi.Output[str]:
        """A leaf; returns the name of its Secret, known at a preview, and after the certificate."""
        secret = f"temporal-{role}"
        certificate = self.certificate(role, {**self._spec(secret, names, usages, issuer), **(more or {})})
        return certificate.urn.apply(lambda _: secret)

    def client_leaf(self, who: str, issuer: Mapping[str, str]) -> pulumi.Output[str]:
        """What one of the installation's own clients shows."""
        return self.leaf(f"client-{who}", [self._client_name(who)], ["client auth"], issuer)

    def application_client(
        self,
        name: str,
        application: Application,
        issuer: Mapping[str, str],
        labels: Mapping[str, str],
        opts: pulumi.ResourceOptions,
    ) -> ClientSecret:
        """A Certificate in the application's namespace; cert-manager makes the Secret beside it, which this is."""
        client = self._client_name(f"app-{application.namespace}")
        k8s.apiextensions.CustomResource(
            name,
            api_version=API,
            kind="Certificate",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=APPLICATION_SECRET, namespace=application.namespace, labels=dict(labels), annotations=_READY
            ),
            spec=self._spec(APPLICATION_SECRET, [client], ["client auth"], issuer),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(self.found))),
        )
        return ClientSecret(name=APPLICATION_SECRET, certificate="")

    def certificate(
        self, role: str, spec: dict[str, Any], *, protect: bool = False
    ) -> k8s.apiextensions.CustomResource:
        """A Certificate in the installation's namespace."""
        installation = self.installation
        return k8s.apiextensions.CustomResource(
            f"{self.name}-{role}",
            api_version=API,
            kind="Certificate",
            metadata=installation.metadata(f"temporal-{role}", "certificates", installation.server_version, _READY),
            spec=spec,
            opts=pulumi.ResourceOptions(parent=self.parent, depends_on=list(self.found), protect=protect or None),
        )

    def _client_name(self, who: str) -> str:
        return f"{who}.client.{self.installation.name}"

    def _spec(
        self, secret: str, names: Sequence[str], usages: Sequence[str], issuer: Mapping[str, str]
    ) -> dict[str, Any]:
        addresses = [name for name in names if is_address(name)]
        return {
            "secretName": secret,
            "dnsNames": [name for name in names if name not in addresses],
            **({"ipAddresses": addresses} if addresses else {}),
            "usages": ["digital signature", *usages],
            "duration": go_duration(self.duration),
            "renewBefore": go_duration(self.renew_before),
            "privateKey": PRIVATE_KEY,
            "issuerRef": dict(issuer),
        }


def existing_issuer(name: str, issuer: Issuer, namespace: str, parent: pulumi.Resource) -> list[pulumi.Resource]:
    """The issuer of the stack file, read: one that is not there ends the run before any Certificate waits for it. Only
    cert-manager's own group has a version that is known here."""
    if issuer.group != GROUP:
        return []
    place = f"{namespace}/" if issuer.kind == "Issuer" else ""
    found = k8s.apiextensions.CustomResource.get(
        f"{name}-{issuer.kind}", API, issuer.kind, f"{place}{issuer.name}", pulumi.ResourceOptions(parent=parent)
    )
    return [found]
