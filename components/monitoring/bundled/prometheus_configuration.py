"""prometheus.yml and what it serves with (prometheus.io/docs/prometheus/latest/configuration)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from components.monitoring.bundled import places
from components.monitoring.targets import (
    Relabel,
    Target,
    for_prometheus,
    metric_relabelings,
    target_relabelings,
)

_EVALUATION: Final = "30s"
_POD: Final = (
    Relabel(source=("__meta_kubernetes_namespace",), target="namespace"),
    Relabel(source=("__meta_kubernetes_pod_name",), target="pod"),
    Relabel(source=("__meta_kubernetes_pod_container_name",), target="container"),
)
"""The labels that the Prometheus Operator gives, so that the same rules and dashboards fit."""


def configuration(targets: Sequence[Target], interval: str, installation: str, watchers: Mapping[str, str]) -> str:
    """Reads the pods of `targets` in plain text, and `watchers`, host:port by job, with the certificate of the
    monitoring."""
    return _yaml(
        {
            "global": {"scrape_interval": interval, "evaluation_interval": _EVALUATION},
            "rule_files": [f"{places.RULES}/*.yaml"],
            "alerting": {
                "alertmanagers": [
                    {
                        "scheme": "https",
                        "tls_config": client_tls(),
                        "static_configs": [{"targets": [watchers[places.ALERTMANAGER]]}],
                    }
                ]
            },
            "scrape_configs": [
                *(_pods(target) for target in targets),
                *(_watcher(job, address, installation) for job, address in watchers.items()),
            ],
        }
    )


def web_configuration() -> str:
    """Whom Prometheus or Alertmanager answers (github.com/prometheus/exporter-toolkit, docs/web-configuration.md). The
    files are read anew for each connection."""
    return _yaml(
        {
            "tls_server_config": {
                "cert_file": f"{places.TLS}/tls.crt",
                "key_file": f"{places.TLS}/tls.key",
                "client_ca_file": f"{places.TLS}/ca.crt",
                "client_auth_type": "RequireAndVerifyClientCert",
                "min_version": "TLS12",
            }
        }
    )


def client_tls() -> dict[str, Any]:
    """What one part of the monitoring shows another one."""
    return {
        "ca_file": f"{places.TLS}/ca.crt",
        "cert_file": f"{places.TLS}/tls.crt",
        "key_file": f"{places.TLS}/tls.key",
    }


def own_client(host: str) -> str:
    """What a command inside one of them asks it with, under the name `host`, which is in its certificate."""
    return _yaml({"tls_config": {**client_tls(), "server_name": host}})


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


def _yaml(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, width=1000)
