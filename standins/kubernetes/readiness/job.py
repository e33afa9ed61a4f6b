"""Job: complete, or failed for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standins.kubernetes.readiness.progress import READY, Progress
from standins.kubernetes.readiness.workloads import condition

if TYPE_CHECKING:
    from standins.kubernetes.objects import Object


def job(obj: Object) -> Progress:
    failed = condition(obj, "Failed")
    if failed.get("status") == "True":
        return Progress(failed=f"[{failed.get('reason')}] {failed.get('message')}")
    if condition(obj, "Complete").get("status") == "True":
        return READY
    status = obj.get("status", {})
    counts = ", ".join(f"{status.get(key, 0)} {key}" for key in ("active", "succeeded", "failed"))
    if (obj.get("spec") or {}).get("suspend") is True:
        return Progress(f"the Job to be resumed (spec.suspend is set; pods: {counts})")
    return Progress(f"the Job to complete (pods: {counts})")
