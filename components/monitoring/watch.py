"""Who watches a stack: objects for an operator, a monitoring of its own, or nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from components.handles import Identity, MetricsStore, SearchMonitor, SqlMonitor, StoreCertificates
from components.inside import Inside
from components.kubernetes import Installation
from components.monitoring.amazon.agent import Agent, AgentArgs
from components.monitoring.elasticsearch_exporter import (
    ElasticsearchExporter,
    ElasticsearchExporterArgs,
    search_target,
)
from components.monitoring.facts import rule_facts
from components.monitoring.operator import OperatorObjects, OperatorObjectsArgs
from components.monitoring.postgres_exporter import PostgresExporter, PostgresExporterArgs, postgres_target
from components.monitoring.readers import in_namespace, readers_policy
from components.monitoring.targets import Placed, Target, database_targets, server_targets, workload_targets
from settings import SelfHostedSettings, Settings
from settings.monitoring.amazon import Amazon
from settings.monitoring.bundled import Bundled
from settings.monitoring.deployed import Deployed
from settings.monitoring.models import ByOperator, Nobody, OneNamespace
from settings.sizes import SERVICE_NAMES


@dataclass(frozen=True, kw_only=True)
class WatchArgs:
    """One stack."""

    settings: Settings
    """What the stack file says."""
    installation: Installation
    """Where it is."""
    certificates: StoreCertificates | None
    """Of a monitoring of the stack's own."""
    store: MetricsStore | None
    """Where metrics are sent."""
    identities: Mapping[str, Identity]
    """Who pods are on AWS, by workload."""
    monitor: SqlMonitor | None
    """Who reads the figures of a database that does not tell them by itself."""
    search_monitor: SearchMonitor | None
    """Who reads those of such a search store."""


def watch(name: str, args: WatchArgs, inside: Inside, applications: Mapping[str, pulumi.Resource | None]) -> None:
    """`applications` are Kubernetes namespaces, with the resource where the stack makes them."""

    def placed(namespace: str) -> pulumi.ResourceOptions:
        """Options of an object there, which goes with its namespace and not with the installation's."""
        if namespace == args.installation.namespace:
            return inside()
        made = applications[namespace]
        return pulumi.ResourceOptions(parent=inside.parent, depends_on=[made] if made else None, deleted_with=made)

    said = args.settings.monitoring
    if isinstance(said, Nobody):
        return
    if isinstance(said, Bundled):
        _bundled(name, args, said, placed, inside())
    elif isinstance(said, Amazon):
        _agent(name, args, said, placed, inside())
    else:
        _operator(name, args, said, placed, inside())
    readers = _readers(said, args.installation)
    if args.monitor:
        PostgresExporter(
            f"{name}-postgres-exporter",
            PostgresExporterArgs(installation=args.installation, monitor=args.monitor, readers=readers),
            inside(),
        )
    if args.search_monitor:
        ElasticsearchExporter(
            f"{name}-elasticsearch-exporter",
            ElasticsearchExporterArgs(installation=args.installation, monitor=args.search_monitor, readers=readers),
            inside(),
        )
    if readers and isinstance(args.settings, SelfHostedSettings):
        for service in SERVICE_NAMES:
            readers_policy(f"{name}-readers", service, readers, args.installation, inside())


def _bundled(name: str, args: WatchArgs, said: Bundled, placed: Placed, opts: pulumi.ResourceOptions) -> None:
    settings, certificates = args.settings, args.certificates
    if not isinstance(settings, SelfHostedSettings) or certificates is None:
        raise TypeError("a bundled monitoring has the certificates of a server of one's own: settings refuse others")
    # Only a bundled monitoring draws a password: other stacks neither load pulumi-random nor need its plugin for it.
    from components.monitoring.bundled.bundled import BundledMonitoring, BundledMonitoringArgs  # noqa: PLC0415

    BundledMonitoring(
        f"{name}-bundled",
        BundledMonitoringArgs(
            installation=args.installation,
            settings=said,
            targets=[*_services(args), *_pods(args)],
            facts=rule_facts(settings, said),
            placed=placed,
            pods=settings.watchers(),
            storage_class=settings.kubernetes.storage_class,
            certificates=certificates,
            protect=settings.protection,
            identities=args.identities,
        ),
        opts,
    )


def _agent(name: str, args: WatchArgs, said: Amazon, placed: Placed, opts: pulumi.ResourceOptions) -> None:
    settings, certificates, store = args.settings, args.certificates, args.store
    if not isinstance(settings, SelfHostedSettings) or certificates is None or store is None:
        raise TypeError("a workspace is for a server of one's own with temporal:aws: settings refuse others")
    Agent(
        f"{name}-agent",
        AgentArgs(
            installation=args.installation,
            settings=said,
            store=store,
            identity=args.identities["agent"],
            targets=[*_services(args), *_pods(args)],
            placed=placed,
            pods=settings.watchers(),
            storage_class=settings.kubernetes.storage_class,
            certificates=certificates,
            protect=settings.protection,
        ),
        opts,
    )


def _operator(name: str, args: WatchArgs, said: ByOperator, placed: Placed, opts: pulumi.ResourceOptions) -> None:
    OperatorObjects(
        f"{name}-objects",
        OperatorObjectsArgs(
            installation=args.installation,
            settings=said,
            services=_services(args),
            pods=_pods(args),
            namespaces=[namespace.name for namespace in args.settings.namespaces],
            facts=rule_facts(args.settings, said),
            placed=placed,
        ),
        opts,
    )


def _services(args: WatchArgs) -> list[Target]:
    """What has a Service for its metrics."""
    return server_targets(args.installation) if isinstance(args.settings, SelfHostedSettings) else []


def _pods(args: WatchArgs) -> list[Target]:
    """What has none."""
    return [
        *database_targets(args.installation, args.settings.database),
        *([postgres_target(args.installation)] if args.monitor else []),
        *([search_target(args.installation)] if args.search_monitor else []),
        *workload_targets(args.installation, args.settings.workloads),
    ]


def _readers(
    said: ByOperator | Bundled | Amazon, installation: Installation
) -> k8s.networking.v1.NetworkPolicyPeerArgs | None:
    """Who may read the metrics of the server's pods; everybody when None."""
    if isinstance(said, Deployed):
        reader = "agent" if isinstance(said, Amazon) else "prometheus"
        labels = k8s.meta.v1.LabelSelectorArgs(match_labels=installation.selector(reader))
        return k8s.networking.v1.NetworkPolicyPeerArgs(pod_selector=labels)
    return in_namespace(said.readers.name) if isinstance(said.readers, OneNamespace) else None
