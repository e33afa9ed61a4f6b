"""What is there once a stack is deployed, read from the cluster and the server."""

import json
import re
from typing import Any

from settings.scalars import bytes_of, millicores_of
from tests.cluster.stack import Deployment, ready, until

MEBIBYTE = 2**20


def ready_pods(stack: Deployment, namespace: str | None = None) -> dict[str, int]:
    """Ready pods by part: a service of the server as `frontend`, a workload by its name."""
    words = ("-n", namespace or stack.namespace, "get", "pods", "-o", "json")
    found: dict[str, int] = {}
    for pod in json.loads(stack.kubectl(*words))["items"]:
        name = pod["metadata"]["labels"].get("app.kubernetes.io/name", pod["metadata"]["name"])
        if ready(pod) and "deletionTimestamp" not in pod["metadata"]:
            found[name.removeprefix("temporal-")] = found.get(name.removeprefix("temporal-"), 0) + 1
    return found


def limits(stack: Deployment, part: str) -> dict[str, float]:
    """What a container of a part may use, as the kubelet holds it to: `cpu` in cores, `memory` in MiB."""
    pods = stack.get("pods", "-l", f"app.kubernetes.io/name=temporal-{part}")["items"]
    said = {json.dumps(pod["spec"]["containers"][0]["resources"]["limits"], sort_keys=True) for pod in pods}
    [one] = said
    found = json.loads(one)
    return {"cpu": millicores_of(found.get("cpu", "0")) / 1000, "memory": bytes_of(found["memory"]) / MEBIBYTE}


def restarts(stack: Deployment) -> dict[str, int]:
    """Containers that started more than once, by pod."""
    return {
        pod["metadata"]["name"]: status["restartCount"]
        for pod in stack.get("pods")["items"]
        for status in pod["status"].get("containerStatuses", ())
        if status["restartCount"]
    }


def shards(stack: Deployment, namespace: str = "default") -> int:
    """The server's number of history shards."""
    said = json.loads(stack.temporal("operator", "cluster", "describe", "--output", "json", namespace=namespace))
    return int(said["historyShardCount"])


def namespaces(stack: Deployment, namespace: str = "default") -> dict[str, Any]:
    """The server's namespaces by name, less its own."""
    listed = json.loads(stack.temporal("operator", "namespace", "list", "--output", "json", namespace=namespace))
    return {
        each["namespaceInfo"]["name"]: each for each in listed if each["namespaceInfo"]["name"] != "temporal-system"
    }


def retentions(stack: Deployment, namespace: str = "default") -> dict[str, int]:
    """Hours that the server keeps closed executions, by namespace."""
    return {
        name: int(each["config"]["workflowExecutionRetentionTtl"].removesuffix("s")) // 3600
        for name, each in namespaces(stack, namespace).items()
    }


def dynamic_values(stack: Deployment, service: str) -> dict[str, str]:
    """What a service said of its dynamic config when it read it: the value that holds everywhere, by key in lower
    case."""
    ran = stack.command("logs", SERVICE=service, SINCE="24h")
    assert ran.code == 0, ran.err
    said = r"dynamic config changed for the key: (\S+) oldValue: nil newValue: \{ constraints: \{\} value: (.*?) \}"
    return {key.lower(): value for key, value in re.findall(said, ran.out)}


def completed(stack: Deployment, queue: str, namespace: str, count: int) -> None:
    """Executions of the tests' worker on a task queue, one after the other."""
    for number in range(count):
        words = ("--type", "Note", "--task-queue", queue, "--workflow-id", f"{queue}-{number}")
        said = stack.temporal(
            "workflow", "execute", *words, "--input", json.dumps(f"line {number}"), "--output", "json",
            namespace=namespace,
        )  # fmt: skip
        assert json.loads(said)["status"] == "COMPLETED", said


def pollers(stack: Deployment, queue: str, namespace: str, count: int) -> None:
    """Waits until so many workers poll a task queue."""

    def seen() -> bool:
        words = ("task-queue", "describe", "--task-queue", queue, "--output", "json")
        said = json.loads(stack.temporal(*words, namespace=namespace))
        return len({each["identity"] for each in said.get("pollers") or ()}) == count

    until(f"{count} workers poll {queue}", seen, 180)
