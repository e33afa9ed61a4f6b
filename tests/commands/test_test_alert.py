"""`make test-alert` with a made-up kubectl: which Alertmanager gets what, and who is said to be told.

That a message arrives is seen on the cluster.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.checkout import Checkout
from tests.commands.made_up import MadeUp
from tests.program.recording import ROOT

ROUTES = [
    {"kind": "slack", "webhook": {"secret": "told", "key": "slack"}, "severities": ["warning"]},
    {"kind": "pagerduty", "routingKey": {"secret": "told", "key": "key"}, "severities": ["critical"]},
    {"kind": "webhook", "url": {"secret": "told", "key": "url"}},
]
BUNDLED = {"kind": "bundled", "notifications": {"routes": ROUTES}}
OPERATOR = {"kind": "operator", "readers": {"kind": "cluster"}, "notifications": {"routes": ROUTES}}


@pytest.fixture
def cluster(deployed: Checkout, tmp_path: Path) -> MadeUp:
    """A kubectl that runs no command in a pod: what it was to run is what counts."""
    made = MadeUp.make(deployed, tmp_path / "kubectl")
    program = tmp_path / "kubectl" / "bin" / "kubectl"
    program.write_text(program.read_text().replace('exec "$@"', "true"))
    return made


def _say(cluster: MadeUp, monitoring: Any, more: Mapping[str, Any] | None = None) -> None:
    file = cluster.checkout.root / "Pulumi.small.yaml"
    document = yaml.safe_load(file.read_text())
    document["config"] |= {"temporal:monitoring": monitoring, **(more or {})}
    document["config"]["temporal:kubernetes"]["createNamespace"] = False
    file.write_text(yaml.safe_dump(document))


@pytest.mark.parametrize(("severity", "told"), [("critical", "pagerduty, webhook"), ("warning", "slack, webhook")])
def test_the_stacks_own_alertmanager(cluster: MadeUp, severity: str, told: str) -> None:
    _say(cluster, BUNDLED)
    ran = cluster.run("test-alert", SEVERITY=severity)
    assert ran.code == 0, ran.err
    assert f"Who must be told of it: {told}; within 30s" in ran.err
    [call] = cluster.calls()
    assert call.startswith(
        "exec --namespace small temporal-alertmanager-0 -- amtool "
        "--http.config.file=/etc/temporal/monitoring/client.yml --alertmanager.url=https://localhost:9093 "
        "alert add --end="
    )
    assert call.endswith(
        f" alertname=TemporalTestAlert severity={severity} component=temporal installation=small namespace=small"
    )
    assert re.search(r" --end=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00 ", call)


def test_every_alertmanager_of_an_operator(cluster: MadeUp) -> None:
    _say(cluster, OPERATOR)
    pods = [{"metadata": {"name": f"alertmanager-main-{number}", "namespace": "monitoring"}} for number in (0, 1)]
    cluster.answer("pods", {"items": pods})
    assert cluster.run("test-alert").code == 0
    heads = [call.partition(" alert add ")[0] for call in cluster.calls("exec")]
    assert heads == [
        f"exec --namespace monitoring --container alertmanager alertmanager-main-{number} -- amtool "
        "--alertmanager.url=http://localhost:9093"
        for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("monitoring", "variables", "words"),
    [
        ({"kind": "none"}, {}, "stack small tells nobody of alerts: Pulumi.small.yaml has no"),
        ({"kind": "bundled"}, {}, "stack small tells nobody of alerts: Pulumi.small.yaml has no"),
        (
            {"kind": "bundled", "notifications": {"routes": ROUTES[:1]}},
            {},
            "stack small tells nobody of critical alerts: no route",
        ),
        (BUNDLED, {"SEVERITY": "info"}, "SEVERITY=info is unknown. Known: critical, warning."),
        (OPERATOR, {}, "no Alertmanager of a Prometheus Operator is in the cluster"),
    ],
    ids=["none", "nobody", "other severity", "info", "no alertmanager"],
)
def test_nothing_is_sent_where_nobody_would_be_told(
    cluster: MadeUp, monitoring: Any, variables: dict[str, str], words: str
) -> None:
    _say(cluster, monitoring)
    cluster.answer("pods", {"items": []})
    ran = cluster.run("test-alert", **variables)
    assert ran.code == 1
    assert ran.err.startswith(f"make test-alert: {words}")
    assert cluster.calls("exec") == []


def test_an_alertmanager_in_aws_is_not_reached(cluster: MadeUp) -> None:
    """The file says so before anybody is asked."""
    document = yaml.safe_load((ROOT / "tests" / "settings" / "stacks" / "amazon.yaml").read_text())["config"]
    _say(cluster, document["temporal:monitoring"], {"temporal:aws": document["temporal:aws"]})
    ran = cluster.run("test-alert")
    assert ran.code != 0
    assert "stack small has its Alertmanager in AWS, which this command does not reach." in ran.err
    assert cluster.calls("exec") == []
