"""A stack with a monitoring of its own, on a real cluster: a real Prometheus reads a real server, a real Alertmanager
tells a webhook as Slack has them and a mail server. Traces of the server and of an application go to a collector.

What stays silent after a hundred workflows is on a list with the reason (tests/monitoring/silent.toml). The objects for
a Prometheus Operator are taken by an API server with its real definitions; the operator itself runs in a drill.
"""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from email import message_from_string, policy
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from components.monitoring.dashboards import dashboards
from settings.monitoring.alerts import CATALOGUE
from tests.cluster import collector, sinks
from tests.cluster.application import asked
from tests.cluster.collector import Span
from tests.cluster.drawing import WIDTH, grafana, grafana_home, width_of
from tests.cluster.go_modules import PROMETHEUS_OPERATOR, WATCHED, manifests
from tests.cluster.monitored import NAME, Monitored, inside, monitored_stack
from tests.cluster.stack import ROOT, Deployment, until
from tests.cluster.traced import NAMESPACE, Traced, traced
from tests.monitoring import promql, scraped
from tests.monitoring.metrics import metrics

SERVICES: Final = ("frontend", "internal-frontend", "history", "matching", "worker")
SILENT: Final[Mapping[str, Any]] = tomllib.loads((ROOT / "tests" / "monitoring" / "silent.toml").read_text())
SLOW: Final = ("persistence_sql_in_use", "rate(task_schedule_to_start_latency_count[1m])")
"""What the server counts once a minute, and what needs some readings."""
PLAIN: Final = re.compile(
    r"\S+ \S+ (Processing config file as template; filename=server\.yaml|http: TLS handshake error from .*)"
)
"""What the server says before it knows how to, and what Go's own HTTP server says, whatever it is part of."""
CALLED: Final = "temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution"
WORKFLOW: Final = {
    "StartWorkflow:Note": {"web"},
    CALLED: {"io.temporal.frontend"},
    "temporal.server.api.historyservice.v1.HistoryService/StartWorkflowExecution": {
        "io.temporal.frontend",
        "io.temporal.history",
    },
    "persistence.ExecutionStore/CreateWorkflowExecution": {"io.temporal.history"},
    "RunWorkflow:Note": {"notes"},
    "StartActivity:note": {"notes"},
    "RunActivity:note": {"notes"},
    "CompleteWorkflow:Note": {"notes"},
}
"""The spans of one trace, and whose they are."""
SNS: Final = {"kind": "sns", "topic": "arn:aws:sns:eu-central-1:123456789012:on-call"}
RECEIVERS: Final = {"slackConfigs", "emailConfigs", "pagerdutyConfigs", "webhookConfigs", "snsConfigs"}
VARIABLES: Final = {"installation": NAME, "__rate_interval": "1m", "__range": "10m"}
"""Of dashboards; every other one is all there is."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    """Who takes traces, before anybody sends them."""
    with traced(tmp_path_factory.mktemp("traced"), Deployment(ROOT, NAME)) as found:
        yield found


@pytest.fixture(scope="module")
def monitored(sent: Traced, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """The stack, with what a team has around it."""
    alerts = {"TemporalMatchingDown": {"for": "5s"}}
    with monitored_stack(tmp_path_factory.mktemp("told"), alerts, sent.keys) as found:
        yield found


def test_every_service_is_read(monitored: Monitored) -> None:
    """With the labels that rules and dashboards go by, Kubernetes' namespace and Temporal's apart."""

    def up() -> set[str]:
        return {series["metric"]["job"] for series in monitored.query(f'up{{installation="{NAME}"}} == 1')}

    others = ("prometheus", "alertmanager", "postgres", "workloads")
    expected = {f"temporal-{called}" for called in (*SERVICES, *others)}
    until("everything is read", lambda: up() == expected)
    [found] = monitored.query(
        "sum by (namespace, installation, job)"
        ' (service_requests{temporal_namespace="default", job="temporal-frontend"})'
    )
    assert found["metric"] == {"namespace": NAME, "installation": NAME, "job": "temporal-frontend"}
    assert monitored.query('service_requests{exported_namespace!=""}') == []


def test_label_values_stay_as_they_are(monitored: Monitored) -> None:
    """tally would write `_` for everything but letters and digits."""
    [queue] = {
        series["metric"]["taskqueue"]
        for series in monitored.query('count by (taskqueue) (workflow_success{taskqueue!="notes"})')
    }
    assert re.fullmatch(r"smoke-[0-9a-f]+", queue)
    bounds = {series["metric"]["le"] for series in monitored.query("count by (le) (service_latency_bucket)")}
    assert {"0.5", "30.0", "86400.0", "+Inf"} <= bounds


def test_nobody_else_is_answered(monitored: Monitored) -> None:
    """There is no answer without a certificate of the monitoring's authority."""
    for called, port in (("prometheus", 9090), ("alertmanager", 9093)):
        assert monitored.curl(called, port, "/-/healthy").stdout == ""
        ran = monitored.curl(called, port, "/-/healthy", "--cert", "tls.crt", "--key", "tls.key")
        assert ran.stdout.strip() in ("OK", "Prometheus Server is Healthy.")


