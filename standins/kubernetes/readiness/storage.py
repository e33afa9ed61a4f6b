"""PersistentVolume and PersistentVolumeClaim."""

from __future__ import annotations

from standins.kubernetes.objects import Object, pluck
from standins.kubernetes.readiness.progress import READY, Progress


def volume(obj: Object) -> Progress:
    phase = pluck(obj, "status", "phase")
    return READY if phase in {"Available", "Bound"} else Progress(f"the volume to be available (now {phase})")


def claim(obj: Object, storage_class: Object | None) -> Progress:
    """Bound. A claim whose class binds at the first pod only has to be pending: no pod can use it before it is made."""
    phase = pluck(obj, "status", "phase")
    if phase == "Bound":
        return READY
    if phase == "Pending" and (storage_class or {}).get("volumeBindingMode") == "WaitForFirstConsumer":
        return READY
    return Progress(f"a volume to be bound (now {phase})")
