"""A stack that the Prometheus Operator watches: the operator itself makes of the stack's objects what its Prometheus
reads and judges, and whom its Alertmanager tells."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest

from settings.monitoring.alerts import CATALOGUE
from tests.cluster import sinks
from tests.cluster.application import NAMESPACE as SHOP
from tests.cluster.application import WORKER, load_image
from tests.cluster.monitored import inside, stack_file, told
from tests.cluster.stack import Deployment, deployed, deployment_of, until
from tests.drills import prometheus_operator as operator

NAME: Final = "operated"
LABELS: Final = {"release": "kube-prometheus-stack"}
CHANGES: Final[dict[str, Any]] = {
    "applications": [{"namespace": SHOP, "temporalNamespace": "default", "createNamespace": True}],
    "workloads": [{key: value for key, value in WORKER.items() if key != "volumes"}],
    "monitoring": {
        "kind": "operator",
        "readers": {"kind": "namespace", "name": operator.NAMESPACE},
        "labels": LABELS,
        "kubeStateMetrics": False,
    },
}
JOBS: Final = {
    "temporal-frontend": NAME,
    "temporal-internal-frontend": NAME,
    "temporal-history": NAME,
    "temporal-matching": NAME,
    "temporal-worker": NAME,
    "temporal-postgres": NAME,
    "temporal-workloads": SHOP,
}
"""What is read, and in which Kubernetes namespace it is."""
DOWN: Final = "TemporalMatchingDown"


@dataclass(frozen=True)
class Operated:
    """The stack, and where those who are told keep what they are told."""

    stack: Deployment
    told: Path

    def ask(self, pod: str, port: int, path: str, **query: str) -> Any:
        """What the operator's Prometheus or Alertmanager answers."""
        found = json.loads(self.stack.kubectl("-n", operator.NAMESPACE, "get", "pod", pod, "-o", "json"))
        url = f"http://{found['status']['podIP']}:{port}{path}?{urlencode(query)}"
        words = [*inside(), "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30", url]
        return json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)

    def query(self, expression: str) -> list[Any]:
        """The series of an instant query."""
        answer = self.ask(operator.PROMETHEUS, 9090, "/api/v1/query", query=expression)
        assert answer["status"] == "success", (expression, answer)
        found: list[Any] = answer["data"]["result"]
        return found


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """The stack file, with everything around the stack but the operator."""
    folder = tmp_path_factory.mktemp("told")
    load_image(folder)
    stack = deployment_of(stack_file(NAME, {DOWN: {"for": "5s"}}, CHANGES), NAME)
    with told(stack, folder):
        yield Operated(stack, folder)


@pytest.fixture(scope="module")
def operated(declared: Operated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """The stack beside the operator; it is gone before the operator goes."""
    stack = declared.stack
    definitions = operator.definitions()
    stack.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    try:
        with operator.prometheus_operator(stack, tmp_path_factory.mktemp("operator")), deployed(stack):
            yield declared
    finally:
        stack.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)


def test_1_without_the_operator(declared: Operated) -> None:
    """Nothing is deployed, and it is said what is missing."""
    ran = declared.stack.command("up")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        "  the Prometheus Operator is not installed: the cluster serves no monitoring.coreos.com/v1, and "
        "temporal:monitoring.kind operator needs it. Install 0.70 or later (the chart kube-prometheus-stack brings "
        "it), or say kind bundled, which makes a Prometheus, or none"
    )


def test_2_everything_is_read_under_its_names(operated: Operated) -> None:
    """The labels that rules and dashboards go by are those that `bundled` gives."""

    def up() -> dict[str, str]:
        series = operated.query(f'up{{installation="{NAME}"}} == 1')
        return {each["metric"]["job"]: each["metric"]["namespace"] for each in series}

    until("everything is read", lambda: up() == JOBS, 180)
    operated.stack.temporal("operator", "namespace", "describe", "default")
    requests = 'sum by (namespace, installation, job) (service_requests{temporal_namespace="default"})'
    expected = {"namespace": NAME, "installation": NAME, "job": "temporal-frontend"}
    until("calls are counted", lambda: expected in [each["metric"] for each in operated.query(requests)])
    assert operated.query('{exported_namespace!=""}') == []
    [workload] = operated.query(f'count by (namespace, workload) (up{{installation="{NAME}", workload!=""}})')
    assert workload["metric"] == {"namespace": SHOP, "workload": "notes"}


def test_3_every_rule_is_evaluated(operated: Operated) -> None:
    """All that the stack asks for, and nothing is wrong with any."""
    said = json.loads(operated.stack.kubectl("-n", NAME, "get", "prometheusrule", "temporal", "-o", "json"))
    wanted = {rule.get("alert") or rule["record"] for group in said["spec"]["groups"] for rule in group["rules"]}

    def rules() -> dict[str, tuple[str, str | None]]:
        groups = operated.ask(operator.PROMETHEUS, 9090, "/api/v1/rules")["data"]["groups"]
        found = {rule["name"]: (rule["health"], rule.get("lastError")) for group in groups for rule in group["rules"]}
        return {} if any(health == "unknown" for health, _ in found.values()) else found

    found = until("every rule is evaluated", rules, 180)
    assert found == dict.fromkeys(wanted, ("ok", None))


def test_4_people_are_told(operated: Operated) -> None:
    """By the routes of the stack, which the operator gave its Alertmanager; and that it is over."""
    scale = ("-n", NAME, "scale", "deployment", "temporal-matching")
    operated.stack.kubectl(*scale, "--replicas=0")
    try:
        slack = until("the webhook is called", lambda: _first(operated, sinks.SLACK, "[CRITICAL]"), 240)
        mail = until("the mail is there", lambda: _first(operated, sinks.MAIL, "[CRITICAL]"), 60)
    finally:
        operated.stack.kubectl(*scale, "--replicas=1")
    title = f"[CRITICAL] {NAME}: {CATALOGUE[DOWN].summary}"
    assert [each["title"] for each in json.loads(slack)["attachments"]] == [title]
    assert f"Subject: {title}" in mail
    until("it is told that all is well", lambda: _first(operated, sinks.SLACK, "[RESOLVED]"), 240)


def _first(operated: Operated, sink: str, words: str) -> str | None:
    return sinks.first(operated.told, sink, DOWN, words)


def test_5_a_test_alert_arrives(operated: Operated) -> None:
    """By `make test-alert`, through the operator's Alertmanager."""
    ran = operated.stack.command("test-alert", SEVERITY="warning")
    assert ran.code == 0, ran.err
    words = "This is a test: nothing is wrong."
    until("the test alert is there", lambda: sinks.first(operated.told, sinks.SLACK, words), 60)


def test_6_the_operator_complains_of_nothing(operated: Operated) -> None:
    """It says so in its log when it leaves out an object that it does not understand."""
    text = operated.stack.kubectl("-n", operator.NAMESPACE, "logs", "deployment/prometheus-operator")
    assert "sync" in text
    complaints = ("skipping", "level=warn", "level=error")
    assert [line for line in text.splitlines() if NAME in line and any(word in line for word in complaints)] == []
