"""Why an object is not ready: what its pods, their events and their last log lines say.

Log lines are shown with the values of the Secrets that the pod uses masked, or not at all when those cannot be read.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from standins.kubernetes.objects import Object, name_of, namespace_of, pluck
from standins.kubernetes.readiness.pod import Problem, problems
from standins.kubernetes.readiness.pod import pod as is_ready
from standins.kubernetes.readiness.workloads import deployment_warning
from standins.live.kubernetes.cluster import Cluster, Reference
from standins.live.kubernetes.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG_LINES = 10
_LINE_LENGTH = 400  # characters of a log line that are shown
_SHORTEST_SECRET = 6  # characters; masking shorter values would garble ordinary words
_PODS = 3  # pods of which logs and events are shown; replicas mostly fail alike
_EVENTS = 3

_OWNERS_OF_PODS = frozenset({"DaemonSet", "Deployment", "Job", "Pod", "StatefulSet"})


def symptoms(cluster: Cluster, live: Object) -> list[str]:
    """One line a problem that will hardly pass by itself, for warnings while waiting."""
    found = [problem for pod in pods_of(cluster, live) for problem in problems(pod)]
    return [*_own(live), *(str(problem) for problem in found if not problem.slow)]


def report(cluster: Cluster, live: Object) -> list[str]:
    """Everything a person needs to see about an object that did not become ready. Never raises."""
    try:
        pods = [pod for pod in pods_of(cluster, live) if not is_ready(pod).ready][:_PODS]
        reasons = _own(live)
        for pod in pods:
            reasons += map(str, problems(pod))
            reasons += _logs(cluster, pod)
        reasons += _events(cluster, [live, *pods])
    except ClusterError as error:
        return [f"no more could be found out: {error}"]
    return reasons


def _own(live: Object) -> list[str]:
    """What the object's own controller complains of."""
    warning = deployment_warning(live) if live.get("kind") == "Deployment" else ""
    return [warning] if warning else []


def pods_of(cluster: Cluster, live: Object) -> list[Object]:
    """Pods of a workload that are not being deleted; a pod's own is itself."""
    if live.get("kind") not in _OWNERS_OF_PODS:
        return []
    if live["kind"] == "Pod":
        return [live]
    selector = _selector(pluck(live, "spec", "selector") or {})
    if not selector:
        return []
    pods = cluster.list("v1", "Pod", namespace_of(live), labels=selector)
    return [_typed(pod) for pod in pods if not pluck(pod, "metadata", "deletionTimestamp")]


def _typed(pod: Object) -> Object:
    """Elements of a list come without kind."""
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


def _logs(cluster: Cluster, pod: Object) -> Iterator[str]:
    crashed = [problem for problem in problems(pod) if problem.container]
    if not crashed:
        return
    masked = _secret_values(cluster, pod)
    for problem in crashed:
        if masked is None:
            yield f"{_log_title(problem)}: not shown, as the Secrets of the pod cannot be read to mask them"
        else:
            yield from _log(cluster, pod, problem, masked)


def _log(cluster: Cluster, pod: Object, problem: Problem, masked: list[str]) -> Iterator[str]:
    try:
        text = cluster.log(
            namespace_of(pod), name_of(pod), problem.container, lines=LOG_LINES, previous=problem.previous
        )
    except ClusterError as error:
        yield f"{_log_title(problem)}: cannot be read: {error}"
        return
    for value in masked:
        text = text.replace(value, "[secret]")
    lines = [line[:_LINE_LENGTH] for line in text.splitlines()[-LOG_LINES:]]
    if lines:
        yield "\n".join([f"{_log_title(problem)}, last lines:", *(f"    {line}" for line in lines)])
    else:
        yield f"{_log_title(problem)}: empty"


def _log_title(problem: Problem) -> str:
    return f"log of container {problem.container} of pod {problem.pod}"


def _secret_values(cluster: Cluster, pod: Object) -> list[str] | None:
    """Values (and lines of values) of the Secrets a pod refers to, longest first; None when one cannot be read."""
    values: set[str] = set()
    try:
        for name in sorted(_secret_names(pod.get("spec"))):
            secret = cluster.get(Reference("v1", "Secret", namespace_of(pod), name))
            for encoded in (secret.get("data") or {}).values():
                values.add(encoded)
                values |= _texts(encoded)
    except ClusterError:
        return None
    return sorted((value for value in values if len(value) >= _SHORTEST_SECRET), key=len, reverse=True)


def _texts(encoded: str) -> set[str]:
    try:
        text = base64.b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return set()
    return {text.strip(), *(line.strip() for line in text.splitlines())}


def _secret_names(value: Any) -> set[str]:
    """Names in secretKeyRef, secretRef, volumes' secret.secretName and projected sources' secret.name."""
    if isinstance(value, list):
        return {name for item in value for name in _secret_names(item)}
    if not isinstance(value, dict):
        return set()
    names = {name for item in value.values() for name in _secret_names(item)}
    for key in ("secretKeyRef", "secretRef", "secret"):
        reference = value.get(key)
        if isinstance(reference, dict):
            names |= {reference[field] for field in ("name", "secretName") if reference.get(field)}
    return names


def _events(cluster: Cluster, objects: list[Object]) -> list[str]:
    """The newest warnings about the objects, such as a Secret that cannot be mounted or a probe that fails."""
    found: dict[str, str] = {}
    for obj in objects:
        fields = f"involvedObject.name={name_of(obj)},involvedObject.kind={obj['kind']},type=Warning"
        events = cluster.list("v1", "Event", namespace_of(obj), fields=fields)
        for event in events:
            time = event.get("lastTimestamp") or event.get("eventTime") or ""
            found[f"event of {obj['kind']} {name_of(obj)}: [{event.get('reason')}] {event.get('message')}"] = time
    return sorted(found, key=lambda text: found[text])[-_EVENTS:]
