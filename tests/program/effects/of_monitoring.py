"""Changes of monitoring and traces."""

from collections.abc import Iterator
from typing import Any

from tests.program import stacks
from tests.program.effects.example import Example
from tests.program.effects.pods import (
    AGENT,
    ALERTMANAGER,
    EXPORTER,
    NOBODY,
    PROMETHEUS,
    SEARCH_EXPORTER,
    SERVICES,
    TRACED,
    WATCHERS,
)

RULED: dict[str, Any] = {
    "interval": "20s",
    "runbooks": "https://other.example.com",
    "objectives/availability": "99%",
    "objectives/latency": "99.99%",
    "objectives/within": "2s",
    **{
        f"alerts/TemporalFrontendLatencyP99High/{path}": value
        for path, value in {"enabled": False, "threshold": "3s", "for": "6m", "severity": "info"}.items()
    },
}
"""What is said of rules."""


TOLD: dict[str, Any] = {
    "groupWait": "11s",
    "groupInterval": "2m",
    "repeatInterval": "5h",
    **{
        f"routes/{index}": {"kind": "pagerduty", "routingKey": {"secret": f"other-{index}", "key": "other"}}
        for index in (0, 1, 3)
    },
    "routes/2": {"kind": "webhook", "url": {"secret": "other", "key": "other"}},
    "routes/0/severities/0": "critical",
    **{f"routes/{index}/severities/0": "warning" for index in (1, 2, 3)},
    "routes/0/channel": "#other",
    "routes/1/to/0": "other@example.com",
    "routes/1/sender": "other@example.com",
    "routes/1/host": "other.example.com",
    "routes/1/port": 587,
    "routes/1/login/username": "other",
}
"""What is said of those who are told."""


NAMED = [
    f"{place}/{key}"
    for place in (
        "deadMan",
        "routes/0/webhook",
        "routes/1/ca",
        "routes/1/login/password",
        "routes/2/routingKey",
        "routes/3/url",
        "routes/3/bearerToken",
    )
    for key in ("secret", "key")
]
"""Secrets that are named there."""


def of_monitoring() -> Iterator[Example]:
    for base, told in (("watched", NOBODY), ("bundled", ALERTMANAGER)):
        other = "tally" if base == "watched" else "opentelemetry"
        yield Example(base, {"monitoring/framework": other}, SERVICES)
        for path, value in RULED.items():
            yield Example(base, {f"monitoring/{path}": value})
        for path, value in TOLD.items():
            yield Example(base, {f"monitoring/notifications/{path}": value}, told)
        for path in NAMED:
            yield Example(base, {f"monitoring/notifications/{path}": "other"}, told)
        yield Example(base, {"monitoring": {"kind": "none"}}, SERVICES)
    yield Example("not watched", {"monitoring": {"kind": "operator", "readers": {"kind": "cluster"}}}, SERVICES)
    for path, value in {
        "readers": {"kind": "cluster"},
        "readers/name": "other",
        "labels/release": "other",
        "dashboardLabels/grafana_dashboard": "other",
        "grafana": "https://other.example.com",
        "kubeStateMetrics": True,
    }.items():
        yield Example("watched", {f"monitoring/{path}": value})
    yield Example("watched by anybody", {"monitoring/readers": {"kind": "namespace", "name": "monitoring"}})
    for base in ("existing watched", "existing bundled"):
        for path in ("user", "password/secret", "password/key"):
            yield Example(base, {f"monitoring/postgres/{path}": "other"}, EXPORTER)
    yield Example("watched", {"images/digests/postgresExporter": f"sha256:{'1' * 64}"}, EXPORTER)
    for base in ("search watched", "search bundled", "search amazon"):
        for path in ("user", "password/secret", "password/key"):
            yield Example(base, {f"monitoring/search/{path}": "other"}, SEARCH_EXPORTER)
    yield Example("search watched", {"images/digests/elasticsearchExporter": f"sha256:{'1' * 64}"}, SEARCH_EXPORTER)
    for key in ("secret", "key"):
        yield Example("cloud watched", {f"monitoring/cloud/apiKey/{key}": "other"})
    yield from _of_bundled_monitoring()
    yield from _of_amazon()


def _of_bundled_monitoring() -> Iterator[Example]:
    for part in WATCHERS:
        pods = frozenset({f"StatefulSet/temporal-{part}"})
        yield Example("bundled", {f"images/digests/{part}": f"sha256:{'1' * 64}"}, pods)
        # Prometheus is told how much of its volume it may fill.
        yield Example("bundled", {f"monitoring/{part}/storage": "3Gi"}, pods if part == "prometheus" else NOBODY)
        yield Example("bundled", {f"monitoring/{part}/storageClass": "other"})
    yield Example("bundled", {"monitoring/prometheus/retention": "31d"}, PROMETHEUS)
    yield Example("provided bundled", {"tls/monitoring": "other"}, PROMETHEUS | ALERTMANAGER)


def _of_amazon() -> Iterator[Example]:
    yield Example("amazon", {"monitoring/agent/storage": "3Gi"})
    yield Example("amazon", {"monitoring/agent/storageClass": "other"})
    yield Example("amazon", {"images/digests/prometheus": f"sha256:{'1' * 64}"}, AGENT)
    for path, value in {
        "logDays": 30,
        "grafana": "https://other.example.com",
        "notifications/routes/0/emails/0": "other@example.com",
        "notifications/routes/1/topic": "arn:aws:sns:eu-central-1:123456789012:other",
        "notifications/routes/1/severities/0": "warning",
        "notifications/routes/0/severities": ["critical"],
    }.items():
        yield Example("amazon", {f"monitoring/{path}": value})
    for path, value in RULED.items():
        yield Example("amazon", {f"monitoring/{path}": value})
    for path in ("groupWait", "groupInterval", "repeatInterval"):
        yield Example("amazon", {f"monitoring/notifications/{path}": TOLD[path]})
    yield Example("amazon", {"monitoring/framework": "opentelemetry"}, SERVICES)
    yield Example("amazon", {"monitoring": {"kind": "none"}}, SERVICES)
    for path in ("user", "password/secret", "password/key"):
        yield Example("existing amazon", {f"monitoring/postgres/{path}": "other"}, EXPORTER)
    for base, told in (("watched by sns", NOBODY), ("bundled by sns", ALERTMANAGER)):
        other = {"kind": "webhook", "url": {"secret": "other", "key": "other"}}
        yield Example(base, {"monitoring/notifications/routes/0": other}, told)
        yield Example(base, {"monitoring/notifications/routes/0/topic": f"{stacks.TOPIC}-2"}, told)
        yield Example(base, {"monitoring/notifications/routes/0/severities/0": "warning"}, told)


def of_traces() -> Iterator[Example]:
    for path, value in {
        "endpoint": "https://other.example.com:4317",
        "ratio": 0.2,
        "ca/secret": "other",
        "ca/key": "other",
        "headers/secret": "other",
        "headers/key": "other",
    }.items():
        yield Example("traced", {f"traces/{path}": value}, TRACED)
