"""Pod: ready or succeeded, and what keeps it from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standins.kubernetes.objects import Object, name_of
from standins.kubernetes.readiness.progress import READY, Progress
from standins.kubernetes.readiness.workloads import condition

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTING = frozenset({"", "ContainerCreating", "PodInitializing"})


@dataclass(frozen=True)
class Problem:
    """Why a pod is not ready.

    `container` has crashed, `previous` says that its last words are in its previous log. `slow` may pass by itself.
    """

    pod: str
    reason: str
    container: str = ""
    previous: bool = False
    slow: bool = False

    def __str__(self) -> str:
        return f"pod {self.pod}: {self.reason}"


def pod(obj: Object) -> Progress:
    phase = (obj.get("status") or {}).get("phase")
    if phase == "Succeeded" or condition(obj, "Ready").get("status") == "True":
        return READY
    return Progress(f"the pod to be ready (now {phase or 'unknown'})")


def problems(obj: Object) -> list[Problem]:
    """What is wrong with a pod, most telling first; empty while it is merely starting, and for one that is fine."""
    name, status = name_of(obj), obj.get("status") or {}
    if pod(obj).ready:
        return []
    scheduled = condition(obj, "PodScheduled")
    if scheduled.get("status") == "False":
        return [Problem(name, f"cannot be scheduled: {scheduled.get('message') or scheduled.get('reason')}")]
    found = [
        problem
        for container in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]
        for problem in _of_container(name, container)
    ]
    if not found and status.get("phase") == "Failed":
        reason = ": ".join(str(status[key]) for key in ("reason", "message") if status.get(key))
        found.append(Problem(name, reason or "failed without a reason"))
    return found


def _of_container(pod_name: str, status: dict[str, Any]) -> Iterator[Problem]:
    container = str(status.get("name"))
    state, last = status.get("state") or {}, (status.get("lastState") or {}).get("terminated")
    waiting, terminated = state.get("waiting"), state.get("terminated")
    if terminated and terminated.get("exitCode") != 0:
        yield Problem(pod_name, f"container {container} {_ended(terminated)}", container)
    elif waiting and waiting.get("reason", "") not in _STARTING:
        if last:
            restarts = f"{waiting['reason']}, restarted {status.get('restartCount', 0)} times"
            text = f"container {container} {_ended(last)} ({restarts})"
            yield Problem(pod_name, text, container, previous=True)
        else:
            message = f": {waiting['message']}" if waiting.get("message") else ""
            yield Problem(pod_name, f"container {container}: {waiting['reason']}{message}")
    elif last and not status.get("ready"):
        text = f"container {container} {_ended(last)} and was restarted"
        yield Problem(pod_name, text, container, previous=True)
    elif "running" in state and not status.get("ready"):
        yield Problem(pod_name, f"container {container} runs but is not ready", slow=True)


def _ended(terminated: dict[str, Any]) -> str:
    message = f": {terminated['message'].strip()}" if terminated.get("message") else ""
    return f"ended with exit code {terminated.get('exitCode')} ({terminated.get('reason', 'Error')}){message}"
