"""What a Prometheus of the stack's own reads, whether it keeps it or sends it on
(prometheus.io/docs/prometheus/latest/configuration)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.monitoring.own.tls import client_tls
from components.monitoring.targets import (
    Relabel,
    Target,
    for_prometheus,
    metric_relabelings,
    target_relabelings,
)

_POD: Final = (
    Relabel(source=("__meta_kubernetes_namespace",), target="namespace"),
    Relabel(source=("__meta_kubernetes_pod_name",), target="pod"),
    Relabel(source=("__meta_kubernetes_pod_container_name",), target="container"),
)
"""The labels that the Prometheus Operator gives, so that the same rules and dashboards fit."""


def scrape_configs(targets: Sequence[Target], installation: str, watchers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Reads the pods of `targets` in plain text, and `watchers`, host:port by job, with the certificate of the
    monitoring."""
    return [
        *(_pods(target) for target in targets),
        *(_watcher(job, address, installation) for job, address in watchers.items()),
    ]


def _pods(target: Target) -> dict[str, Any]:
    kept = {f"__meta_kubernetes_pod_label_{_label(name)}": value for name, value in target.selector.items()}
    kept |= {"__meta_kubernetes_pod_container_port_name": target.port, "__meta_kubernetes_pod_phase": "Running"}
    steps = [Relabel(source=(label,), regex=value, action="keep") for label, value in kept.items()]
    return {
        # Two workloads of one name may be in two namespaces.
        "job_name": f"{target.namespace}/{target.name}",
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"names": [target.namespace]}}],
        "relabel_configs": for_prometheus([*steps, *_POD, *target_relabelings(target)]),
        "metric_relabel_configs": for_prometheus(metric_relabelings(target)),
    }


def _watcher(job: str, address: str, installation: str) -> dict[str, Any]:
    return {
        "job_name": job,
        "scheme": "https",
        "tls_config": client_tls(),
        "static_configs": [{"targets": [address], "labels": {"installation": installation}}],
    }


def _label(name: str) -> str:
    """As service discovery names it."""
    return "".join(letter if letter.isalnum() else "_" for letter in name)
