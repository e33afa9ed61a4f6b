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

from components.certificates.names import OPERATOR, ServedNames, common_name
from components.certificates.requesting import API, GROUP, PRIVATE_KEY, Requesting, existing_issuer
from components.durations import go_duration
from components.handles import ClientSecret, SecretKey, ServerCertificates, StoreCertificates
from components.kubernetes import Installation
from settings.tenants import Application
from settings.tls import CertManager

_AUTHORITY_DURATION: Final = f"{10 * 365 * 24}h"


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
    monitoring: StoreCertificates | None
    """Secret of the bundled monitoring."""
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
        self._asked = Requesting(
            name=name,
            parent=self,
            installation=args.installation,
            duration=args.settings.duration,
            renew_before=args.settings.renew_before,
            found=existing_issuer(name, args.settings.issuer, args.installation.namespace, self),
        )
        issuer = args.settings.issuer.model_dump()
        own = self._issuer("self-signed", {"selfSigned": {}})
        internode = self._authority("internode", own)
        frontend = self._asked.leaf("frontend-tls", names.frontend, ["server auth"], issuer)
        self.server = ServerCertificates(
            internode=self._asked.leaf("internode-tls", [names.internode], ["server auth", "client auth"], internode),
            internode_name=names.internode,
            frontend=frontend,
            frontend_name=names.frontend[0],
            frontend_ca=SecretKey(secret=frontend, key="ca.crt"),
            client_ca=SecretKey(secret=frontend, key="ca.crt"),
            refresh=go_duration(args.settings.refresh_interval),
            trust=" ".join((args.settings.kind, *issuer.values())),
        )
        self.ui = self._asked.leaf("ui-tls", names.ui, ["server auth"], issuer) if names.ui else None
        self.database = self._store("database", names.database, own) if names.database else None
        self.search = self._search(own) if names.search else None
        self.archive = self._store("archive", names.archive, own) if names.archive else None
        both = ["server auth", "client auth"]
        self.monitoring = self._store("monitoring", names.monitoring, own, both) if names.monitoring else None
        self._own_clients = {who: self._asked.client_leaf(who, issuer) for who in args.own_clients}
        self.operator_secret = f"temporal-client-{OPERATOR}"
        self.register_outputs({})

    def own_client(self, who: str) -> pulumi.Output[str]:
        """Secret in the installation's namespace with the client certificate of one of its own parts."""
        return self._own_clients[who]

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """A Certificate in the application's namespace; cert-manager makes the Secret beside it."""
        return self._asked.application_client(name, application, self._args.settings.issuer.model_dump(), labels, opts)

    def _search(self, own: Mapping[str, str]) -> StoreCertificates:
        """Java reads keys in PKCS #8 only. Nodes are clients of each other, with the same leaf, and know each other by
        its subject."""
        names = self._args.names.search
        more = {"commonName": common_name(names), "privateKey": {**PRIVATE_KEY, "encoding": "PKCS8"}}
        return self._store("search", names, own, ["server auth", "client auth"], more)

    def _store(
        self,
        who: str,
        names: Sequence[str],
        own: Mapping[str, str],
        usages: Sequence[str] = ("server auth",),
        more: Mapping[str, Any] | None = None,
    ) -> StoreCertificates:
        leaf = self._asked.leaf(f"{who}-tls", names, usages, self._authority(who, own), more)
        return StoreCertificates(
            serving=leaf,
            authority=SecretKey(secret=leaf, key="ca.crt"),
            subject=f"CN={common_name(names)}",
            trust=self._args.settings.kind,
        )

    def _authority(self, who: str, own: Mapping[str, str]) -> dict[str, str]:
        """An authority of the installation's own; returns the reference to its issuer."""
        secret = f"temporal-{who}-ca"
        certificate = self._asked.certificate(
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

    def _issuer(self, role: str, spec: dict[str, Any], after: pulumi.Resource | None = None) -> dict[str, str]:
        """An issuer in the installation's namespace; returns the reference to it."""
        installation = self._args.installation
        k8s.apiextensions.CustomResource(
            f"{self._name}-{role}-issuer",
            api_version=API,
            kind="Issuer",
            metadata=installation.metadata(f"temporal-{role}", "certificates", installation.server_version),
            spec=spec,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after] if after else None),
        )
        return {"kind": "Issuer", "name": f"temporal-{role}", "group": GROUP}
