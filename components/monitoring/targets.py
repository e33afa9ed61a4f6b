"""What Prometheus reads, whoever tells it to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.kubernetes import Installation
from components.server.metrics import PORT_NAME
from components.stores.database import POSTGRES
from components.workloads.workload import workload_selector
from settings.cloudnative_pg import CloudNativePg
from settings.database import Database
from settings.sizes import SERVICE_NAMES
from settings.workloads import AnyWorkload

Placed = Callable[[str], pulumi.ResourceOptions]
"""Options of an object in a Kubernetes namespace, be it the installation's or an application's."""
WORKLOADS: Final = "temporal-workloads"
"""The job of everything that has an SDK's metrics."""
POSTGRES_JOB: Final = "temporal-postgres"
"""The job of a database."""
SEARCH_JOB: Final = "temporal-search"
"""The job of a search store."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Pods that serve metrics at /metrics, in plain text."""

    name: str
    """Of the object that speaks of it, in the namespace."""
    job: str
    """Label `job` of every series."""
    namespace: str
    """Kubernetes namespace of the pods."""
    selector: Mapping[str, str]
    """Labels of the pods, and of their Service where there is one."""
    port: str
    """Name of the container's port, and of the Service's."""
    labels: Mapping[str, str]
    """Further labels of every series."""
    kept: Sequence[str] = ()
    """Names of the metrics that are kept; all of them when empty."""


@dataclass(frozen=True, kw_only=True)
class Relabel:
    """One step of Prometheus' relabelling (prometheus.io, "relabel_config"); None leaves a part out."""

    target: str | None = None
    replacement: str | None = None
    source: Sequence[str] | None = None
    regex: str | None = None
    action: str | None = None


def server_targets(installation: Installation) -> list[Target]:
    """The server's services."""
    return [
        Target(
            name=f"temporal-{service}",
            job=f"temporal-{service}",
            namespace=installation.namespace,
            selector=installation.selector(service),
            port=PORT_NAME,
            labels={"installation": installation.name},
        )
        for service in SERVICE_NAMES
    ]


def database_targets(installation: Installation, database: Database | None) -> list[Target]:
    """A database whose operator lets its pods serve metrics: CloudNativePG's do at port `metrics`."""
    if not isinstance(database, CloudNativePg):
        return []
    return [
        Target(
            name=POSTGRES,
            job=POSTGRES_JOB,
            namespace=installation.namespace,
            selector={"cnpg.io/cluster": POSTGRES, "cnpg.io/podRole": "instance"},
            port=PORT_NAME,
            labels={"installation": installation.name},
        )
    ]


def workload_targets(installation: Installation, workloads: Sequence[AnyWorkload]) -> list[Target]:
    """Workloads that serve their SDK's metrics."""
    return [
        Target(
            name=workload.name,
            job=WORKLOADS,
            namespace=workload.application,
            selector=workload_selector(installation, workload),
            port=PORT_NAME,
            labels={"installation": installation.name, "workload": workload.name},
        )
        for workload in workloads
        if workload.metrics_port
    ]


def target_relabelings(target: Target) -> list[Relabel]:
    """What makes the target's labels."""
    return fixed_labels({"job": target.job, **target.labels})


def fixed_labels(labels: Mapping[str, str]) -> list[Relabel]:
    """What gives every series these labels."""
    return [Relabel(target=name, replacement=value) for name, value in labels.items()]


_NAMESPACES: Final = (
    Relabel(source=("exported_namespace",), regex="(.+)", target="temporal_namespace"),
    Relabel(regex="exported_namespace", action="labeldrop"),
)
"""Temporal's label `namespace` gives way to Kubernetes', under a name that says whose it is."""


def metric_relabelings(target: Target) -> list[Relabel]:
    """What every series that was read goes through."""
    kept = Relabel(source=("__name__",), regex="|".join(target.kept), action="keep")
    return [*([kept] if target.kept else []), *_NAMESPACES]


def for_operator(steps: Sequence[Relabel]) -> list[dict[str, Any]]:
    """As custom resources have them."""
    return [_named(step, source="sourceLabels", target="targetLabel") for step in steps]


def for_prometheus(steps: Sequence[Relabel]) -> list[dict[str, Any]]:
    """As Prometheus' own configuration has them."""
    return [_named(step, source="source_labels", target="target_label") for step in steps]


def _named(step: Relabel, *, source: str, target: str) -> dict[str, Any]:
    found = {
        source: list(step.source) if step.source else None,
        "regex": step.regex,
        target: step.target,
        "replacement": step.replacement,
        "action": step.action,
    }
    return {name: value for name, value in found.items() if value is not None}
