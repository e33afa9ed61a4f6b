"""Certificates made by the stack itself (`temporal:tls: {kind: generated}`).

Authorities that trust nothing of each other: internode (between the server's services), frontend (what clients check),
client (what the frontend checks), and one for each in-cluster store. Keys are in the state, encrypted, and in Secrets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_tls as tls

from components.certificates.names import APPLICATION_SECRET, OPERATOR, ServedNames, common_name, is_address
from components.durations import go_duration
from components.handles import ClientSecret, SecretKey, ServerCertificates, StoreCertificates
from components.kubernetes import Installation
from settings.tenants import Application
from settings.tls import Generated

_AUTHORITY_HOURS: Final = 10 * 365 * 24


@dataclass(frozen=True, kw_only=True)
class GeneratedCertificatesArgs:
    """What to issue."""

    installation: Installation
    """Whose certificates."""
    names: ServedNames
    """What the leaves are for."""
    own_clients: Sequence[str]
    """Parts of the installation that get a client certificate: DNS labels."""
    applications: Sequence[str]
    """Kubernetes namespaces whose applications get a client certificate."""
    settings: Generated
    """Validity of leaves, and how often the server looks at them."""
    protect: bool
    """Whether the engine refuses to delete the authorities."""


@dataclass(frozen=True)
class _Authority:
    key: tls.PrivateKey
    certificate: tls.SelfSignedCert


@dataclass(frozen=True)
class _Leaf:
    common_name: str
    key: tls.PrivateKey
    certificate: tls.LocallySignedCert


class GeneratedCertificates(pulumi.ComponentResource):
    """Issues every certificate of a self-hosted installation and puts the server's ones into Secrets.

    Another `rotation` is another name of each leaf's key: the engine makes a new one, everything that hangs on it
    follows, and the old one goes last. Authorities have no part in it, so peers with old and new leaves go on to
    trust each other.
    """

    server: ServerCertificates
    """Secrets for the server's pods."""
    ui: pulumi.Output[str] | None
    """Secret with the UI's serving leaf."""
    database: StoreCertificates | None
    """Secrets of the in-cluster database."""
    search: StoreCertificates | None
    """Secrets of the in-cluster OpenSearch."""
    archive: StoreCertificates | None
    """Secrets of the in-cluster archive."""
    operator_secret: str
    """Secret with the client certificate for people."""

    def __init__(self, name: str, args: GeneratedCertificatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: per authority a key and a certificate; per leaf a key, a request, a certificate; Secrets."""
        super().__init__("temporal:certificates:GeneratedCertificates", name, None, opts)
        self._name = name
        self._args = args
        internode, frontend, client = (self._authority(who) for who in ("internode", "frontend", "client"))
        self._frontend, self._client = frontend, client
        internode_leaf = self._leaf("internode", internode, [args.names.internode], ["server_auth", "client_auth"])
        frontend_leaf = self._leaf("frontend", frontend, args.names.frontend, ["server_auth"])
        self.server = ServerCertificates(
            internode=self._leaf_secret("internode-tls", internode_leaf, internode),
            internode_name=args.names.internode,
            frontend=self._leaf_secret("frontend-tls", frontend_leaf, frontend),
            frontend_name=args.names.frontend[0],
            frontend_ca=self._authority_secret("frontend-ca", frontend),
            client_ca=self._authority_secret("client-ca", client),
            refresh=go_duration(args.settings.refresh_interval),
            trust=args.settings.kind,
        )
        self.ui = self._ui() if args.names.ui else None
        self.database = self._store("database", args.names.database) if args.names.database else None
        self.search = self._search() if args.names.search else None
        self.archive = self._store("archive", args.names.archive) if args.names.archive else None
        self._own_clients = {
            who: self._leaf_secret(f"client-{who}", self._client_leaf(who), frontend) for who in args.own_clients
        }
        self._applications = {who: self._client_leaf(f"app-{who}") for who in args.applications}
        self.operator_secret = f"temporal-client-{OPERATOR}"
        self.register_outputs({})

    def own_client(self, who: str) -> pulumi.Output[str]:
        """Secret in the installation's namespace with the client certificate of one of its own parts."""
        return self._own_clients[who]

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """The Secret with the application's leaf, in its namespace."""
        leaf = self._applications[application.namespace]
        k8s.core.v1.Secret(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=APPLICATION_SECRET, namespace=application.namespace, labels=dict(labels)
            ),
            type="kubernetes.io/tls",
            string_data=_tls_data(leaf, self._frontend),
            opts=opts,
        )
        return ClientSecret(name=APPLICATION_SECRET, certificate=leaf.certificate.cert_pem)

    def _ui(self) -> pulumi.Output[str]:
        return self._leaf_secret(
            "ui-tls", self._leaf("ui", self._frontend, self._args.names.ui, ["server_auth"]), self._frontend
        )

    def _store(self, who: str, names: Sequence[str]) -> StoreCertificates:
        authority = self._authority(who)
        leaf = self._leaf(who, authority, names, ["server_auth"])
        return self._stored(who, self._leaf_secret(f"{who}-tls", leaf, authority), authority, leaf)

    def _search(self) -> StoreCertificates:
        """Java reads keys in PKCS #8 only. Nodes are clients of each other, with the same leaf."""
        authority = self._authority("search")
        leaf = self._leaf("search", authority, self._args.names.search, ["server_auth", "client_auth"])
        data = {**_tls_data(leaf, authority), "tls.key": leaf.key.private_key_pem_pkcs8}
        return self._stored("search", self._secret("search-tls", "kubernetes.io/tls", data), authority, leaf)

    def _stored(self, who: str, serving: pulumi.Output[str], authority: _Authority, leaf: _Leaf) -> StoreCertificates:
        return StoreCertificates(
            serving=serving,
            authority=self._authority_secret(f"{who}-ca", authority),
            subject=f"CN={leaf.common_name}",
            trust=self._args.settings.kind,
        )

    def _child(self, *, protect: bool = False) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, protect=protect or None)

    def _key(self, name: str, *, protect: bool = False) -> tls.PrivateKey:
        return tls.PrivateKey(
            f"{self._name}-{name}", algorithm="ECDSA", ecdsa_curve="P256", opts=self._child(protect=protect)
        )

    def _authority(self, who: str) -> _Authority:
        key = self._key(f"{who}-ca-key", protect=self._args.protect)
        certificate = tls.SelfSignedCert(
            f"{self._name}-{who}-ca",
            private_key_pem=key.private_key_pem,
            subject=tls.SelfSignedCertSubjectArgs(
                common_name=f"{self._args.installation.name} {who} authority", organization="Temporal Platform"
            ),
            is_ca_certificate=True,
            set_subject_key_id=True,
            allowed_uses=["cert_signing", "crl_signing"],
            validity_period_hours=_AUTHORITY_HOURS,
            opts=self._child(protect=self._args.protect),
        )
        return _Authority(key, certificate)

    def _leaf(self, who: str, authority: _Authority, names: Sequence[str], uses: Sequence[str]) -> _Leaf:
        addresses = [name for name in names if is_address(name)]
        rotation = self._args.settings.rotation
        key = self._key(f"{who}-key-{rotation}" if rotation else f"{who}-key")
        request = tls.CertRequest(
            f"{self._name}-{who}-request",
            private_key_pem=key.private_key_pem,
            subject=tls.CertRequestSubjectArgs(common_name=common_name(names)),
            dns_names=[name for name in names if name not in addresses] or None,
            ip_addresses=addresses or None,
            opts=self._child(),
        )
        certificate = tls.LocallySignedCert(
            f"{self._name}-{who}",
            cert_request_pem=request.cert_request_pem,
            ca_cert_pem=authority.certificate.cert_pem,
            ca_private_key_pem=authority.key.private_key_pem,
            allowed_uses=["digital_signature", *uses],
            validity_period_hours=self._args.settings.leaf_days * 24,
            early_renewal_hours=self._args.settings.leaf_days * 8,
            opts=self._child(),
        )
        return _Leaf(common_name(names), key, certificate)

    def _client_leaf(self, who: str) -> _Leaf:
        name = f"{who}.client.{self._args.installation.name}"
        return self._leaf(f"client-{who}", self._client, [name], ["client_auth"])

    def _secret(self, role: str, kind: str, data: dict[str, pulumi.Input[str]]) -> pulumi.Output[str]:
        installation = self._args.installation
        secret = k8s.core.v1.Secret(
            f"{self._name}-{role}",
            metadata=installation.metadata(f"temporal-{role}", "certificates", installation.server_version),
            type=kind,
            string_data=data,
            opts=self._child(),
        )
        return secret.metadata.name

    def _leaf_secret(self, role: str, leaf: _Leaf, authority: _Authority) -> pulumi.Output[str]:
        return self._secret(role, "kubernetes.io/tls", _tls_data(leaf, authority))

    def _authority_secret(self, role: str, authority: _Authority) -> SecretKey:
        return SecretKey(secret=self._secret(role, "Opaque", {"ca.crt": authority.certificate.cert_pem}), key="ca.crt")


def _tls_data(leaf: _Leaf, authority: _Authority) -> dict[str, pulumi.Input[str]]:
    """The keys of a `kubernetes.io/tls` Secret, as cert-manager writes them."""
    return {
        "tls.crt": leaf.certificate.cert_pem,
        "tls.key": leaf.key.private_key_pem,
        "ca.crt": authority.certificate.cert_pem,
    }
