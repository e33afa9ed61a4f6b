"""What an object itself asks to be waited for, by the annotation pulumi.com/waitFor.

Source: pulumi.com, Kubernetes provider, "Resource Readiness"; the form is that of `kubectl wait --for`. Of it
`condition=<type>[=<status>]` is known here, one or a JSON list of them, and all have to be met.
"""

from __future__ import annotations

import json

from standins.kubernetes.objects import Object, annotation
from standins.kubernetes.readiness.progress import READY, Progress
from standins.kubernetes.readiness.workloads import condition

WAIT_FOR = "pulumi.com/waitFor"
_CONDITION = "condition="


def awaited(obj: Object) -> Progress:
    for wish in _wishes(annotation(obj, WAIT_FOR)):
        if not wish.startswith(_CONDITION):
            return Progress(
                failed=f"the stand-in of the kubernetes plugin cannot wait for {wish!r} ({WAIT_FOR}), only for "
                "condition=<type>[=<status>]: install the official plugin"
            )
        kind, _, status = wish.removeprefix(_CONDITION).partition("=")
        found = condition(obj, kind)
        if found.get("status", "").lower() != (status or "True").lower():
            now = ": ".join(str(found[key]) for key in ("status", "message") if found.get(key))
            return Progress(f"condition {kind} to be {status or 'True'} (now {now or 'not there'})")
    return READY


def _wishes(text: str) -> list[str]:
    """The annotation's value as a list."""
    if not text.startswith("["):
        return [text]
    return [str(wish) for wish in json.loads(text)]
