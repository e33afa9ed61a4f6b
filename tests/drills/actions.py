"""What is done to a server under load. Each returns when Kubernetes has settled again."""

import contextlib
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from tests.cluster.stack import Deployment, ready, until

SETTLE_SECONDS = 300.0


def roll(stack: Deployment, service: str) -> None:
    """New pods for a Deployment, by its own strategy."""
    stack.kubectl("-n", stack.namespace, "rollout", "restart", f"deployment/temporal-{service}")
    stack.kubectl("-n", stack.namespace, "rollout", "status", f"deployment/temporal-{service}", "--timeout=300s")
    settled(stack, service)


def scale(stack: Deployment, service: str, replicas: int) -> None:
    """Another number of pods."""
    stack.kubectl("-n", stack.namespace, "scale", f"deployment/temporal-{service}", f"--replicas={replicas}")
    stack.kubectl("-n", stack.namespace, "rollout", "status", f"deployment/temporal-{service}", "--timeout=300s")
    settled(stack, service)


def delete(stack: Deployment, service: str) -> None:
    """Ends one pod as Kubernetes does: SIGTERM, then its grace period."""
    old = pods(stack, service)
    name = old[0]["metadata"]["name"]
    stack.kubectl("-n", stack.namespace, "delete", "pod", name, "--wait=false")
    until(f"{name} is replaced", lambda: _replaced(stack, service, old[0]["metadata"]["uid"]), SETTLE_SECONDS)
    settled(stack, service)


def evict(stack: Deployment, service: str) -> None:
    """Evicts every pod of a service one by one, as draining its node does; a budget may refuse for a while."""
    for pod in pods(stack, service):
        _evict(stack, service, pod["metadata"]["name"], pod["metadata"]["uid"])
    settled(stack, service)


def _evict(stack: Deployment, service: str, name: str, uid: str) -> None:
    path = f"/api/v1/namespaces/{stack.namespace}/pods/{name}/eviction"
    metadata = {"name": name, "namespace": stack.namespace}
    eviction = json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata})

    def allowed() -> bool:
        return "Success" in stack.kubectl("create", "--raw", path, "-f", "-", stdin=eviction, check=False)

    until(f"{name} may be evicted", allowed, SETTLE_SECONDS)
    until(f"{name} is replaced", lambda: _replaced(stack, service, uid), SETTLE_SECONDS)


def kill(stack: Deployment, service: str) -> None:
    """SIGKILL for the processes of one pod: nothing is said to anybody; the kubelet starts the container again."""
    pod = pods(stack, service)[0]
    before = _restarts(pod)
    for process in _processes(pod["metadata"]["uid"]):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    name = pod["metadata"]["name"]
    until(f"{name} runs again", lambda: _restarts(stack.get("pod", name)) > before, SETTLE_SECONDS)
    settled(stack, service)


def away(stack: Deployment, seconds: float) -> None:
    """Takes PostgreSQL away for a while."""
    postgres = ("-n", stack.namespace, "scale", "statefulset/temporal-postgres")
    stack.kubectl(*postgres, "--replicas=0")
    until("PostgreSQL is gone", lambda: not pods(stack, "postgres"), SETTLE_SECONDS)
    time.sleep(seconds)
    stack.kubectl(*postgres, "--replicas=1")
    settled(stack, "postgres")


def pods(stack: Deployment, service: str) -> list[Any]:
    """The pods of a part, those on their way out included."""
    found: list[Any] = stack.get("pods", "-l", f"app.kubernetes.io/name=temporal-{service}")["items"]
    return found


def settled(stack: Deployment, service: str) -> None:
    """Waits until every pod of a part is ready and none is on its way out."""

    def quiet() -> bool:
        found = pods(stack, service)
        return bool(found) and all("deletionTimestamp" not in pod["metadata"] and ready(pod) for pod in found)

    until(f"the pods of {service} are ready", quiet, SETTLE_SECONDS)


def _replaced(stack: Deployment, service: str, uid: str) -> bool:
    return all(pod["metadata"]["uid"] != uid for pod in pods(stack, service))


def _restarts(pod: Any) -> int:
    return sum(int(status["restartCount"]) for status in pod["status"].get("containerStatuses", []))


def _processes(uid: str) -> list[int]:
    """The processes of a pod on this machine, less the one that only holds its namespaces."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            groups = (entry / "cgroup").read_text()
            if (uid in groups or uid.replace("-", "_") in groups) and (entry / "comm").read_text().strip() != "pause":
                found.append(int(entry.name))
    assert found, f"no process of pod {uid} on this machine"
    return found
