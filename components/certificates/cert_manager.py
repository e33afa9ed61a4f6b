"""Certificates from cert-manager (`temporal:tls: {kind: cert-manager}`), which issues and renews them by itself.

Source: cert-manager.io, API reference of cert-manager.io/v1. What clients see and present is signed by the issuer of
the stack file. Between the services, and for each in-cluster store, authorities are made that sign nothing else:
whoever holds an internode certificate is the server to the server.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.certificates.names import APPLICATION_SECRET, OPERATOR, ServedNames, common_name, is_address
from components.durations import go_duration
from components.handles import ClientSecret, SecretKey, ServerCertificates, StoreCertificates
from components.kubernetes import Installation
from settings.tenants import Application
from settings.tls import CertManager

_GROUP: Final = "cert-manager.io"
_API: Final = f"{_GROUP}/v1"
_AUTHORITY_DURATION: Final = f"{10 * 365 * 24}h"
_PRIVATE_KEY: Final = {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}
_READY: Final = {"pulumi.com/waitFor": "condition=Ready"}


@dataclass(frozen=True, kw_only=True)
class CertManagerCertificatesArgs:
    """What to ask for."""

    installation: Installation
    """Whose certificates."""
    names: ServedNames
    """What the leaves are for."""
    own_clients: Sequence[str]
    """Parts of the installation that get a client certificate."""
    settings: CertManager
    """Issuer and durations."""
    protect: bool
    """Whether the engine refuses to delete the authorities."""


class CertManagerCertificates(pulumi.ComponentResource):
    """Certificate objects; cert-manager fills the Secrets they name with tls.crt, tls.key and ca.crt."""

    server: ServerCertificates
    """Secrets for the server's pods."""
    ui: pulumi.Output[str] | None
    """Secret with the UI's serving leaf."""
    database: StoreCertificates | None
    """Secret of the in-cluster database."""
    search: StoreCertificates | None
    """Secret of the in-cluster OpenSearch."""
    archive: StoreCertificates | None
    """Secret of the in-cluster archive."""
    operator_secret: str
    """Secret with the client certificate for people."""

    def __init__(
        self, name: str, args: CertManagerCertificatesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Children: the issuer as it is; a self-signing Issuer; per authority a Certificate and an Issuer; per leaf a
        Certificate."""
        super().__init__("temporal:certificates:CertManagerCertificates", name, None, opts)
        self._name = name
        self._args = args
        names = args.names
        self._found = self._existing_issuer()
        issuer = args.settings.issuer.model_dump()
        own = self._issuer("self-signed", {"selfSigned": {}})
        internode = self._authority("internode", own)
        frontend = self._leaf("frontend-tls", names.frontend, ["server auth"], issuer)
        self.server = ServerCertificates(
            internode=self._leaf("internode-tls", [names.internode], ["server auth", "client auth"], internode),
            internode_name=names.internode,
            frontend=frontend,
            frontend_name=names.frontend[0],
            frontend_ca=SecretKey(secret=frontend, key="ca.crt"),
            client_ca=SecretKey(secret=frontend, key="ca.crt"),
            refresh=go_duration(args.settings.refresh_interval),
            trust=" ".join((args.settings.kind, *issuer.values())),
        )
        self.ui = self._leaf("ui-tls", names.ui, ["server auth"], issuer) if names.ui else None
        self.database = self._store("database", names.database, own) if names.database else None
        self.search = self._search(own) if names.search else None
        self.archive = self._store("archive", names.archive, own) if names.archive else None
        self._own_clients = {
            who: self._leaf(f"client-{who}", [self._client_name(who)], ["client auth"], issuer)
            for who in args.own_clients
        }
        self.operator_secret = f"temporal-client-{OPERATOR}"
        self.register_outputs({})

    def own_client(self, who: str) -> pulumi.Output[str]:
        """Secret in the installation's namespace with the client certificate of one of its own parts."""
        return self._own_clients[who]

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """A Certificate in the application's namespace; cert-manager makes the Secret beside it."""
        k8s.apiextensions.CustomResource(
            name,
            api_version=_API,
            kind="Certificate",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=APPLICATION_SECRET, namespace=application.namespace, labels=dict(labels), annotations=_READY
            ),
            spec=self._spec(
                APPLICATION_SECRET,
                [self._client_name(f"app-{application.namespace}")],
                ["client auth"],
                self._args.settings.issuer.model_dump(),
            ),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=self._found)),
        )
        return ClientSecret(name=APPLICATION_SECRET, certificate="")

    def _client_name(self, who: str) -> str:
        return f"{who}.client.{self._args.installation.name}"

    def _search(self, own: Mapping[str, str]) -> StoreCertificates:
        """Java reads keys in PKCS #8 only. Nodes are clients of each other, with the same leaf, and know each other by
        its subject."""
        names = self._args.names.search
        more = {"commonName": common_name(names), "privateKey": {**_PRIVATE_KEY, "encoding": "PKCS8"}}
        return self._store("search", names, own, ["server auth", "client auth"], more)

    def _store(
        self,
        who: str,
        names: Sequence[str],
        own: Mapping[str, str],
        usages: Sequence[str] = ("server auth",),
        more: Mapping[str, Any] | None = None,
    ) -> StoreCertificates:
        leaf = self._leaf(f"{who}-tls", names, usages, self._authority(who, own), more)
        return StoreCertificates(
            serving=leaf,
            authority=SecretKey(secret=leaf, key="ca.crt"),
            subject=f"CN={common_name(names)}",
            trust=self._args.settings.kind,
        )

    def _authority(self, who: str, own: Mapping[str, str]) -> dict[str, str]:
        """An authority of the installation's own; returns the reference to its issuer."""
        secret = f"temporal-{who}-ca"
        certificate = self._certificate(
            f"{who}-ca",
            {
                "secretName": secret,
                "isCA": True,
                "commonName": f"{self._args.installation.name} {who} authority",
                "duration": _AUTHORITY_DURATION,
                "privateKey": {"algorithm": "ECDSA", "size": 256},
                "issuerRef": dict(own),
            },
            protect=self._args.protect,
        )
        return self._issuer(who, {"ca": {"secretName": secret}}, after=certificate)

    def _leaf(
        self,
        role: str,
        names: Sequence[str],
        usages: Sequence[str],
        issuer: Mapping[str, str],
        more: Mapping[str, Any] | None = None,
    ) -> pulumi.Output[str]:
        secret = f"temporal-{role}"
        certificate = self._certificate(role, {**self._spec(secret, names, usages, issuer), **(more or {})})
        return certificate.urn.apply(lambda _: secret)  # known at preview, and after the certificate

    def _spec(
        self, secret: str, names: Sequence[str], usages: Sequence[str], issuer: Mapping[str, str]
    ) -> dict[str, Any]:
        addresses = [name for name in names if is_address(name)]
        return {
            "secretName": secret,
            "dnsNames": [name for name in names if name not in addresses],
            **({"ipAddresses": addresses} if addresses else {}),
            "usages": ["digital signature", *usages],
            "duration": go_duration(self._args.settings.duration),
            "renewBefore": go_duration(self._args.settings.renew_before),
            "privateKey": _PRIVATE_KEY,
            "issuerRef": dict(issuer),
        }

    def _certificate(
        self, role: str, spec: dict[str, Any], *, protect: bool = False
    ) -> k8s.apiextensions.CustomResource:
        installation = self._args.installation
        return k8s.apiextensions.CustomResource(
            f"{self._name}-{role}",
            api_version=_API,
            kind="Certificate",
            metadata=installation.metadata(f"temporal-{role}", "certificates", installation.server_version, _READY),
            spec=spec,
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._found, protect=protect or None),
        )

    def _existing_issuer(self) -> list[pulumi.Resource]:
        """The issuer of the stack file, read: one that is not there ends the run before any Certificate waits for it.
        Only cert-manager's own group has a version that is known here."""
        issuer, installation = self._args.settings.issuer, self._args.installation
        if issuer.group != _GROUP:
            return []
        place = f"{installation.namespace}/" if issuer.kind == "Issuer" else ""
        found = k8s.apiextensions.CustomResource.get(
            f"{self._name}-{issuer.kind}",
            _API,
            issuer.kind,
            f"{place}{issuer.name}",
            pulumi.ResourceOptions(parent=self),
        )
        return [found]

    def _issuer(self, role: str, spec: dict[str, Any], after: pulumi.Resource | None = None) -> dict[str, str]:
        """An issuer in the installation's namespace; returns the reference to it."""
        installation = self._args.installation
        k8s.apiextensions.CustomResource(
            f"{self._name}-{role}-issuer",
            api_version=_API,
            kind="Issuer",
            metadata=installation.metadata(f"temporal-{role}", "certificates", installation.server_version),
            spec=spec,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after] if after else None),
        )
        return {"kind": "Issuer", "name": f"temporal-{role}", "group": _GROUP}
