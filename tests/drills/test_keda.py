"""A worker that follows its backlog, with KEDA itself beside the tests' stack."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.cluster.application import WORKER, load_image, objects, say
from tests.cluster.stack import Deployment, until
from tests.drills.keda import keda

SCALED: Final[dict[str, Any]] = {
    **{key: value for key, value in WORKER.items() if key != "volumes"},
    "name": "scaled",
    "taskQueue": "scaled",
    "slots": {"activities": 5},
    "autoscaling": {"kind": "keda", "min": 1, "max": 3, "backlog": 10},
}
WAITING: Final = 40


@pytest.fixture(scope="module")
def scaled(platform: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The tests' stack with the worker in its file."""
    load_image(tmp_path_factory.mktemp("image"))
    say(platform, workloads=[SCALED])
    return platform


@pytest.fixture(scope="module")
def scaling(scaled: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Deployed beside KEDA; afterwards the worker is gone before KEDA goes."""
    with keda(scaled, tmp_path_factory.mktemp("keda")):
        ran = scaled.up()
        assert "unknown field" not in ran.err
        yield scaled
        say(scaled, workloads=[])
        scaled.up()


def replicas(stack: Deployment) -> int:
    """Pods of the worker that are ready."""
    return int(objects(stack, "deployment", "scaled")["status"].get("readyReplicas", 0))


def test_1_without_keda(scaled: Deployment) -> None:
    ran = scaled.command("up")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        "  KEDA is not installed: the cluster serves no keda.sh/v1alpha1, and temporal:workloads[0].autoscaling needs "
        "it. Install 2.18 or later (https://keda.sh/docs/latest/deploy), or say replicas instead"
    )


def test_2_it_asks_for_the_backlog_as_the_application(scaling: Deployment) -> None:
    """With the keys of the application's own Secret; KEDA finds nothing wrong with it."""
    [trigger] = objects(scaling, "scaledobject", "scaled")["spec"]["triggers"]
    assert trigger["metadata"] == {
        "endpoint": "temporal-frontend.platform.svc:7233",
        "namespace": "orders",
        "taskQueue": "scaled",
        "queueTypes": "workflow,activity",
        "targetQueueSize": "10",
        "tlsServerName": "temporal-frontend.platform.svc.cluster.local",
    }
    parameters = objects(scaling, "triggerauthentication", "scaled")["spec"]["secretTargetRef"]
    assert {each["key"] for each in parameters} == objects(scaling, "secret", "temporal-client")["data"].keys()

    def is_ready() -> bool:
        conditions = objects(scaling, "scaledobject", "scaled").get("status", {}).get("conditions", ())
        return {each["type"]: each["status"] for each in conditions}.get("Ready") == "True"

    until("KEDA takes it", is_ready, 120)
    assert replicas(scaling) == 1


def test_3_the_worker_follows_its_backlog(scaling: Deployment) -> None:
    """Forty activities that stay: one pod takes five, the others wait. Three pods, and one again when all are ended.
    Another `up` in between leaves the number alone."""
    for number in range(WAITING):
        words = ("--type", "Outlast", "--task-queue", "scaled", "--workflow-id", f"waiting-{number}")
        scaling.temporal("workflow", "start", *words, namespace="orders")
    until("three pods work", lambda: replicas(scaling) == 3, 300)
    assert "no changes" in scaling.up().err
    assert replicas(scaling) == 3
    query = ("--query", "WorkflowType = 'Outlast'", "--reason", "the backlog is seen", "--yes")
    scaling.temporal("workflow", "terminate", *query, namespace="orders")
    running = ("workflow", "count", "--query", "WorkflowType = 'Outlast' AND ExecutionStatus = 'Running'")

    def ended() -> bool:
        counted = json.loads(scaling.temporal(*running, "--output", "json", namespace="orders"))
        return int(counted.get("count", 0)) == 0

    until("all are ended", ended, 120)
    until("one pod is left", lambda: replicas(scaling) == 1, 900)
