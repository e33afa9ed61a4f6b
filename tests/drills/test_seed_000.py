"""The stack of Legal AI (examples/stacks/000-legal-ai.yaml), and what their guide promises, read from server, cluster
and stores.

Their PostgreSQL is the plain one of the tests, their Elasticsearch an OpenSearch, Amazon's S3 a server behind the
bucket's name, cert-manager a thread that signs, and their worker's image one with the tests' Python. No metrics server
is there, so nothing scales history by itself; no Ingress controller takes the Ingress. Grafana is left away, and nobody
is behind the names of Slack and of the mail server: that somebody is told is seen by tests/cluster/test_monitoring.py.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.cluster.application import load_image
from tests.cluster.monitored import looked_into
from tests.cluster.stack import Deployment, until
from tests.drills.seeds import seen
from tests.drills.seeds.overlay import seed
from tests.drills.seeds.signing import cert_manager
from tests.drills.seeds.up import node_up, up
from tests.drills.seeds.world import ELSEWHERE, World
from versions import OPENSEARCH_IMAGE, VERSITYGW_IMAGE

QUEUE = "document-processing"
THEIRS = "temporal"
"""The Kubernetes namespace of their stores."""


@dataclass(frozen=True)
class Legal:
    """The stack, and what is around it."""

    stack: Deployment
    world: World


@pytest.fixture(scope="module")
def legal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Legal]:
    """The stack with everything that is somebody else's."""
    node_up(OPENSEARCH_IMAGE, VERSITYGW_IMAGE)
    stack = seed("000-legal-ai")
    config = yaml.safe_load(stack.file.read_text())["config"]
    world = World(stack)
    world.namespace(stack.namespace, pod_security_kubernetes_io__enforce="restricted")
    world.namespace("legal-backend")
    authority = {"ca.crt": world.serving("nobody")["ca.crt"]}
    password = secrets.token_hex(16)
    world.postgres(config["temporal:database"]["host"], {"temporal": password}, {"temporal": "temporal"}, place=THEIRS)
    world.secret(stack.namespace, "temporal-postgres-credentials", {"password": password})
    world.secret(stack.namespace, "temporal-postgres-ca", authority)
    logins = {user: secrets.token_hex(16) for user in ("temporal", "temporal-schema")}
    world.elasticsearch("temporal-elasticsearch.temporal.svc", THEIRS, logins)
    world.secret(stack.namespace, "temporal-elasticsearch-credentials", logins)
    world.secret(stack.namespace, "temporal-elasticsearch-ca", authority)
    bucket, region = (config["temporal:archival"][key] for key in ("bucket", "region"))
    told = {
        "slack-url": "https://hooks.slack.example.com/services/T0/B0/hidden",
        "smtp-password": secrets.token_hex(16),
    }
    world.secret(stack.namespace, "temporal-alerts", told)
    address, keys = world.s3(bucket, region)
    world.secret(stack.namespace, "temporal-archive-credentials", keys)
    world.outside(stack.namespace, {address: [f"{bucket}.s3.{region}.amazonaws.com"]})
    [worker] = config["temporal:workloads"]
    load_image(tmp_path_factory.mktemp("image"), worker["image"])
    with cert_manager(world, "legal-ai-temporal"):
        with up(stack):
            yield Legal(stack, world)
        world.end()


def test_its_services(legal: Legal) -> None:
    """ "Architecture", with history from three to ten at 70 % in place of five: "Scaling"."""
    found = seen.ready_pods(legal.stack)
    parts = {"frontend": 3, "history": 3, "matching": 3, "worker": 3}
    assert {part: found[part] for part in parts} == parts
    scaler = legal.stack.get("horizontalpodautoscaler", "temporal-history")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 10)
    [metric] = scaler["metrics"]
    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    assert seen.shards(legal.stack) == 512


def test_its_namespaces_archive(legal: Legal) -> None:
    """TEMPORAL_NAMESPACE=default,production, both with an archive; a history comes back from the bucket after its
    execution is deleted."""
    found = seen.namespaces(legal.stack)
    assert set(found) == {"default", "production"}
    assert {each["config"]["historyArchivalState"] for each in found.values()} == {"ARCHIVAL_STATE_ENABLED"}
    stack, one = legal.stack, ("--workflow-id", "kept")
    start = ("workflow", "start", *one, "--type", "kept", "--task-queue", "nobody")
    stack.temporal(*start, namespace="production")
    described = json.loads(stack.temporal("workflow", "describe", *one, "--output", "json", namespace="production"))
    run_id = described["workflowExecutionInfo"]["execution"]["runId"]
    run = (*one, "--run-id", run_id)
    stack.temporal("workflow", "terminate", *one, namespace="production")
    bucket = ("exec", "s3", "--", "find", "/data/buckets/temporal-archive-legal-ai", "-type", "f")

    def archived() -> bool:
        return f"/history/kept/{run_id}/" in legal.world.deployment.kubectl("-n", ELSEWHERE, *bucket)

    until("its history is in the bucket", archived, 420)
    stack.temporal("workflow", "delete", *run, namespace="production")
    gone = ("workflow", "describe", *run)
    until("it is deleted", lambda: "not found" in stack.try_temporal(*gone, namespace="production").err.lower(), 60)
    assert "WorkflowExecutionTerminated" in stack.temporal("workflow", "show", *run, namespace="production")


