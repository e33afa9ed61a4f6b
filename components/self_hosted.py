"""A stack with a Temporal server of its own: stores, certificates, the server, ways in."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import pulumi

import versions
from components.aws.account import AwsAccount
from components.aws.care import Stored
from components.aws.identities import identities
from components.certificates import CertificatesArgs, certificates
from components.certificates.names import OPERATOR, ServedNames
from components.connection import Connection, ConnectionArgs
from components.handles import (
    ArchiveStore,
    Certificates,
    ClientCredentials,
    Endpoint,
    Identity,
    JobIdentity,
    MetricsStore,
    SearchMonitor,
    SearchStore,
    SqlMonitor,
    StoreCertificates,
    Stores,
)
from components.inside import Inside
from components.jobs import job_identity
from components.kubernetes import Installation
from components.later import later
from components.monitoring.facts import rule_facts
from components.monitoring.grants import telling_grants
from components.monitoring.own.places import AGENT, BUNDLED
from components.profile import OWN_FILES
from components.server.job_client import ClientOfJob
from components.server.namespaces import NamespacesArgs, namespaces_job
from components.server.refill import RefillArgs, refill_job
from components.server.takeover import TakeoverArgs, takeover_job
from components.server.temporal_server import FRONTEND, TemporalServer, TemporalServerArgs
from components.server.web_ui import NAME as UI
from components.server.web_ui import WebUi, WebUiArgs
from components.stores.archival import ARCHIVE, ArchiveArgs, archive
from components.stores.database import POSTGRES, DatabaseArgs, Made, database
from components.stores.visibility import VisibilityArgs, target, visibility
from components.stores.visibility.grants import search_grants
from components.stores.visibility.names import ACCESS_JOB, SCHEMA_JOB
from components.ways_in import WayInArgs, frontend_way_in, ui_way_in
from contract import EndpointReference, ImmutableFacts, PlatformOutputs, SecretReference
from settings import SelfHostedSettings
from settings.access import ByLoadBalancer
from settings.archival import InClusterArchive, S3Bucket, uri_of
from settings.aws import storage_facts
from settings.database import Existing, InCluster
from settings.immutables import OWN_DATABASES
from settings.monitoring.amazon import Amazon
from settings.monitoring.models import Nobody
from settings.operated_facts import operated_facts
from settings.rds.facts import rds_facts
from settings.sizes import SERVICE_NAMES
from settings.visibility import OPENSEARCH, Move, OpenSearch, Postgres, place_of, target_of
from settings.zalando import Zalando

if TYPE_CHECKING:
    from components.monitoring.amazon.workspace import Workspace

_JOBS: Final = "jobs"
_WATCHERS: Final = {"bundled": BUNDLED, "amazon": (AGENT,)}
"""What serves with the certificate of the monitoring, by its kind."""
_UI: Final = "ui"


class SelfHosted:
    """What such a stack is made of; the children are those of the platform's component."""

    outputs: PlatformOutputs
    """What the stack exports."""
    connections: Sequence[Connection]
    """Of applications."""
    stored: Stored
    """What alarms and backups are for."""
    monitoring: StoreCertificates | None
    """Certificates of a monitoring of the stack's own."""
    monitor: SqlMonitor | None
    """Who reads the database's figures."""
    search_monitor: SearchMonitor | None
    """Who reads those of a search store: the one that the stack file names, not where a move goes."""
    metrics: MetricsStore | None
    """Where an agent sends metrics."""
    identities: Mapping[str, Identity]
    """Who pods are on AWS, by workload."""

    def __init__(
        self,
        name: str,
        settings: SelfHostedSettings,
        installation: Installation,
        inside: Inside,
        account: AwsAccount | None,
    ) -> None:
        self._name = name
        self._settings = settings
        self._installation = installation
        self._inside = inside
        self._account = account
        issued = self._certificates()
        self.monitoring = issued.monitoring
        self._database = self._made_database(issued)
        self.monitor = self._database.monitor
        archived = self._archive_store(issued)
        workspace = self._workspace()
        self.metrics = workspace.store if workspace else None
        self.identities = self._who_pods_are(archived, workspace)
        self._job_identities = self._who_jobs_are()
        stores = self._stores(issued)
        self.stored = self._stored(stores)
        server = self._server(issued, stores, archived)
        registered = self._namespaces(server, issued)
        filled = self._refill(server, issued, stores, registered)
        endpoint = Endpoint(
            address=server.address,
            external_address=self._frontend_way_in(server),
            server_name=issued.server.frontend_name,
            namespaces=[n.name for n in settings.namespaces],
        )
        ui_address = self._web_ui(endpoint, issued, server)
        self.connections = [
            Connection(
                f"{name}-connection-{application.namespace}",
                ConnectionArgs(
                    installation=self._installation,
                    application=application,
                    endpoint=endpoint,
                    credentials=ClientCredentials(issuer=issued, files=OWN_FILES, trust=issued.server.trust),
                    protect=settings.protection,
                ),
                pulumi.ResourceOptions(parent=inside.parent, depends_on=registered),
            )
            for application in settings.applications
        ]
        self.outputs = PlatformOutputs(
            backend=settings.backend.kind,
            name=settings.name,
            server_version=settings.backend.version,
            address=endpoint.address,
            external_address=later(endpoint.external_address),
            tls_server_name=endpoint.server_name,
            ui_address=later(ui_address),
            namespaces=tuple(endpoint.namespaces),
            endpoints={
                namespace: EndpointReference(address=endpoint.address, tls_server_name=endpoint.server_name)
                for namespace in endpoint.namespaces
            },
            client=SecretReference(namespace=settings.name, name=issued.operator_secret),
            connections=tuple(connection.reference for connection in self.connections),
            database_readers=later(self._database.readers or None),
            immutable=ImmutableFacts(
                history_shard_count=settings.backend.shards,
                databases=self._databases,
                archival=self._archive,
                aws=storage_facts(settings),
                rds=rds_facts(settings),
                operated=operated_facts(settings),
                visibility=_known_after(filled, place_of(settings.visibility, settings.name)),
                visibility_move=_known_after(filled, self._move_target),
                visibility_stage=_known_after(filled, self._move.stage if self._move else ""),
                search_attributes={n.name: n.search_attributes for n in settings.namespaces if n.search_attributes},
            ),
        )

    @property
    def _databases(self) -> tuple[str, str]:
        """Names of the default and the visibility database, the second empty where nothing has one."""
        said = self._settings.database
        if isinstance(said, Existing):
            return said.default.database, said.visibility.database if said.visibility else ""
        return OWN_DATABASES

    @property
    def _archive(self) -> str:
        """The archive's URI; empty without one."""
        return uri_of(self._settings.archival) if self._settings.archival else ""

    def _names(self, service: str) -> list[str]:
        """Every name under which clients may reach a Service, the fully qualified one first."""
        dns = self._installation.dns(service)
        return [f"{dns}.cluster.local", dns, dns.removesuffix(".svc"), service]

    def _certificates(self) -> Certificates:
        settings = self._settings
        outside = [settings.kubernetes.node_address] if settings.kubernetes.node_address else []
        frontend = settings.access.frontend
        balanced = [frontend.host] if isinstance(frontend, ByLoadBalancer) else []
        return certificates(
            f"{self._name}-certificates",
            CertificatesArgs(
                installation=self._installation,
                settings=settings.tls,
                names=ServedNames(
                    internode=f"internode.{self._installation.namespace}",
                    frontend=list(dict.fromkeys([*self._names(FRONTEND), *outside, *balanced])),
                    ui=[*self._names(UI), *outside] if settings.access.ui else [],
                    database=self._names(POSTGRES) if isinstance(settings.database, InCluster | Zalando) else [],
                    search=self._names(OPENSEARCH) if isinstance(settings.visibility, OpenSearch) else [],
                    archive=self._names(ARCHIVE) if isinstance(settings.archival, InClusterArchive) else [],
                    monitoring=[
                        name for called in _WATCHERS.get(settings.monitoring.kind, ()) for name in self._names(called)
                    ],
                ),
                own_clients=[OPERATOR, _JOBS, *([_UI] if settings.access.ui else [])],
                applications=[application.namespace for application in settings.applications],
                protect=settings.protection,
            ),
            self._inside(),
        )

    def _made_database(self, issued: Certificates) -> Made:
        settings = self._settings
        return database(
            f"{self._name}-database",
            DatabaseArgs(
                installation=self._installation,
                settings=settings.database,
                account=self._account,
                pod=settings.in_cluster_database(),
                storage_class=settings.kubernetes.storage_class,
                certificates=issued,
                monitored=settings.asks_postgres(),
                monitor=None if isinstance(settings.monitoring, Nobody) else settings.monitoring.postgres,
                protect=settings.protection,
            ),
            self._inside(),
        )

    def _stores(self, issued: Certificates) -> Stores:
        settings = self._settings
        databases = self._database.stores
        said = settings.monitoring
        arguments = VisibilityArgs(
            installation=self._installation,
            settings=settings.visibility,
            account=self._account,
            identities=self.identities,
            job_identities=self._job_identities,
            database=databases.visibility,
            plan=settings.in_cluster_search(),
            storage_class=settings.kubernetes.storage_class,
            certificates=issued,
            monitored=settings.asks_search(),
            monitor=None if isinstance(said, Nobody) else said.search,
            protect=settings.protection,
        )
        name, inside = f"{self._name}-visibility", self._inside()
        made = visibility(name, arguments, inside)
        self.search_monitor = made.monitor
        searched, move, secondary = made.store, self._move, None
        if move and isinstance(searched, SearchStore):
            secondary = target(name, arguments, move, searched, inside)
        return Stores(default=databases.default, visibility=searched, secondary=secondary)

    def _workspace(self) -> "Workspace | None":
        settings, account = self._settings, self._account
        if not isinstance(settings.monitoring, Amazon) or account is None:
            return None
        # Only these stacks need this much of pulumi-aws.
        from components.monitoring.amazon.workspace import Workspace, WorkspaceArgs  # noqa: PLC0415

        said = settings.monitoring
        arguments = WorkspaceArgs(account=account, settings=said, facts=rule_facts(settings, said))
        return Workspace(f"{self._name}-metrics", arguments, pulumi.ResourceOptions(parent=account.parent))

    def _who_pods_are(self, archived: ArchiveStore | None, workspace: "Workspace | None") -> Mapping[str, Identity]:
        """On AWS, by workload. Before what is searched: a domain wants the roles that it lets in to be there."""
        settings = self._settings
        granted = [
            *(archived.grants if archived else ()),
            *search_grants(settings.visibility, self._account, settings.name),
            *(workspace.grants if workspace else ()),
            *telling_grants(settings.monitoring),
        ]
        return identities(f"{self._name}-identities", self._account, self._installation, granted)

    def _who_jobs_are(self) -> Mapping[str, JobIdentity]:
        return {
            workload: job_identity(
                f"{self._name}-{workload}-account", self._installation, workload, identity, self._inside()
            )
            for workload, identity in self.identities.items()
            if workload in (SCHEMA_JOB, ACCESS_JOB)
        }

    def _stored(self, stores: Stores) -> Stored:
        """What is stored on AWS."""
        searched = [store for store in (stores.visibility, stores.secondary) if isinstance(store, SearchStore)]
        archival = self._settings.archival
        return Stored(
            watched=[*self._database.watched, *(watched for store in searched for watched in store.watched)],
            databases=self._database.copied,
            buckets=[archival.bucket] if isinstance(archival, S3Bucket) else [],
        )

    @property
    def _move(self) -> Move | None:
        """The move to another store that is under way."""
        said = self._settings.visibility
        return None if isinstance(said, Postgres) else said.move

    @property
    def _replaces(self) -> bool:
        """Whether what was searched before is given up."""
        said = self._settings.visibility
        return not isinstance(said, Postgres) and said.replaces is not None

    def _archive_store(self, issued: Certificates) -> ArchiveStore | None:
        settings = self._settings
        if settings.archival is None:
            return None
        return archive(
            f"{self._name}-archive",
            ArchiveArgs(
                installation=self._installation,
                settings=settings.archival,
                account=self._account,
                pod=settings.in_cluster_archive(),
                storage_class=settings.kubernetes.storage_class,
                certificates=issued,
                protect=settings.protection,
            ),
            self._inside(),
        )

    def _server(self, issued: Certificates, stores: Stores, archived: ArchiveStore | None) -> TemporalServer:
        settings = self._settings
        return TemporalServer(
            f"{self._name}-server",
            TemporalServerArgs(
                installation=self._installation,
                plans={service: settings.service(service) for service in SERVICE_NAMES},
                shards=settings.backend.shards,
                queries_per_second=settings.database.queries_per_second,
                dynamic_config=settings.backend.dynamic_config,
                stores=stores,
                stage=self._move.stage if self._move else None,
                certificates=issued.server,
                archive=archived,
                identities=self.identities,
                job_identities=self._job_identities,
                framework=None if isinstance(settings.monitoring, Nobody) else settings.monitoring.framework,
                traces=settings.traces,
            ),
            self._inside(),
        )

    @property
    def _move_target(self) -> str:
        """Where the move goes; empty without one."""
        said, move = self._settings.visibility, self._move
        return "" if isinstance(said, Postgres) or move is None else target_of(said, move, self._settings.name)

    def _namespaces(self, server: TemporalServer, issued: Certificates) -> list[pulumi.Resource]:
        if not self._settings.namespaces:
            return []
        arguments = NamespacesArgs(
            installation=self._installation,
            namespaces=self._settings.namespaces,
            client=ClientOfJob(
                address=server.address, server_name=issued.server.frontend_name, secret=issued.own_client(_JOBS)
            ),
            archive=self._archive,
            one_index=not isinstance(self._settings.visibility, Postgres),
            new_store=place_of(self._settings.visibility, self._settings.name) if self._replaces else self._move_target,
        )
        return [namespaces_job(f"{self._name}-namespaces", arguments, self._inside(*server.services))]

    def _refill(
        self, server: TemporalServer, issued: Certificates, stores: Stores, registered: Sequence[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        """The jobs that record in a new store what is in the old one, once the new one is written."""
        client = ClientOfJob(
            address=server.address, server_name=issued.server.frontend_name, secret=issued.own_client(_JOBS)
        )
        opts = self._inside(*server.services, *registered)
        if self._move and self._move.stage != "prepare":
            arguments = RefillArgs(installation=self._installation, target=self._move_target, client=client)
            return [refill_job(f"{self._name}-refill", arguments, opts)]
        if self._replaces:
            takeover = TakeoverArgs(
                installation=self._installation,
                database=stores.default,
                target=place_of(self._settings.visibility, self._settings.name),
                client=client,
            )
            return [takeover_job(f"{self._name}-takeover", takeover, opts)]
        return []

    def _frontend_way_in(self, server: TemporalServer) -> pulumi.Output[str] | None:
        return frontend_way_in(
            f"{self._name}-frontend-way-in",
            WayInArgs(
                installation=self._installation,
                component="frontend",
                version=self._installation.server_version,
                target_port="grpc",
                node_address=self._settings.kubernetes.node_address,
            ),
            self._settings.access.frontend,
            self._inside(*server.frontend),
        )

    def _web_ui(self, endpoint: Endpoint, issued: Certificates, server: TemporalServer) -> pulumi.Output[str] | None:
        ui, planned = self._settings.access.ui, self._settings.ui()
        if ui is None or planned is None or issued.ui is None:
            return None
        deployed = WebUi(
            f"{self._name}-ui",
            WebUiArgs(
                installation=self._installation,
                plan=planned,
                address=endpoint.address,
                server_name=endpoint.server_name,
                client_secret=issued.own_client(_UI),
                serving_secret=issued.ui,
                trust=issued.server.trust,
            ),
            self._inside(*server.frontend),
        )
        return ui_way_in(
            f"{self._name}-ui-way-in",
            WayInArgs(
                installation=self._installation,
                component=_UI,
                version=versions.TEMPORAL_UI,
                target_port="https",
                node_address=self._settings.kubernetes.node_address,
            ),
            ui.exposure,
            issued.ui,
            self._inside(deployed),
        )


def _known_after(jobs: Sequence[pulumi.Resource], fact: str) -> Any:
    """A fact that holds once the jobs have succeeded. While one fails, no outputs are registered: the stack keeps those
    from before, and the next stage is held against what really was reached."""
    return pulumi.Output.all(*(job.urn for job in jobs)).apply(lambda _: fact) if jobs else fact
