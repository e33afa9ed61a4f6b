"""An application's worker and API as the stack runs them, with the real SDK, on the real node.

Their image is made of the Python that runs these tests. The proof ends at one node, one pod each, and KEDA's
definitions: its operator is not there, so the number of pods is set by hand in its place. No Ingress controller and no
AWS spot node is there either. Each step goes on from the one before.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from commands.tests_node import NODE
from embedded import node, toolchain
from embedded.node import containers
from embedded.node.api import Api
from embedded.node.places import Places
from embedded.node.programs import TOOLS, Programs
from embedded.progress import Progress
from embedded.toolchain import store
from embedded.toolchain.golang import CACHES_LOCK, GoBuilder
from embedded.toolchain.processes import Processes
from tests.cluster import python_image
from tests.cluster.stack import Deployment, ready, until

KEDA: Final = "2.20.2"
IMAGE: Final = "docker.io/tests/application:1"
NAMESPACE: Final = "shop"
SMALL: Final = {"requests": {"cpu": "20m"}, "limits": {"memory": "256Mi"}}
WORKER: Final[dict[str, Any]] = {
    "kind": "worker",
    "name": "notes",
    "application": NAMESPACE,
    "image": IMAGE,
    "command": ["python", "/app/worker.py"],
    "taskQueue": "notes",
    "slots": {"activities": 7},
    "gracefulShutdown": "20s",
    "metricsPort": 9464,
    "probes": {"readiness": {"kind": "http", "path": "/metrics", "port": 9464}},
    "volumes": [{"kind": "claim", "name": "data", "path": "/app/data", "size": "100Mi"}],
    "resources": SMALL,
}
API: Final[dict[str, Any]] = {
    "kind": "api",
    "name": "web",
    "application": NAMESPACE,
    "image": IMAGE,
    "command": ["python", "/app/api.py"],
    "port": 8000,
    "environment": {"NOTES_TASK_QUEUE": "notes"},
    "probes": {"readiness": {"kind": "http", "path": "/healthz"}},
    "resources": SMALL,
}


@pytest.fixture(scope="module")
def image(platform: Deployment, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The application's image is on the node."""
    del platform  # its node
    archive = tmp_path_factory.mktemp("image") / "application.tar"
    python_image.write(archive, IMAGE)
    config = node.NodeConfig.from_environment(NODE)
    places = Places(config.name)
    tools = toolchain.ensure(TOOLS, Progress())
    programs = Programs(config, places, tools, Api(places, config.addresses.node))
    containers.load({IMAGE: archive}, programs.ctr(), places, Progress())


@pytest.fixture(scope="module")
def definitions(platform: Deployment) -> Iterator[str]:
    """KEDA's CustomResourceDefinitions, from its Go module; they are not in the cluster yet."""
    go = toolchain.ensure(("go",), Progress()).path("go")
    running = Processes()
    try:
        with store.shared(CACHES_LOCK, running.stopping):
            source = GoBuilder(go, running).source("github.com/kedacore/keda/v2", KEDA)
            files = sorted((source / "config" / "crd" / "bases").glob("keda.sh_*.yaml"))
            text = "\n---\n".join(file.read_text() for file in files)
    finally:
        running.stop()
    yield text
    platform.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=text)


@pytest.fixture(scope="module")
def working(platform: Deployment, image: None, definitions: str) -> Iterator[Deployment]:
    """The tests' stack with workloads; afterwards it is without again, before KEDA's definitions go."""
    del image, definitions
    text = platform.file.read_text()
    say(platform, workloads=[WORKER, API])
    try:
        platform.up()
        yield platform
    finally:
        platform.file.write_text(text)
        platform.up()


def say(deployment: Deployment, **keys: Any) -> None:
    """Puts other values into the stack file."""
    document = yaml.safe_load(deployment.file.read_text())
    document["config"] |= {f"temporal:{key}": value for key, value in keys.items()}
    deployment.file.write_text(yaml.safe_dump(document, sort_keys=False))