def test_its_searches_are_in_elasticsearch(legal: Legal) -> None:
    """The smoke test's executions are in the index, and none is in PostgreSQL."""
    query = "TaskQueue = 'smoke' OR ExecutionStatus = 'Completed'"
    said = json.loads(legal.stack.temporal("workflow", "count", "--query", query, "--output", "json"))
    assert int(said["count"]) >= 100
    assert legal.world.psql("SELECT datname FROM pg_database WHERE datname LIKE 'temporal%'", place=THEIRS) == [
        "temporal"
    ]


def test_nobody_gets_in_without_a_certificate(legal: Legal) -> None:
    """Mutual TLS, which their variables left off."""
    client = legal.stack.client()
    assert legal.stack.try_temporal("operator", "cluster", "health").code == 0
    without = {name: value for name, value in client.items() if "CLIENT_" not in name}
    assert set(client) - set(without)
    legal.stack._clients["default"] = without
    ran = legal.stack.try_temporal("operator", "cluster", "health")
    legal.stack._clients["default"] = client
    assert ran.code != 0
    assert "certificate" in ran.err


def test_its_backend_is_connected(legal: Legal) -> None:
    """ "Connect Backend to Temporal": variables that SDKs read, and a certificate of its own."""
    variables = json.loads(
        legal.stack.kubectl("-n", "legal-backend", "get", "configmap", "temporal-connection", "-o", "json")
    )["data"]
    assert variables["TEMPORAL_ADDRESS"] == "temporal-frontend.legal-ai.svc:7233"
    assert variables["TEMPORAL_NAMESPACE"] == "production"
    assert variables["TEMPORAL_TLS_SERVER_NAME"] == "temporal-frontend.legal-ai.svc.cluster.local"
    secret = json.loads(legal.stack.kubectl("-n", "legal-backend", "get", "secret", "temporal-client", "-o", "json"))
    assert set(secret["data"]) == {"tls.crt", "tls.key", "ca.crt"}


def test_its_worker_pool(legal: Legal) -> None:
    """ "Worker Configuration": four, with two hundred and a hundred slots; executions complete."""
    stack = legal.stack
    assert seen.ready_pods(stack, "legal-backend") == {"document-processing": 4}
    seen.pollers(stack, QUEUE, "production", 4)
    seen.completed(stack, QUEUE, "production", 10)
    names = ("TEMPORAL_MAX_CONCURRENT_WORKFLOW_TASKS", "TEMPORAL_MAX_CONCURRENT_ACTIVITIES")
    program = f"import os; print(*(os.environ[name] for name in {names}))"
    words = ("exec", "deployment/document-processing", "--", "python", "-c", program)
    assert stack.kubectl("-n", "legal-backend", *words).split() == ["200", "100"]


def test_it_is_watched(legal: Legal, tmp_path: Path) -> None:
    """ "Prometheus Metrics", "Alerts": every pod of every service is read, their four alerts are judged, and Slack and
    e-mail are where Alertmanager tells."""
    watched = looked_into(legal.stack, tmp_path)
    services = {"frontend": 3, "internal-frontend": 2, "history": 3, "matching": 3, "worker": 3}
    pods = {f"temporal-{name}": number for name, number in services.items()}

    def read() -> bool:
        found = {each["metric"]["job"]: int(each["value"][1]) for each in watched.query("sum by (job) (up)")}
        return pods.items() <= found.items()

    until("every pod is read", read, 120)
    groups = watched.ask("prometheus", 9090, "/api/v1/rules", type="alert")["data"]["groups"]
    health = {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}
    theirs = ("TemporalFrontendDown", "TemporalHistoryDown", "HighWorkflowFailureRate", "WorkflowExecutionTimeout")
    assert {name: health[name] for name in theirs} == dict.fromkeys(theirs, "ok")
    config = yaml.safe_load(watched.ask("alertmanager", 9093, "/api/v2/status")["config"]["original"])
    ways = sorted(key for each in config["receivers"] for key in each if key.endswith("_configs"))
    assert ways == ["email_configs", "slack_configs"]
