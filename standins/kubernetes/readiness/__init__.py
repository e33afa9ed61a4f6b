"""When an object counts as ready, as pure functions of objects. Kinds that are not listed are ready once they exist."""

from __future__ import annotations

from collections.abc import Callable

from standins.kubernetes.objects import Object, annotation
from standins.kubernetes.readiness import asked, job, pod, storage, various, workloads
from standins.kubernetes.readiness.progress import READY, Progress

__all__ = ["DEFAULT_TIMEOUT", "READY", "Check", "Progress", "check_for", "skips_wait", "timeout_of"]

DEFAULT_TIMEOUT = 600.0  # seconds, as in the official plugin
SKIP_AWAIT = "pulumi.com/skipAwait"
TIMEOUT_SECONDS = "pulumi.com/timeoutSeconds"

Check = Callable[[Object], Progress]

# Kinds whose readiness the object itself tells. A Service and a PersistentVolumeClaim need another object: see there.
_CHECKS: dict[tuple[str, str], Check] = {
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): various.custom_resource_definition,
    ("apps/v1", "DaemonSet"): workloads.daemon_set,
    ("apps/v1", "Deployment"): workloads.deployment,
    ("apps/v1", "StatefulSet"): workloads.stateful_set,
    ("batch/v1", "Job"): job.job,
    ("networking.k8s.io/v1", "Ingress"): various.ingress,
    ("v1", "Namespace"): various.namespace,
    ("v1", "PersistentVolume"): storage.volume,
    ("v1", "Pod"): pod.pod,
}


def skips_wait(obj: Object) -> bool:
    return annotation(obj, SKIP_AWAIT) == "true"


def timeout_of(obj: Object, custom: float) -> float:
    """Seconds to wait: customTimeouts (0 when unset), the annotation, or ten minutes."""
    if custom:
        return custom
    text = annotation(obj, TIMEOUT_SECONDS)
    return float(text) if text.isdecimal() else DEFAULT_TIMEOUT


def check_for(obj: Object) -> Check | None:
    """The check of an object that tells its readiness itself: the one it asks for, or the one of its kind."""
    if annotation(obj, asked.WAIT_FOR):
        return asked.awaited
    return _CHECKS.get((str(obj.get("apiVersion")), str(obj.get("kind"))))
