"""Archives in a real S3 server: written, read back, refused, mended; and what `make up` says of a store it cannot use.

The server is versitygw in the cluster, over TLS. The proof ends there: Amazon's own S3, and other people's stores, are
seen only in what they have in common with it.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.monitored import Monitored, looked_into
from tests.cluster.stack import Deployment, deployment_of, until

NAMESPACE = "kept"
POD = "temporal-archive-0"
BUCKETS = "/var/lib/versitygw/buckets"
ASTRAY = "astray"


def temporal(search: Deployment, *words: str) -> str:
    return search.temporal(*words, namespace=NAMESPACE)


def closed(search: Deployment, name: str) -> tuple[str, ...]:
    """Starts an execution, sends it a signal, ends it; the words that name it."""
    started = ("--workflow-id", name, "--type", "kept", "--task-queue", "nobody")
    temporal(search, "workflow", "start", *started)
    temporal(search, "workflow", "signal", "--workflow-id", name, "--name", "remember", "--input", '"this"')
    described = json.loads(temporal(search, "workflow", "describe", "--workflow-id", name, "--output", "json"))
    temporal(search, "workflow", "terminate", "--workflow-id", name)
    return "--workflow-id", name, "--run-id", described["workflowExecutionInfo"]["execution"]["runId"]


def listed(search: Deployment) -> set[str]:
    """Workflow ids of the archived executions."""
    query = ("--archived", "--query", "WorkflowType = 'kept'", "--output", "json")
    found: list[dict[str, Any]] = json.loads(temporal(search, "workflow", "list", *query) or "[]")
    return {each["execution"]["workflowId"] for each in found}


def restart(search: Deployment, variable: str) -> None:
    """Another pod of the archive, with a variable more or, with `-` behind its name, less."""
    words = ["-n", search.namespace]
    search.kubectl(*words, "set", "env", "statefulset/temporal-archive", variable)
    search.kubectl(*words, "rollout", "status", "statefulset/temporal-archive", "--timeout=180s")


def in_the_archive(search: Deployment, *command: str) -> str:
    words = ["-n", search.namespace, "exec", POD, "--"]
    return search.kubectl(*words, *command)


def counted(monitored: Monitored, name: str) -> float:
    """A counter of history, over all its labels; nothing is 0, for the series comes with the first event."""
    return sum(float(series["value"][1]) for series in monitored.query(f'{name}{{service_name="history"}}'))


def failures(search: Deployment) -> list[str]:
    """What history said lately of archives that it could not write."""
    said = search.command("logs", SERVICE="history", SINCE="5m").out
    return [line for line in said.splitlines() if "failed to archive workflow" in line]


def test_1_a_history_is_archived_and_read_back_after_its_execution_is_deleted(search: Deployment) -> None:
    one = closed(search, "first")
    until("the execution is archived", lambda: listed(search) == {"first"}, 120)
    files = in_the_archive(search, "find", f"{BUCKETS}/temporal-archive/tests", "-type", "f").splitlines()
    assert {path.split("/")[8] for path in files} == {"history", "visibility"}
    temporal(search, "workflow", "delete", *one)
    gone = "workflow execution not found"

    def is_gone() -> bool:
        return gone in search.try_temporal("workflow", "describe", *one, namespace=NAMESPACE).err.lower()

    until("it is deleted", is_gone, 60)
    shown = temporal(search, "workflow", "show", *one)
    assert "WorkflowExecutionSignaled" in shown
    assert "WorkflowExecutionTerminated" in shown
    assert listed(search) == {"first"}


def test_2_nothing_of_a_namespace_without_archival_is_archived(search: Deployment) -> None:
    """The smoke test's 100 executions, closed long ago, are not there."""
    folders = in_the_archive(search, "ls", f"{BUCKETS}/temporal-archive/tests").split()
    described = temporal(search, "operator", "namespace", "describe", "--namespace", NAMESPACE, "--output", "json")
    assert folders == [json.loads(described)["namespaceInfo"]["id"]]


def test_3_a_bucket_that_refuses_writes_is_told_and_nothing_is_lost(search: Deployment, tmp_path: Path) -> None:
    """In history's log, by a metric, and with a retry that comes through once the bucket is mended. What was archived
    before can be read all the time: it outlives the pod, which restarts twice."""
    monitored = looked_into(search, tmp_path)
    failed, succeeded = (f"history_archiver_archive_{how}" for how in ("non_retryable_error", "success"))
    before = until("the first archive is counted", lambda: counted(monitored, succeeded), 60)
    assert counted(monitored, failed) == 0
    restart(search, "VGW_READ_ONLY=true")
    closed(search, "second")
    until("the metric counts it", lambda: counted(monitored, failed), 120)
    (line, *_) = until("the log tells it", lambda: failures(search), 60)
    assert "AccessDenied" in line
    assert '"second"' in line
    assert listed(search) == {"first"}
    restart(search, "VGW_READ_ONLY-")
    until("the execution is archived", lambda: listed(search) == {"first", "second"}, 240)
    until("the metric counts it", lambda: counted(monitored, succeeded) > before, 60)


@pytest.fixture(scope="module")
def astray(search: Deployment) -> Iterator[Deployment]:
    """Another stack that shall use the archive of the first as somebody else's store, with the Secrets it needs."""
    document = yaml.safe_load(search.file.read_text())
    said = document["config"]
    said |= {"temporal:name": ASTRAY, "temporal:namespaces": [{"name": "default", "archival": True}]}
    said["temporal:kubernetes"]["createNamespace"] = False
    del said["temporal:visibility"]
    said["temporal:archival"] = {
        "kind": "s3-compatible",
        "endpoint": "https://temporal-archive.search.svc:7070",
        "bucket": "temporal-archive",
        "ca": {"secret": "store", "key": "ca.crt"},
        "credentials": {half: {"secret": "store", "key": half} for half in ("accessKey", "secretKey")},
    }
    deployment = deployment_of(yaml.safe_dump(document), ASTRAY)
    deployment.kubectl("create", "namespace", ASTRAY)
    yield deployment
    assert deployment.command("down").code == 0
    deployment.kubectl("delete", "namespace", ASTRAY, "--wait=false")


def hand_over(search: Deployment, **others: str) -> None:
    """What opens the archive, as a Secret of the other stack; `others` replace keys of it."""
    data = {
        **search.get("secret", "temporal-archive-keys")["data"],
        **search.get("secret", "temporal-archive-ca")["data"],
    }
    data |= {key: base64.b64encode(text.encode()).decode() for key, text in others.items()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "store", "namespace": ASTRAY}, "data": data}
    search.kubectl("apply", "-f", "-", stdin=json.dumps(secret))


def test_4_a_store_that_cannot_be_used_is_told_before_the_server_rolls(search: Deployment, astray: Deployment) -> None:
    """The other mistakes, an authority, a bucket, a region, are told likewise: test_s3_image has them all."""
    hand_over(search, secretKey="another")
    pair = "key accessKey of Secret store and key secretKey of Secret store"
    why = "https://temporal-archive.search.svc:7070 does not let this key pair list bucket temporal-archive"
    ran = astray.command("up")
    assert (ran.code, "Traceback" in ran.err) == (1, False)
    assert f"{why} (403 SignatureDoesNotMatch" in ran.err
    assert f"are {pair} its halves" in ran.err
    assert astray.get("deployments")["items"] == []
