"""An application's worker and API as the stack runs them, with the real SDK, on the real node.

The proof ends at one node and one pod each. No Ingress controller and no AWS spot node is there; KEDA is in the drill
`keda`. Each step goes on from the one before.
"""

import json
from collections.abc import Iterator

import pytest
import yaml

from tests.cluster.application import API, NAMESPACE, WORKER, asked, load_image, noted, objects, say, the_pod
from tests.cluster.stack import Deployment, until


@pytest.fixture(scope="module")
def working(platform: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The tests' stack with workloads; afterwards it is without again."""
    load_image(tmp_path_factory.mktemp("image"))
    text = platform.file.read_text()
    say(platform, workloads=[WORKER, API])
    try:
        platform.up()
        yield platform
    finally:
        platform.file.write_text(text)
        platform.up()


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


def test_7_what_leaves_the_file_leaves_the_cluster(working: Deployment) -> None:
    """Volumes included."""
    say(working, workloads=[API])
    working.up()
    kinds = "deployments,serviceaccounts,persistentvolumeclaims,poddisruptionbudgets,services"

    def left() -> set[str]:
        items = objects(working, kinds, "-l", "app.kubernetes.io/managed-by=pulumi")["items"]
        return {f"{each['kind']}/{each['metadata']['name']}" for each in items}

    until("they are gone", lambda: left() == {"Deployment/web", "ServiceAccount/web", "Service/web"})
