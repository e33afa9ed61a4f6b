"""The alerts that there are, as data: one table each in `alerts/<group>.toml`.

A table says `severity`, `for`, what stacks it is for (`needs`), the dashboard that shows it, `expr`, `summary`,
`description` and, where a figure may be chosen, `threshold`. `service` is for an alert about one of the server's
services. An expression and a description may use the PLACEHOLDERS.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from settings.monitoring.thresholds import Threshold
from settings.sizes import SERVICE_NAMES, ServiceName

Severity = Literal["critical", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""Critical wakes somebody up, warning waits for the morning, info notifies nobody."""

FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "self-hosted": "this stack runs the server",
        "cloud": "Temporal Cloud runs it, and its metrics are read",
        "sdk": "a workload serves its SDK's metrics",
        "search": "searches are in OpenSearch or Elasticsearch",
        "archival": "closed executions are archived",
        "postgres-exporter": "postgres_exporter watches PostgreSQL",
        "elasticsearch-exporter": "elasticsearch_exporter watches OpenSearch or Elasticsearch",
        "search-copies": "the search store has several nodes, or is somebody else's",
        "cloudnative-pg": "CloudNativePG runs PostgreSQL",
        "kube-state-metrics": "the cluster's own metrics are in the same Prometheus",
        "cert-manager": "cert-manager issues the certificates, and its metrics are in the same Prometheus",
        "certificates": "the server looks when its certificates expire",
        "replicated": "some service has two pods or more",
        "authorization": "the server asks who calls",
    }
)
"""What an alert may need of a stack."""

PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "<here>": "the matcher of this installation's own series",
        "<installation>": "its name, which is its Kubernetes namespace too",
        "<applications>": "the matcher of Temporal namespaces that are not the server's own",
        "<threshold>": "the figure that was chosen: in base units in an expression, as it is written in a description",
        "<shards>": "the number of history shards",
        "<replicated>": "a regular expression for the jobs of services with two pods or more",
    }
)
"""What may stand in an expression for what differs between stacks."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert."""

    name: str
    """Its name, by which stack files, routes and runbooks call it."""
    group: str
    """The subject it belongs to: the file it stands in."""
    severity: Severity
    """How urgent it is."""
    for_: str
    """How long the expression must hold, a duration."""
    threshold: Threshold | None
    """The figure that a stack may choose."""
    needs: frozenset[str]
    """Facts of the stack that must hold, all of them."""
    service: ServiceName | None
    """The service that must be part of the stack."""
    dashboard: str
    """Uid of the dashboard that shows it."""
    expr: str
    """The expression, with placeholders."""
    summary: str
    """What is wrong: a fixed sentence."""
    description: str
    """Where, how much, and what to do first: a template of Prometheus, with placeholders."""


def read(group: str, text: str) -> Iterator[Alert]:
    """The alerts of one file. Raises ValueError for what no alert can say."""
    for name, said in tomllib.loads(text).items():
        try:
            yield _alert(name, group, dict(said))
        except (KeyError, ValueError) as error:
            raise ValueError(f"{group}.toml: {name}: {error}") from error


def _alert(name: str, group: str, said: dict[str, Any]) -> Alert:
    threshold = said.pop("threshold", None)
    service = said.pop("service", None)
    alert = Alert(
        name=name,
        group=group,
        severity=said.pop("severity"),
        for_=said.pop("for"),
        threshold=Threshold.of(threshold["value"], threshold["unit"]) if threshold else None,
        needs=frozenset(said.pop("needs")),
        service=service,
        dashboard=said.pop("dashboard"),
        expr=" ".join(said.pop("expr").split()),
        summary=said.pop("summary"),
        description=" ".join(said.pop("description").split()),
    )
    wrong = [
        *(f"unknown key {key}" for key in said),
        *(f"unknown fact {fact}" for fact in sorted(alert.needs - FACTS.keys())),
        *(f"unknown placeholder {found}" for found in _placeholders(alert) if found not in PLACEHOLDERS),
        *([] if alert.severity in SEVERITIES else [f"unknown severity {alert.severity}"]),
        *([] if service is None or service in SERVICE_NAMES else [f"unknown service {service}"]),
        *(
            []
            if (threshold is not None) == ("<threshold>" in alert.expr)
            else ["threshold and <threshold> need another"]
        ),
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    return alert


def _placeholders(alert: Alert) -> list[str]:
    return re.findall(r"<[a-z]+>", f"{alert.expr} {alert.description}")


def _catalogue() -> Mapping[str, Alert]:
    folder = files(__package__).joinpath("alerts")
    found: dict[str, Alert] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        for alert in read(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8")):
            if alert.name in found:
                raise ValueError(f"{file.name}: {alert.name} stands in {found[alert.name].group}.toml already")
            found[alert.name] = alert
    return MappingProxyType(found)


CATALOGUE: Final[Mapping[str, Alert]] = _catalogue()
"""Every alert by its name."""
