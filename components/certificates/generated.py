"""Certificates made by the stack itself (`temporal:tls: {kind: generated}`).

Authorities that trust nothing of each other: internode (between the server's services), frontend (what clients check),
client (what the frontend checks), and one for each in-cluster store and for the monitoring. Keys are in the state,
encrypted, and in Secrets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from components.certificates.issuing import Authority, Issuing, Leaf, tls_data
from components.certificates.names import APPLICATION_SECRET, OPERATOR, ServedNames
from components.durations import go_duration
from components.handles import ClientSecret, SecretKey, ServerCertificates, StoreCertificates
from components.kubernetes import Installation
from settings.tenants import Application
from settings.tls import Generated


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


class GeneratedCertificates(pulumi.ComponentResource):
    """Issues every certificate of a self-hosted installation and puts the server's ones into Secrets."""

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
    monitoring: StoreCertificates | None
    """Secrets of the bundled monitoring."""
    operator_secret: str
    """Secret with the client certificate for people."""

    def __init__(self, name: str, args: GeneratedCertificatesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: per authority a key and a certificate; per leaf a key, a request, a certificate; Secrets."""
        super().__init__("temporal:certificates:GeneratedCertificates", name, None, opts)
        self._args = args
        self._issuing = issuing = Issuing(
            name=name,
            parent=self,
            installation=args.installation,
            leaf_days=args.settings.leaf_days,
            rotation=args.settings.rotation,
            protect=args.protect,
        )
        internode, frontend, client = (issuing.authority(who) for who in ("internode", "frontend", "client"))
        self._frontend = frontend
        internode_leaf = self._issuing.leaf(
            "internode", internode, [args.names.internode], ["server_auth", "client_auth"]
        )
        frontend_leaf = self._issuing.leaf("frontend", frontend, args.names.frontend, ["server_auth"])
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
        self.monitoring = (
            self._store("monitoring", args.names.monitoring, ["server_auth", "client_auth"])
            if args.names.monitoring
            else None
        )
        self._own_clients = {
            who: self._leaf_secret(f"client-{who}", issuing.client_leaf(who, client), frontend)
            for who in args.own_clients
        }
        self._applications = {who: issuing.client_leaf(f"app-{who}", client) for who in args.applications}
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
            string_data=tls_data(leaf, self._frontend),
            opts=opts,
        )
        return ClientSecret(name=APPLICATION_SECRET, certificate=leaf.certificate.cert_pem)

    def _ui(self) -> pulumi.Output[str]:
        return self._leaf_secret(
            "ui-tls", self._issuing.leaf("ui", self._frontend, self._args.names.ui, ["server_auth"]), self._frontend
        )

    def _store(self, who: str, names: Sequence[str], uses: Sequence[str] = ("server_auth",)) -> StoreCertificates:
        authority = self._issuing.authority(who)
        leaf = self._issuing.leaf(who, authority, names, uses)
        return self._stored(who, self._leaf_secret(f"{who}-tls", leaf, authority), authority, leaf)

    def _search(self) -> StoreCertificates:
        """Java reads keys in PKCS #8 only. Nodes are clients of each other, with the same leaf."""
        authority = self._issuing.authority("search")
        leaf = self._issuing.leaf("search", authority, self._args.names.search, ["server_auth", "client_auth"])
        data = {**tls_data(leaf, authority), "tls.key": leaf.key.private_key_pem_pkcs8}
        return self._stored("search", self._issuing.secret("search-tls", "kubernetes.io/tls", data), authority, leaf)

    def _stored(self, who: str, serving: pulumi.Output[str], authority: Authority, leaf: Leaf) -> StoreCertificates:
        return StoreCertificates(
            serving=serving,
            authority=self._authority_secret(f"{who}-ca", authority),
            subject=f"CN={leaf.common_name}",
            trust=self._args.settings.kind,
        )

    def _leaf_secret(self, role: str, leaf: Leaf, authority: Authority) -> pulumi.Output[str]:
        return self._issuing.secret(role, "kubernetes.io/tls", tls_data(leaf, authority))

    def _authority_secret(self, role: str, authority: Authority) -> SecretKey:
        return SecretKey(
            secret=self._issuing.secret(role, "Opaque", {"ca.crt": authority.certificate.cert_pem}), key="ca.crt"
        )
