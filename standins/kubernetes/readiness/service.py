"""Service: has an address where the type promises one, and somebody ready behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from standins.kubernetes.objects import Object, pluck
from standins.kubernetes.readiness.progress import READY, Progress

if TYPE_CHECKING:
    from collections.abc import Iterable


def needs_endpoints(obj: Object) -> bool:
    """A headless Service, an ExternalName and one without a selector do not wait for pods."""
    spec = obj.get("spec") or {}
    return bool(spec.get("selector")) and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName"


def service(obj: Object, slices: Iterable[Object]) -> Progress:
    """`slices` are the EndpointSlices of the Service: at least one endpoint is ready, none is still to become so."""
    if not needs_endpoints(obj):
        return READY
    endpoints = [endpoint for item in slices for endpoint in item.get("endpoints") or []]
    ready = sum(1 for endpoint in endpoints if _condition(endpoint, "ready", default=True))
    pending = sum(
        1
        for endpoint in endpoints
        if not _condition(endpoint, "ready", default=True) and not _condition(endpoint, "terminating", default=False)
    )
    if not ready:
        return Progress("a ready pod behind the Service (do its selector and the labels of the pods agree?)")
    if pending:
        return Progress(f"all pods behind the Service ({ready} ready, {pending} not yet)")
    if pluck(obj, "spec", "type") == "LoadBalancer" and not pluck(obj, "status", "loadBalancer", "ingress"):
        return Progress(
            "an address from a load balancer (does anything in this cluster make one? `kubectl describe` of the "
            "Service tells what its maker says)"
        )
    return READY


def _condition(endpoint: dict[str, Any], name: str, *, default: bool) -> bool:
    """An absent condition is unknown, which the API counts as ready and not terminating."""
    value = (endpoint.get("conditions") or {}).get(name)
    return default if value is None else bool(value)
