"""Why an object is not ready: what its controller, its pods and the events about them say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standins.kubernetes.objects import Object, name_of, namespace_of, pluck
from standins.kubernetes.readiness.pod import pod as progress_of_pod
from standins.kubernetes.readiness.pod import problems
from standins.kubernetes.readiness.workloads import deployment_warning
from standins.live.kubernetes.errors import ClusterError
from standins.live.kubernetes.last_words import last_words

if TYPE_CHECKING:
    from standins.live.kubernetes.cluster import Cluster

_PODS = 3  # pods that are told of; replicas mostly fail alike
_EVENTS = 3
_OWNERS_OF_PODS = frozenset({"DaemonSet", "Deployment", "Job", "Pod", "StatefulSet"})


class Diagnosis:
    """What is found out about one object while it is waited for."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._crashes: dict[str, list[str]] = {}

    def symptoms(self, live: Object) -> list[str]:
        """One line a problem that will hardly pass by itself, for warnings while waiting."""
        found = [problem for pod in self._pods(live) for problem in problems(pod)]
        return [*_complaint(live), *(str(problem) for problem in found if not problem.slow)]

    def remember_crashes(self, live: Object) -> None:
        """Keep what crashed pods of a Job said: a Job that fails takes pods with it that restart their containers."""
        if live.get("kind") != "Job":
            return
        for pod in self._pods(live, deleted_too=True):
            found = problems(pod)
            if any(str(problem) not in self._crashes for problem in found if problem.container):
                words = [str(problem) for problem in found] + list(last_words(self._cluster, pod))
                self._crashes |= {str(problem): words for problem in found if problem.container}

    def report(self, live: Object, headline: str) -> list[str]:
        """The headline, and all else a person needs to see about an object that is not ready. Never raises."""
        reasons = [headline, *_complaint(live)]
        try:
            pods = [pod for pod in self._pods(live) if not progress_of_pod(pod).ready][:_PODS]
            for pod in pods:
                reasons += map(str, problems(pod))
                reasons += last_words(self._cluster, pod)
            if not pods and self._crashes:
                reasons += list(self._crashes.values())[-1]
            reasons += self._events([live, *pods], said="\n".join(reasons))
        except ClusterError as error:
            reasons.append(f"no more could be found out: {error}")
        return reasons

    def _pods(self, live: Object, *, deleted_too: bool = False) -> list[Object]:
        """Pods of a workload, mostly without those that are being deleted; a pod's own is itself."""
        if live.get("kind") not in _OWNERS_OF_PODS:
            return []
        if live["kind"] == "Pod":
            return [live]
        selector = _selector(pluck(live, "spec", "selector") or {})
        if not selector:
            return []
        pods = self._cluster.list("v1", "Pod", namespace_of(live), labels=selector)
        return [_with_kind(pod) for pod in pods if deleted_too or not pluck(pod, "metadata", "deletionTimestamp")]

    def _events(self, objects: list[Object], *, said: str) -> list[str]:
        """The newest warnings that are not said already: a Secret that cannot be mounted, a probe that fails."""
        found: dict[str, str] = {}
        for obj in objects:
            fields = f"involvedObject.uid={obj['metadata']['uid']},type=Warning"
            for event in self._cluster.list("v1", "Event", namespace_of(obj), fields=fields):
                time, message = event.get("lastTimestamp") or event.get("eventTime") or "", str(event.get("message"))
                if message not in said:
                    found[f"event of {obj['kind']} {name_of(obj)}: [{event.get('reason')}] {message}"] = time
        return sorted(found, key=lambda text: found[text])[-_EVENTS:]


def _complaint(live: Object) -> list[str]:
    """What the object's own controller complains of."""
    warning = deployment_warning(live) if live.get("kind") == "Deployment" else ""
    return [warning] if warning else []


def _with_kind(pod: Object) -> Object:
    """Elements of a list come without apiVersion and kind."""
    return {"apiVersion": "v1", "kind": "Pod", **pod}


def _selector(selector: dict[str, Any]) -> str:
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for item in selector.get("matchExpressions") or []:
        values = f"({','.join(item.get('values') or [])})"
        operator = item["operator"]
        parts.append(
            {
                "In": f"{item['key']} in {values}",
                "NotIn": f"{item['key']} notin {values}",
                "Exists": item["key"],
                "DoesNotExist": f"!{item['key']}",
            }[operator]
        )
    return ",".join(parts)