def objects(deployment: Deployment, *words: str) -> Any:
    return json.loads(deployment.kubectl("-n", NAMESPACE, "get", *words, "-o", "json"))


def the_pod(deployment: Deployment, workload: str) -> Any:
    """The one pod of a workload, once it is ready and no other is there."""

    def alone() -> Any:
        found = objects(deployment, "pods", "-l", f"app.kubernetes.io/name={workload}")["items"]
        return found[0] if len(found) == 1 and ready(found[0]) else None

    return until(f"one pod of {workload} is ready", alone)


def asked(deployment: Deployment, url: str, body: str | None = None) -> str:
    """What an HTTP server answers to the worker's pod."""
    data = "None" if body is None else repr(body.encode())
    program = f"import urllib.request as r; print(r.urlopen({url!r}, data={data}, timeout=60).read().decode())"
    return deployment.kubectl("-n", NAMESPACE, "exec", "deployment/notes", "--", "python", "-c", program).strip()


def noted(deployment: Deployment, line: str, namespace: str) -> list[str]:
    """The journal after a workflow execution that added a line."""
    words = ("--type", "Note", "--task-queue", "notes", "--workflow-id", f"note-{line}", "--input", json.dumps(line))
    said = deployment.temporal("workflow", "execute", *words, "--output", "json", namespace=namespace)
    result = json.loads(said)
    assert result["status"] == "COMPLETED", said
    return list(result["result"])


def test_1_the_worker_completes_workflows(working: Deployment) -> None:
    """With what its connection says and nothing else: not with a token of the API server's."""
    for number in range(20):
        assert noted(working, f"line-{number}", "orders") == [f"line-{each}" for each in range(number + 1)]
    program = "import os; print(sorted(os.environ)); print(os.path.exists('/var/run/secrets/kubernetes.io'))"
    words = ("exec", "deployment/notes", "--", "python", "-c", program)
    variables, has_token = working.kubectl("-n", NAMESPACE, *words).splitlines()
    found = {name for name in json.loads(variables.replace("'", '"')) if "TEMPORAL_" in name}
    connection = objects(working, "configmap", "temporal-connection")["data"].keys() - {"temporal.toml"}
    own = {"GRACEFUL_SHUTDOWN_SECONDS", "METRICS_ADDRESS", "TASK_QUEUE", "MAX_CONCURRENT_ACTIVITIES"}
    assert found == connection | {f"TEMPORAL_{name}" for name in own}
    assert has_token == "False"


def test_2_the_api_starts_them_through_its_service(working: Deployment) -> None:
    journal = json.loads(asked(working, f"http://web.{NAMESPACE}:8000/notes", "from the api"))
    assert journal[-2:] == ["line-19", "from the api"]


def test_3_the_worker_has_the_slots_that_are_said(working: Deployment) -> None:
    """As its SDK's metrics tell, at the port that is said."""
    lines = asked(working, "http://localhost:9464/metrics").splitlines()
    [slots] = [
        line
        for line in lines
        if line.startswith("temporal_worker_task_slots_available{") and 'worker_type="ActivityWorker"' in line
    ]
    assert 'task_queue="notes"' in slots
    assert slots.endswith(" 7")


def test_4_an_activity_ends_before_its_pod_and_the_volume_stays(working: Deployment) -> None:
    """The pod is deleted in the middle of an activity, which goes on for three seconds and is not tried again. The next
    pod has the journal."""
    pod = the_pod(working, "notes")["metadata"]["name"]
    execution = ("--workflow-id", "outlast")
    words = ("--type", "Outlast", "--task-queue", "notes")
    working.temporal("workflow", "start", *words, *execution, namespace="orders")

    def is_under_way() -> bool:
        said = working.temporal("workflow", "describe", *execution, "--output", "json", namespace="orders")
        pending = json.loads(said).get("pendingActivities", [])
        return [each["state"] for each in pending] == ["PENDING_ACTIVITY_STATE_STARTED"]

    until("the activity is under way", is_under_way, 60)
    working.kubectl("-n", NAMESPACE, "delete", "pod", pod)
    said = working.temporal("workflow", "result", *execution, "--output", "json", namespace="orders")
    assert json.loads(said)["result"] == 1
    assert the_pod(working, "notes")["metadata"]["name"] != pod
    assert noted(working, "after", "orders")[-3:] == ["line-19", "from the api", "after"]


