"""What tells Prometheus how OpenSearch or Elasticsearch is: elasticsearch_exporter, where nobody else tells.

Source: github.com/prometheus-community/elasticsearch_exporter, README.md, main.go and collector/.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import SearchMonitor
from components.kubernetes import Installation, authority_volume, content_hash, mount
from components.monitoring.readers import only_readers
from components.monitoring.targets import SEARCH_JOB, Target
from components.pods import environment, pod_spec, resources, restricted_container, secret_variable

NAME: Final = "temporal-elasticsearch-exporter"
FIGURES: Final = (
    "elasticsearch_breakers_tripped",
    "elasticsearch_cluster_health_number_of_data_nodes",
    "elasticsearch_cluster_health_number_of_nodes",
    "elasticsearch_cluster_health_number_of_pending_tasks",
    "elasticsearch_cluster_health_status",
    "elasticsearch_cluster_health_unassigned_shards",
    "elasticsearch_clusterinfo_up",
    "elasticsearch_filesystem_data_available_bytes",
    "elasticsearch_filesystem_data_size_bytes",
    "elasticsearch_indices_docs",
    "elasticsearch_indices_indexing_index_total",
    "elasticsearch_indices_search_query_time_seconds",
    "elasticsearch_indices_search_query_total",
    "elasticsearch_indices_store_size_bytes",
    "elasticsearch_jvm_gc_collection_seconds_sum",
    "elasticsearch_jvm_memory_max_bytes",
    "elasticsearch_jvm_memory_used_bytes",
    "elasticsearch_process_cpu_percent",
    "elasticsearch_thread_pool_queue_count",
    "elasticsearch_thread_pool_rejected_count",
)
"""What is kept of some three hundred series of each node: a quarter. None is of a single index."""
_COMPONENT: Final = "elasticsearch-exporter"
_VERSION: Final = f"v{versions.ELASTICSEARCH_EXPORTER}"
_NOBODY: Final = 65534
"""User of the image."""
_PORT: Final = 9114
_PORT_NAME: Final = "metrics"
_AUTHORITY: Final = "/etc/temporal/authority"


@dataclass(frozen=True, kw_only=True)
class ElasticsearchExporterArgs:
    """Which store, and who may hear of it."""

    installation: Installation
    """Where it runs."""
    monitor: SearchMonitor
    """Who it is to the store."""
    readers: k8s.networking.v1.NetworkPolicyPeerArgs | None
    """Who may read; everybody when None."""


class ElasticsearchExporter(pulumi.ComponentResource):
    """A Deployment of one pod, which tells its figures in plain text to `readers` alone."""

    def __init__(self, name: str, args: ElasticsearchExporterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: Deployment; a NetworkPolicy where not everybody may read."""
        super().__init__("temporal:monitoring:ElasticsearchExporter", name, None, opts)
        self._args = args
        installation = args.installation
        metadata = installation.metadata(NAME, _COMPONENT, _VERSION)
        selector = installation.selector(_COMPONENT)
        k8s.apps.v1.Deployment(
            name,
            metadata=metadata,
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=1,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=self._pod(),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.monitor.ready)),
        )
        if args.readers:
            child = pulumi.ResourceOptions(parent=self)
            only_readers(f"{name}-readers", args.readers, metadata=metadata, selector=selector, port=_PORT, opts=child)
        self.register_outputs({})

    def _pod(self) -> k8s.core.v1.PodTemplateSpecArgs:
        installation, monitor = self._args.installation, self._args.monitor
        trust = {"temporal-platform/config-hash": content_hash(monitor.trust)} if monitor.trust else {}
        return k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=installation.labels(_COMPONENT, _VERSION),
                annotations={**installation.jobs.annotations, **trust} or None,
            ),
            spec=pod_spec(
                installation,
                installation.jobs,
                uid=_NOBODY,
                container=self._container(),
                volumes=[authority_volume("authority", monitor.ca)] if monitor.ca else [],
            ),
        )

    def _container(self) -> k8s.core.v1.ContainerArgs:
        monitor = self._args.monitor
        # Not /metrics, which asks the store: that may be away while this pod is well.
        well = k8s.core.v1.HTTPGetActionArgs(path="/healthz", port=_PORT_NAME)
        return k8s.core.v1.ContainerArgs(
            name=_COMPONENT,
            image=self._args.installation.images.elasticsearch_exporter,
            image_pull_policy="IfNotPresent",
            args=[
                pulumi.Output.concat("--es.uri=", monitor.url),
                "--es.all",
                # elasticsearch_clusterinfo_up is as old as that.
                "--es.clusterinfo.interval=30s",
                *([f"--es.ca={_AUTHORITY}/ca.crt"] if monitor.ca else []),
            ],
            env=[
                *environment({"ES_USERNAME": monitor.user.name}),
                # It takes a password from nowhere else.
                secret_variable("ES_PASSWORD", monitor.user.password),
            ],
            ports=[k8s.core.v1.ContainerPortArgs(name=_PORT_NAME, container_port=_PORT)],
            readiness_probe=k8s.core.v1.ProbeArgs(http_get=well, period_seconds=5),
            liveness_probe=k8s.core.v1.ProbeArgs(http_get=well, period_seconds=20, failure_threshold=6),
            volume_mounts=[mount("authority", _AUTHORITY)] if monitor.ca else [],
            resources=resources("10m", "64Mi"),
            security_context=restricted_container(),
        )


def search_target(installation: Installation) -> Target:
    """Its pod."""
    return Target(
        name=NAME,
        job=SEARCH_JOB,
        namespace=installation.namespace,
        selector=installation.selector(_COMPONENT),
        port=_PORT_NAME,
        labels={"installation": installation.name},
        kept=FIGURES,
    )
