"""Temporal's server: schema and stores first, then five services one after the other, then namespaces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import (
    ArchiveStore,
    Identity,
    JobIdentity,
    SearchStore,
    ServerCertificates,
    SigningRegion,
    SqlStore,
    Stores,
)
from components.kubernetes import Installation
from components.server import archival, paths
from components.server.dynamic_config import dynamic_config_text
from components.server.ports import PORTS
from components.server.schema import SchemaArgs, schema_job
from components.server.search_schema import SearchSchemaArgs, search_schema_job
from components.server.service import ServerService, ServerServiceArgs
from components.stores.visibility.names import SCHEMA_JOB
from settings.backend import DynamicValue
from settings.monitoring.watched import Framework
from settings.plans import ServicePlan
from settings.sizes import ServiceName
from settings.traces import Traces
from settings.visibility import Stage

FRONTEND: Final = "temporal-frontend"
ROLL_ORDER: Final[tuple[ServiceName, ...]] = ("frontend", "internal-frontend", "matching", "worker", "history")
"""Who rolls after whom, so that one service at a time has pods that leave and come. Callers go before those they call;
history goes last, for it takes longest, and a mistake shows in the others first."""


@dataclass(frozen=True, kw_only=True)
class TemporalServerArgs:
    """Stores, certificates, sizes."""

    installation: Installation
    """Where it runs."""
    plans: Mapping[ServiceName, ServicePlan]
    """Replicas, resources and more by service."""
    shards: int
    """Number of history shards."""
    queries_per_second: int | None
    """What all pods together may ask of the store of executions; None without a limit."""
    dynamic_config: Mapping[str, Sequence[DynamicValue]]
    """What the stack file says of the server's dynamic config."""
    stores: Stores
    """Where it keeps what it knows."""
    stage: Stage | None
    """How far a move of the search store is."""
    certificates: ServerCertificates
    """TLS material."""
    archive: ArchiveStore | None
    """Where histories are archived, if anywhere."""
    identities: Mapping[str, Identity]
    """Who the pods of services are on AWS, by service; nobody where a service is not among them."""
    job_identities: Mapping[str, JobIdentity]
    """Who jobs are, by workload."""
    framework: Framework | None
    """What metrics are counted with; none are served when None."""
    traces: Traces | None
    """Where spans are sent; nowhere when None."""


class TemporalServer(pulumi.ComponentResource):
    """The server's services in front of migrated stores."""

    address: str
    """host:port of the frontend inside the cluster."""
    frontend: Sequence[pulumi.Resource]
    """What must be ready before the first client call."""
    services: Sequence[pulumi.Resource]
    """What must be ready before all of the server works."""

    def __init__(self, name: str, args: TemporalServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: two schema jobs, the dynamic config, one ServerService for each service."""
        super().__init__("temporal:server:TemporalServer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        schema = list(_schema(name, args, child))
        dynamic_config = k8s.core.v1.ConfigMap(
            f"{name}-dynamic-config",
            metadata=args.installation.metadata("temporal-dynamic-config", "server", args.installation.server_version),
            data={
                paths.DYNAMIC_CONFIG_FILE: dynamic_config_text(
                    args.plans, args.queries_per_second, args.archive, args.stage, args.dynamic_config
                )
            },
            opts=child,
        )
        services: dict[ServiceName, ServerService] = {}
        first: list[pulumi.Resource] = [*schema, *(args.archive.ready if args.archive else ())]
        after = first
        for service in ROLL_ORDER:
            services[service] = ServerService(
                f"{name}-{service}",
                ServerServiceArgs(
                    installation=args.installation,
                    service=service,
                    plan=args.plans[service],
                    shards=args.shards,
                    stores=args.stores,
                    stage=args.stage,
                    certificates=args.certificates,
                    archive=args.archive if service in archival.USERS else None,
                    identity=args.identities.get(service),
                    framework=args.framework,
                    traces=args.traces,
                    dynamic_config=dynamic_config.metadata.name,
                    after=after,
                ),
                child,
            )
            after = [*first, services[service].deployment]
        self.address = f"{args.installation.dns(FRONTEND)}:{PORTS['frontend'].grpc}"
        self.frontend = services["frontend"].ready
        self.services = [resource for service in services.values() for resource in service.ready]
        self.register_outputs({"address": self.address})


def _schema(name: str, args: TemporalServerArgs, opts: pulumi.ResourceOptions) -> Iterator[k8s.batch.v1.Job]:
    """One job for each store."""
    installation, required = args.installation, versions.SERVERS[args.installation.server_version]
    for folder, store, version in (
        ("temporal", args.stores.default, required.default),
        ("visibility", args.stores.visibility, required.visibility),
    ):
        if isinstance(store, SqlStore):
            arguments = SchemaArgs(installation=installation, store=store, folder=folder, version=version)
            yield schema_job(f"{name}-schema-{folder}", arguments, opts)
    yield from _search_schema(name, args, opts)


def _search_schema(name: str, args: TemporalServerArgs, opts: pulumi.ResourceOptions) -> Iterator[k8s.batch.v1.Job]:
    """One job for each index."""
    installation = args.installation
    for role, store in (("search", args.stores.visibility), ("search-target", args.stores.secondary)):
        if isinstance(store, SearchStore):
            signs = isinstance(store.authentication, SigningRegion)
            arguments = SearchSchemaArgs(
                installation=installation,
                store=store,
                version=versions.SERVERS[installation.server_version].search,
                identity=args.job_identities.get(SCHEMA_JOB) if signs else None,
            )
            yield search_schema_job(f"{name}-schema-{role}", arguments, opts)
