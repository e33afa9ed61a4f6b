"""The whole platform from one stack's settings."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.certificates import GeneratedCertificates, GeneratedCertificatesArgs, tls_data
from components.connection import Connection, ConnectionArgs
from components.handles import Endpoint
from components.kubernetes import Installation
from components.server.namespaces import NamespacesArgs, namespaces_job
from components.server.temporal_server import FRONTEND, TemporalServer, TemporalServerArgs
from components.server.web_ui import NAME as UI
from components.server.web_ui import WebUi, WebUiArgs
from components.stores.database import in_cluster
from components.stores.database.in_cluster import InClusterPostgres, InClusterPostgresArgs
from components.ways_in import WayInArgs, way_in
from contract import ImmutableFacts, PlatformOutputs, SecretReference
from settings import Settings
from settings.access import Ui
from settings.sizes import SERVICE_NAMES

_OPERATOR: Final = "operator"
_JOBS: Final = "jobs"
_UI: Final = "ui"


@dataclass(frozen=True, kw_only=True)
class TemporalPlatformArgs:
    """One stack."""

    settings: Settings
    """What the stack file says."""


class TemporalPlatform(pulumi.ComponentResource):
    """Temporal for one stack, and what applications need to use it."""

    outputs: PlatformOutputs
    """What the stack exports."""

    def __init__(self, name: str, args: TemporalPlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: namespace, certificates, database, server, namespaces, Web UI, ways in, connections."""
        super().__init__("temporal:platform:TemporalPlatform", name, None, opts)
        self._name = name
        self._settings = settings = args.settings
        self._installation = Installation(name=settings.name)
        self._kubernetes_namespace = self._namespace()
        certificates = self._certificates()
        database = self._database(certificates)
        server = self._server(certificates, database)
        clients = {who: self._client_secret(who, certificates) for who in (_OPERATOR, _JOBS)}
        registered = self._namespaces(server, certificates, clients[_JOBS])
        endpoint = Endpoint(
            address=server.address,
            external_address=self._frontend_way_in(server),
            server_name=certificates.server.frontend_name,
            namespaces=[n.name for n in settings.namespaces],
        )
        ui_address = self._web_ui(settings.access.ui, endpoint, certificates, server) if settings.access.ui else None
        connections = [
            Connection(
                f"{name}-connection-{application.namespace}",
                ConnectionArgs(
                    installation=self._installation,
                    application=application,
                    endpoint=endpoint,
                    client=certificates.clients[f"app-{application.namespace}"],
                ),
                pulumi.ResourceOptions(parent=self, depends_on=registered),
            )
            for application in settings.applications
        ]
        self.outputs = PlatformOutputs(
            backend=settings.backend.kind,
            name=settings.name,
            server_version=versions.TEMPORAL_SERVER,
            address=endpoint.address,
            external_address=endpoint.external_address,
            tls_server_name=endpoint.server_name,
            ui_address=ui_address,
            namespaces=tuple(endpoint.namespaces),
            client=SecretReference(namespace=settings.name, name=f"temporal-client-{_OPERATOR}"),
            connections=tuple(connection.reference for connection in connections),
            immutable=ImmutableFacts(
                history_shard_count=settings.backend.shards,
                databases=(database.default.database, database.visibility.database),
            ),
        )
        self.register_outputs({})

    def _namespace(self) -> k8s.core.v1.Namespace:
        """The installation's namespace; the API server refuses any pod in it that is not `restricted`."""
        standard = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
        return k8s.core.v1.Namespace(
            f"{self._name}-namespace",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=self._installation.namespace,
                labels={**self._installation.labels("installation", versions.TEMPORAL_SERVER), **standard},
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _inside(self) -> pulumi.ResourceOptions:
        """Options of everything in the installation's namespace: gone with it, so a teardown is one deletion."""
        return pulumi.ResourceOptions(
            parent=self, depends_on=[self._kubernetes_namespace], deleted_with=self._kubernetes_namespace
        )

    def _names(self, service: str) -> list[str]:
        """Every name under which clients may reach a Service, the fully qualified one first."""
        dns = self._installation.dns(service)
        return [f"{dns}.cluster.local", dns, dns.removesuffix(".svc"), service]

    def _certificates(self) -> GeneratedCertificates:
        settings = self._settings
        outside = [settings.kubernetes.node_address] if settings.kubernetes.node_address else []
        return GeneratedCertificates(
            f"{self._name}-certificates",
            GeneratedCertificatesArgs(
                installation=self._installation,
                version=versions.TEMPORAL_SERVER,
                frontend_names=[*self._names(FRONTEND), *outside],
                ui_names=[*self._names(UI), *outside],
                database_names=self._names(in_cluster.SERVICE),
                clients=[_OPERATOR, _JOBS, _UI, *(f"app-{a.namespace}" for a in settings.applications)],
                leaf_days=settings.tls.leaf_days,
            ),
            self._inside(),
        )

    def _database(self, certificates: GeneratedCertificates) -> InClusterPostgres:
        return InClusterPostgres(
            f"{self._name}-database",
            InClusterPostgresArgs(
                installation=self._installation,
                settings=self._settings.database,
                tls_secret=certificates.database_secret,
                ca_secret=certificates.database_ca,
            ),
            self._inside(),
        )

    def _server(self, certificates: GeneratedCertificates, database: InClusterPostgres) -> TemporalServer:
        return TemporalServer(
            f"{self._name}-server",
            TemporalServerArgs(
                installation=self._installation,
                presets={service: self._settings.service(service) for service in SERVICE_NAMES},
                shards=self._settings.backend.shards,
                default=database.default,
                visibility=database.visibility,
                certificates=certificates.server,
            ),
            self._inside(),
        )

    def _client_secret(self, who: str, certificates: GeneratedCertificates) -> pulumi.Output[str]:
        """A client certificate of the installation itself, as a Secret beside the server."""
        client = certificates.clients[who]
        secret = k8s.core.v1.Secret(
            f"{self._name}-client-{who}",
            metadata=self._installation.metadata(f"temporal-client-{who}", "certificates", versions.TEMPORAL_SERVER),
            type="kubernetes.io/tls",
            string_data=tls_data(client.certificate, client.key, client.server_ca),
            opts=self._inside(),
        )
        return secret.metadata.name

    def _namespaces(
        self, server: TemporalServer, certificates: GeneratedCertificates, client_secret: pulumi.Output[str]
    ) -> list[pulumi.Resource]:
        if not self._settings.namespaces:
            return []
        arguments = NamespacesArgs(
            installation=self._installation,
            namespaces=self._settings.namespaces,
            address=server.address,
            server_name=certificates.server.frontend_name,
            client_secret=client_secret,
        )
        after = pulumi.ResourceOptions(depends_on=list(server.services))
        return [
            namespaces_job(f"{self._name}-namespaces", arguments, pulumi.ResourceOptions.merge(self._inside(), after))
        ]

    def _frontend_way_in(self, server: TemporalServer) -> pulumi.Output[str] | None:
        after = pulumi.ResourceOptions(depends_on=list(server.frontend))
        return way_in(
            f"{self._name}-frontend-way-in",
            WayInArgs(
                installation=self._installation,
                component="frontend",
                version=versions.TEMPORAL_SERVER,
                target_port="grpc",
                way=self._settings.access.frontend,
                node_address=self._settings.kubernetes.node_address,
            ),
            pulumi.ResourceOptions.merge(self._inside(), after),
        )

    def _web_ui(
        self, ui: Ui, endpoint: Endpoint, certificates: GeneratedCertificates, server: TemporalServer
    ) -> pulumi.Output[str] | None:
        after = pulumi.ResourceOptions(depends_on=list(server.frontend))
        deployed = WebUi(
            f"{self._name}-ui",
            WebUiArgs(
                installation=self._installation,
                address=endpoint.address,
                server_name=endpoint.server_name,
                client_secret=self._client_secret(_UI, certificates),
                serving_secret=certificates.ui_secret,
            ),
            pulumi.ResourceOptions.merge(self._inside(), after),
        )
        address = way_in(
            f"{self._name}-ui-way-in",
            WayInArgs(
                installation=self._installation,
                component=_UI,
                version=versions.TEMPORAL_UI,
                target_port="https",
                way=ui.exposure,
                node_address=self._settings.kubernetes.node_address,
            ),
            pulumi.ResourceOptions.merge(self._inside(), pulumi.ResourceOptions(depends_on=[deployed])),
        )
        return pulumi.Output.concat("https://", address) if address else None