def test_the_catalogue_knows_what_a_running_server_serves(monitored: Monitored) -> None:
    """The metrics of every service, as they are served."""
    pods = {
        pod["metadata"]["labels"]["app.kubernetes.io/name"]: pod["status"]["podIP"]
        for pod in monitored.stack.get("pods")["items"]
        if pod["status"]["phase"] == "Running"
    }
    for service in SERVICES:
        url = f"http://{pods[f'temporal-{service}']}:9090/metrics"
        words = [*inside(), "curl", "--silent", "--show-error", "--noproxy", "*", url]
        text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert scraped.unknown(text) == [], service


def test_the_database_tells_its_figures_to_who_sees_no_row(monitored: Monitored) -> None:
    """By a real postgres_exporter, over TLS; what rules and panels may ask of it is what it serves."""
    assert [series["value"][1] for series in monitored.query(f'pg_up{{installation="{NAME}"}}')] == ["1"]
    served = set(monitored.ask("prometheus", 9090, "/api/v1/label/__name__/values")["data"])
    known = {name for name, metric in metrics().items() if metric.family == "postgres-exporter"}
    assert sorted(known - served) == []
    sizes = {series["metric"]["datname"] for series in monitored.query("pg_database_size_bytes > 0")}
    assert {"temporal", "temporal_visibility"} <= sizes
    asked = (
        "SELECT (SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = role),"
        " pg_has_role(role, 'pg_monitor', 'USAGE'), has_table_privilege(role, 'executions', 'SELECT'),"
        " (SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = role)"
        " FROM (VALUES ('temporal_monitor'::name)) AS one (role)"
    )
    psql = ("psql", "-U", "postgres", "-d", "temporal", "-X", "-A", "-t", "-c", asked)
    words = ("-n", NAME, "exec", "temporal-postgres-0", "-c", "postgres", "--", *psql)
    assert monitored.stack.kubectl(*words).strip() == "t|t|f|f"


def test_one_workflow_is_one_trace(monitored: Monitored, sent: Traced) -> None:
    """From the API's call to the worker's activity, with what the server did for the call."""
    line = "traced by its api"
    assert line in json.loads(asked(monitored.stack, f"http://web.{NAMESPACE}:8000/notes", line, NAMESPACE))

    def whole() -> list[Span]:
        spans = collector.arrived(sent.spans)
        traces = {span.trace for span in spans if span.name == "StartWorkflow:Note"}
        found = [span for span in spans if span.trace in traces]
        return found if {span.name for span in found} >= WORKFLOW.keys() else []

    trace = until("the trace is whole", whole, 60)
    assert len({span.trace for span in trace}) == 1
    assert {name: {s.service for s in trace if s.name == name} for name in WORKFLOW} == WORKFLOW
    own = {span.id: span for span in trace}
    assert [span.service for span in trace if span.parent not in own] == ["web"]
    [called] = [span for span in trace if span.name == CALLED]
    assert own[called.parent].name == "StartWorkflow:Note"
    workflow = called.attributes["temporalWorkflowID"]
    assert {span.attributes["temporalWorkflowID"] for span in trace if span.service == "notes"} == {workflow}
    services = ("frontend", "history", "matching")

    def everywhere() -> bool:
        """What the server began itself has the workflow's id and traces of its own."""
        found = [s for s in collector.arrived(sent.spans) if s.attributes.get("temporalWorkflowID") == workflow]
        apart = {span.service for span in found if span.trace != called.trace}
        return {f"io.temporal.{service}" for service in services} <= apart

    until("each service has sent what it did", everywhere, 60)


