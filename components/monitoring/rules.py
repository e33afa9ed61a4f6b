"""Prometheus' rules of one installation: the catalogue of alerts, and what it records, with the facts of the stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from components.monitoring.recording import cloud_groups, server_groups
from settings.monitoring.alerts import CATALOGUE, Alert
from settings.monitoring.objectives import Objectives
from settings.monitoring.overrides import Override
from settings.monitoring.thresholds import Threshold
from settings.sizes import ServiceName

_APPLICATIONS: Final = 'temporal_namespace!~"temporal-system|_unknown_"'
_NOTHING: Final = Override()


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """What differs between stacks."""

    installation: str
    """`temporal:name`, which is the Kubernetes namespace too."""
    facts: frozenset[str]
    """Those of `settings.monitoring.alerts.FACTS` that hold."""
    expected: Sequence[ServiceName] = ()
    """Services of the server that this stack runs."""
    replicated: Sequence[ServiceName] = ()
    """Those of them that always have two pods or more."""
    shards: int = 0
    """Number of history shards; of no meaning where the server is not self-hosted."""
    overrides: Mapping[str, Override] = field(default_factory=dict)
    """What the stack says of alerts, by name."""
    runbooks: str
    """Address or path of the folder of runbooks, without '/' at the end."""
    grafana: str | None = None
    """Address of Grafana, without '/' at the end; alerts name no dashboard when None."""
    objectives: Objectives
    """What the frontend promises; of no meaning where the server is not self-hosted."""


def rule_groups(facts: RuleFacts) -> list[dict[str, Any]]:
    """The groups of a rule file: what is recorded, then the alerts that apply, a group for each subject."""
    server = server_groups(facts.installation, facts.objectives) if "self-hosted" in facts.facts else []
    cloud = cloud_groups(facts.installation) if "cloud" in facts.facts else []
    return [*server, *cloud, *_alert_groups(facts)]


def applying(facts: RuleFacts) -> list[Alert]:
    """The alerts that a stack has."""
    return [alert for alert in CATALOGUE.values() if _applies(alert, facts)]


def _applies(alert: Alert, facts: RuleFacts) -> bool:
    override = facts.overrides.get(alert.name)
    return (
        alert.needs <= facts.facts
        and (alert.service is None or alert.service in facts.expected)
        and (override is None or override.enabled)
    )


def _alert_groups(facts: RuleFacts) -> Iterator[dict[str, Any]]:
    for group, alerts in groupby(applying(facts), key=lambda alert: alert.group):
        yield {"name": f"temporal.{group}", "rules": [_rule(alert, facts) for alert in alerts]}


def _rule(alert: Alert, facts: RuleFacts) -> dict[str, Any]:
    override = facts.overrides.get(alert.name, _NOTHING)
    threshold = _threshold(alert, override)
    service = {"service": alert.service} if alert.service else {}
    dashboard = (
        {"dashboard_url": f"{facts.grafana}/d/{alert.dashboard}?var-installation={facts.installation}"}
        if facts.grafana
        else {}
    )
    return {
        "alert": alert.name,
        "expr": _filled(alert.expr, facts, threshold.number if threshold else ""),
        "for": override.lasting or alert.for_,
        "labels": {
            "severity": override.severity or alert.severity,
            "component": "temporal",
            "installation": facts.installation,
            # By this AlertmanagerConfig finds the alerts of its own Kubernetes namespace.
            "namespace": facts.installation,
            **service,
        },
        "annotations": {
            "summary": alert.summary,
            "description": _filled(alert.description, facts, threshold.value if threshold else ""),
            "runbook_url": f"{facts.runbooks}/{alert.name}.md",
            **dashboard,
        },
    }


def _threshold(alert: Alert, override: Override) -> Threshold | None:
    """The figure that the stack chose, else the catalogue's."""
    if alert.threshold is None or override.threshold is None:
        return alert.threshold
    return Threshold.of(override.threshold, alert.threshold.unit)


def _filled(text: str, facts: RuleFacts, threshold: str) -> str:
    """A text with this stack's own words. The placeholders are those of `settings.monitoring.alerts.PLACEHOLDERS`."""
    values = {
        "<here>": f'installation="{facts.installation}"',
        "<installation>": facts.installation,
        "<applications>": _APPLICATIONS,
        "<threshold>": threshold,
        "<shards>": str(facts.shards),
        "<replicated>": "|".join(f"temporal-{service}" for service in facts.replicated),
    }
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text