def test_5_another_run_changes_nothing(working: Deployment) -> None:
    pods = {the_pod(working, name)["metadata"]["name"] for name in ("notes", "web")}
    assert "no changes" in working.up().err
    assert {the_pod(working, name)["metadata"]["name"] for name in ("notes", "web")} == pods


def test_6_another_connection_restarts_both(working: Deployment) -> None:
    """The same programs serve another Temporal namespace; the volume is theirs still."""
    before = {name: the_pod(working, name)["metadata"]["name"] for name in ("notes", "web")}
    [application] = yaml.safe_load(working.file.read_text())["config"]["temporal:applications"]
    say(working, applications=[{**application, "temporalNamespace": "default"}])
    working.up()
    after = {name: the_pod(working, name)["metadata"]["name"] for name in ("notes", "web")}
    assert not before.items() & after.items()
    assert noted(working, "elsewhere", "default")[-2:] == ["after", "elsewhere"]


SCALED: Final[dict[str, Any]] = {
    **{key: value for key, value in WORKER.items() if key != "volumes"},
    "name": "scaled",
    "taskQueue": "scaled",
    "autoscaling": {"kind": "keda", "min": 1, "max": 3, "backlog": 10},
}


def test_7_without_keda(working: Deployment) -> None:
    say(working, workloads=[WORKER, API, SCALED])
    ran = working.command("up")
    assert ran.code == 1
    assert ran.err.splitlines()[-1] == (
        "  KEDA is not installed: the cluster serves no keda.sh/v1alpha1, and temporal:workloads[2].autoscaling needs "
        "it. Install 2.18 or later (https://keda.sh/docs/latest/deploy), or say replicas instead"
    )
    assert "NotFound" in working.kubectl("-n", NAMESPACE, "get", "deployment", "scaled", check=False)


def test_8_kedas_definitions_take_its_objects(working: Deployment, definitions: str) -> None:
    """The API server knows every field, and a number of pods that is set in KEDA's place stays."""
    working.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    working.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/scaledobjects.keda.sh")
    working.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/triggerauthentications.keda.sh")
    ran = working.up()
    assert "unknown field" not in ran.err
    [trigger] = objects(working, "scaledobject", "scaled")["spec"]["triggers"]
    assert trigger["metadata"] == {
        "endpoint": "temporal-frontend.platform.svc:7233",
        "namespace": "default",
        "taskQueue": "scaled",
        "queueTypes": "workflow,activity",
        "targetQueueSize": "10",
        "tlsServerName": "temporal-frontend.platform.svc.cluster.local",
    }
    parameters = objects(working, "triggerauthentication", "scaled")["spec"]["secretTargetRef"]
    keys = objects(working, "secret", "temporal-client")["data"].keys()
    assert {each["key"] for each in parameters} == keys
    working.kubectl("-n", NAMESPACE, "scale", "deployment/scaled", "--replicas=2")
    until("two pods are ready", lambda: objects(working, "deployment", "scaled")["status"].get("readyReplicas") == 2)
    assert "no changes" in working.up().err
    assert objects(working, "deployment", "scaled")["spec"]["replicas"] == 2


def test_9_what_leaves_the_file_leaves_the_cluster(working: Deployment) -> None:
    """Volumes included."""
    say(working, workloads=[API])
    working.up()
    kinds = "deployments,serviceaccounts,persistentvolumeclaims,poddisruptionbudgets,scaledobjects,services"

    def left() -> set[str]:
        items = objects(working, kinds, "-l", "app.kubernetes.io/managed-by=pulumi")["items"]
        return {f"{each['kind']}/{each['metadata']['name']}" for each in items}

    until("they are gone", lambda: left() == {"Deployment/web", "ServiceAccount/web", "Service/web"})