def test_spans_carry_the_names_of_metrics_and_logs(monitored: Monitored, sent: Traced) -> None:
    """The pods' own, so that one finds the other."""
    spans = collector.arrived(sent.spans)
    names = ("service.name", "service.namespace", "k8s.namespace.name", "k8s.container.name", "k8s.pod.name")
    told = {tuple(span.resource[name] for name in names) for span in spans}
    pods = {
        (pod["metadata"]["name"], pod["spec"]["containers"][0]["name"])
        for namespace in (NAME, NAMESPACE)
        for pod in json.loads(monitored.stack.kubectl("-n", namespace, "get", "pods", "-o", "json"))["items"]
    }
    assert {(called, installation, where) for called, installation, where, *_ in told} == {
        *((f"io.temporal.{service}", NAME, NAME) for service in SERVICES if service != "internal-frontend"),
        *((workload, NAME, NAMESPACE) for workload in ("notes", "web")),
    }
    containers = {container for *_, container, _pod in told}
    assert containers == {*SERVICES, "worker", "api"}
    assert {(pod, container) for *_, container, pod in told} <= pods


@pytest.mark.parametrize("container", [*SERVICES, "prometheus", "alertmanager"])
def test_every_line_of_a_log_is_json(monitored: Monitored, container: str) -> None:
    words = ("-l", f"app.kubernetes.io/name=temporal-{container}", "--tail=-1")
    text = monitored.stack.kubectl("-n", NAME, "logs", *words)
    lines = [json.loads(line) for line in text.splitlines() if not PLAIN.fullmatch(line)]
    assert lines
    assert all({"level", "msg"} <= line.keys() for line in lines)


def test_a_backlog_is_seen(monitored: Monitored) -> None:
    """Its length and its age, of a task queue that nobody polls."""
    words = ("--type", "Anything", "--task-queue", "nobody-polls", "--workflow-id", "waits")
    monitored.stack.temporal("workflow", "start", *words)
    queue = '{taskqueue="nobody-polls", temporal_namespace="default", partition!="__sticky__"}'
    until("its length is seen", lambda: monitored.query(f"approximate_backlog_count{queue} == 1"), 180)
    until("its age is seen", lambda: monitored.query(f"approximate_backlog_age_seconds{queue} > 10"), 180)


