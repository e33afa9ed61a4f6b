"""Deployment, StatefulSet and DaemonSet: done when the controller has seen the newest spec and all pods follow it."""

from __future__ import annotations

from typing import Any

from standins.kubernetes.objects import Object, pluck
from standins.kubernetes.readiness.progress import READY, Progress

_UNSEEN = Progress("the controller to notice the change")


def deployment(obj: Object) -> Progress:
    """Every pod is of the newest template and ready, no older ones are left."""
    if not _observed(obj):
        return _UNSEEN
    wanted = _replicas(obj)
    status = obj.get("status", {})
    updated, ready = _count(status, "updatedReplicas"), _count(status, "readyReplicas")
    older = _count(status, "replicas") - updated
    if updated < wanted or ready < wanted:
        return Progress(f"pods ({min(updated, ready)} of {wanted} are updated and ready)")
    if older > 0:
        return Progress(f"{_pods(older)} of an older version to go")
    available = condition(obj, "Available")
    if wanted and available.get("status") != "True":
        return Progress(f"the Deployment to be available ({available.get('message', 'not said why')})")
    return READY


def stateful_set(obj: Object) -> Progress:
    """Every pod is ready and of the newest revision; with the strategy OnDelete only ready."""
    if not _observed(obj):
        return _UNSEEN
    wanted = _replicas(obj)
    status = obj.get("status", {})
    total, ready = _count(status, "replicas"), _count(status, "readyReplicas")
    if total != wanted or ready != wanted:
        return Progress(f"pods ({ready} of {wanted} are ready)")
    if pluck(obj, "spec", "updateStrategy", "type") == "OnDelete":
        return READY
    partition = pluck(obj, "spec", "updateStrategy", "rollingUpdate", "partition") or 0
    updated = _count(status, "updatedReplicas")
    if partition and updated >= wanted - partition:
        return READY
    if status.get("currentRevision") != status.get("updateRevision"):
        return Progress(f"the roll-out ({updated} of {wanted} pods are of the new revision)")
    return READY


def daemon_set(obj: Object) -> Progress:
    """Every node that should has an updated and available pod."""
    if not _observed(obj):
        return _UNSEEN
    status = obj.get("status", {})
    wanted = _count(status, "desiredNumberScheduled")
    fields = ("currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady")
    lowest = min(_count(status, field) for field in fields)
    return READY if lowest >= wanted else Progress(f"pods ({lowest} of {wanted} are updated and ready)")


def deployment_warning(obj: Object) -> str:
    """What the Deployment controller itself complains of; empty when nothing."""
    progressing, failure = condition(obj, "Progressing"), condition(obj, "ReplicaFailure")
    if failure.get("status") == "True":
        return f"[{failure.get('reason')}] {failure.get('message')}"
    if progressing.get("status") == "False":
        return f"[{progressing.get('reason')}] {progressing.get('message')}"
    return ""


def condition(obj: Object, kind: str) -> dict[str, Any]:
    """The condition of that type in the status; empty when there is none."""
    conditions = pluck(obj, "status", "conditions") or []
    return next((item for item in conditions if item.get("type") == kind), {})


def _observed(obj: Object) -> bool:
    return _count(obj.get("status", {}), "observedGeneration") >= _count(obj.get("metadata", {}), "generation") > 0


def _replicas(obj: Object) -> int:
    replicas = pluck(obj, "spec", "replicas")
    return 1 if replicas is None else int(replicas)


def _count(fields: dict[str, Any], key: str) -> int:
    return int(fields.get(key) or 0)


def _pods(count: int) -> str:
    return "1 pod" if count == 1 else f"{count} pods"