def test_every_rule_is_evaluated(monitored: Monitored) -> None:
    """And what it asks for is there, or on the list."""
    until("the server has told everything", lambda: all(map(monitored.query, SLOW)), 180)

    def evaluated() -> list[Any]:
        groups = monitored.ask("prometheus", 9090, "/api/v1/rules")["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        return rules if rules and all(rule["health"] != "unknown" for rule in rules) else []

    rules = until("every rule is evaluated", evaluated)
    assert [(rule["name"], rule["lastError"]) for rule in rules if rule["health"] != "ok"] == []
    series = monitored.ask("prometheus", 9090, "/api/v1/label/__name__/values")["data"]
    there = {*series, *(re.sub("_(bucket|sum|count)$", "", name) for name in series)}
    asked = {name for rule in rules for name in promql.names(rule["query"])}
    assert sorted(asked - there - SILENT["metrics"].keys()) == []


def test_every_panel_shows_something(monitored: Monitored) -> None:
    """Or is on the list."""
    silent = {uid: set(panels) for uid, panels in SILENT["panels"].items()}
    boards = {uid: json.loads(text) for uid, text in dashboards().items() if silent.get(uid) != {"*"}}
    empty = {
        uid: [
            panel["title"]
            for panel in board["panels"]
            if panel.get("datasource", {}).get("type") == "prometheus"
            and not any(monitored.query(_filled(target["expr"])) for target in panel["targets"])
        ]
        for uid, board in boards.items()
    }
    assert {uid: sorted(set(titles) - silent.get(uid, set())) for uid, titles in empty.items()} == {
        uid: [] for uid in boards
    }


def _filled(expression: str) -> str:
    return re.sub(r"\$\{?(\w+)\}?", lambda match: VARIABLES.get(match[1], ".*"), expression)


def test_people_are_told_when_a_service_is_down_and_when_it_is_back(monitored: Monitored) -> None:
    """By webhook and by mail, in words."""
    stack, told = monitored.stack, monitored.told
    about = "TemporalMatchingDown"
    stack.kubectl("-n", NAME, "scale", "deployment", "temporal-matching", "--replicas=0")
    try:
        slack = until("the webhook is called", lambda: sinks.first(told, sinks.SLACK, about, "[CRITICAL]"), 180)
        mail = until("the mail is there", lambda: sinks.first(told, sinks.MAIL, about, "[CRITICAL]"), 60)
    finally:
        stack.kubectl("-n", NAME, "scale", "deployment", "temporal-matching", "--replicas=1")
    message = json.loads(slack)
    [attachment] = message["attachments"]
    assert message["channel"] == "#ops"
    assert attachment["title"] == f"[CRITICAL] {NAME}: {CATALOGUE[about].summary}"
    assert "Runbook: docs/runbooks/TemporalMatchingDown.md" in attachment["text"]
    parsed = message_from_string(mail, policy=policy.default)
    assert (parsed["From"], parsed["To"]) == ("temporal@example.com", "ops@example.com")
    assert parsed["Subject"] == attachment["title"]
    until("it is told that all is well", lambda: sinks.first(told, sinks.SLACK, about, "[RESOLVED]"), 180)


def test_a_test_alert_arrives(monitored: Monitored) -> None:
    """By `make test-alert`, through Alertmanager alone."""
    ran = monitored.stack.command("test-alert", SEVERITY="warning")
    assert ran.code == 0, ran.err
    assert "Who must be told of it: slack; within 1s" in ran.err
    words = "This is a test: nothing is wrong."
    until("the test alert is there", lambda: sinks.first(monitored.told, sinks.SLACK, words), 60)


def test_a_grafana_draws_every_dashboard(monitored: Monitored, tmp_path: Path) -> None:
    """The pictures are kept in .state/tests/dashboards, to be looked at."""
    home = grafana_home()
    if home is None:
        pytest.skip("no Grafana on this machine: GRAFANA_HOME names the folder of an installed one")
    kept = ROOT / ".state" / "tests" / "dashboards"
    kept.mkdir(parents=True, exist_ok=True)
    uids = dashboards().keys()
    with grafana(home, monitored, tmp_path) as drawn:
        assert drawn.read("/api/frontend/settings")["rendererAvailable"], "this Grafana has no image renderer"
        until("it has read them", lambda: {each["uid"] for each in drawn.read("/api/search?type=dash-db")} == uids)
        assert drawn.read("/api/datasources/uid/prometheus/health")["status"] == "OK"
        for uid in uids:
            picture = drawn.picture(uid)
            (kept / f"{uid}.png").write_bytes(picture)
            assert width_of(picture) == WIDTH


def test_the_operators_objects_are_what_its_definitions_say(monitored: Monitored, tmp_path: Path) -> None:
    """Whatever `operator` makes, with every kind of route, and with Temporal Cloud."""
    stack = monitored.stack
    own = [*_for_the_operator("watched", tmp_path, SNS), *_for_the_operator("cloud-watched", tmp_path)]
    receivers = next(each for each in own if each["kind"] == "AlertmanagerConfig")["spec"]["receivers"]
    assert {key for each in receivers for key in each} == {"name", *RECEIVERS}
    definitions = manifests(PROMETHEUS_OPERATOR)
    stack.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    try:
        crds = [f"crd/{plural}.monitoring.coreos.com" for plural in WATCHED]
        stack.kubectl("wait", "--for=condition=Established", "--timeout=60s", *crds)
        kinds = {"ServiceMonitor", "PodMonitor", "PrometheusRule", "AlertmanagerConfig", "ScrapeConfig"}
        assert {each["kind"] for each in own} == kinds
        for each in own:
            each["metadata"]["namespace"] = NAME
            words = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"]
            stack.kubectl(*words, stdin=json.dumps(each))
    finally:
        stack.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)


def _for_the_operator(name: str, folder: Path, *routes: Mapping[str, Any]) -> list[Any]:
    """What a stack of tests/settings makes for a Prometheus Operator, with more routes."""
    document = yaml.safe_load((ROOT / "tests" / "settings" / "stacks" / f"{name}.yaml").read_text())
    if routes:
        document["config"]["temporal:monitoring"]["notifications"]["routes"] += routes
    file = folder / f"Pulumi.{name}.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    rendered = Deployment(file, NAME).command("render", OUT=str(folder / name))
    assert rendered.code == 0, rendered.err
    objects = [yaml.safe_load(each.read_text()) for each in (folder / name / "kubernetes").rglob("*.yaml")]
    return [each for each in objects if each["apiVersion"].startswith("monitoring.coreos.com/")]
