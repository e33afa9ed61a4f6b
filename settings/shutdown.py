"""How pods of the server leave: what is set, and how long the server takes for it.

The sums are the server's own (service/{frontend,matching,history}/service.go and common/membership/ringpop/monitor.go,
EvictSelfAt, of 1.32), with every wait at its longest: a grace period below them kills a pod in the middle of its work.
"""

from typing import Annotated, Final

from settings.base import Model
from settings.facts import changing
from settings.scalars import Duration, milliseconds_of

PROPAGATION_MS: Final = 3000
"""How long the server lets news of the membership travel (system.ringpopApproximateMaxPropagationTime)."""
_JITTERED_MS: Final = PROPAGATION_MS * 12 // 10  # backoff.Jitter(propagation, 0.2) at its longest
_FINALIZER_MS: Final = 2000  # history.shardFinalizerTimeout
_STOP_MS: Final = 2000
_LEAST_DRAIN_MS: Final = 1000

_SOURCE: Final = "temporal-server service/*/service.go"
_DYNAMIC = changing("nothing", "dynamic config; the next shutdown follows it", unit="duration", source=_SOURCE)
_GRACE = changing("rolling", "the service's pods restart", unit="duration", source=_SOURCE)


class FrontendShutdown(Model):
    """A frontend first fails its health check, so that load balancers turn away, then drains what it has."""

    fail_health_check: Annotated[Duration | None, _DYNAMIC] = None
    """How long the health check fails before anything else happens; the size's when left out."""
    drain: Annotated[Duration | None, _DYNAMIC] = None
    """How long running calls may end after that; the size's when left out."""
    grace_period: Annotated[Duration | None, _GRACE] = None
    """When Kubernetes kills the pod. Above `failHealthCheck` and `drain` together; the size's when left out."""


class InternalFrontendShutdown(Model):
    """It drains as `frontend` does: the server reads one dynamic config for both."""

    grace_period: Annotated[Duration | None, _GRACE] = None
    """When Kubernetes kills the pod. Above the frontend's `failHealthCheck` and `drain` together; the size's when left
    out."""


class MatchingShutdown(Model):
    """Matching leaves the membership at a moment all pods agree on."""

    align: Annotated[Duration | None, _DYNAMIC] = None
    """Step of the clock at which membership changes, up to 11s: further ahead the server plans no change and leaves at
    once. The size's when left out."""
    grace_period: Annotated[Duration | None, _GRACE] = None
    """When Kubernetes kills the pod. Above `align` and 11600ms together; the size's when left out."""


class HistoryShutdown(Model):
    """History joins and leaves the membership at moments all pods agree on."""

    align: Annotated[Duration | None, _DYNAMIC] = None
    """Step of the clock at which membership changes, up to 11s: further ahead the server plans no change and leaves at
    once. The size's when left out."""
    join_delay: Annotated[Duration | None, _DYNAMIC] = None
    """How long a new pod waits before it joins; the size's when left out, 0s. It plans the aligned moment of joining
    when it starts, so a delay of more than 3s misses it: the pods then learn of the change seconds apart."""
    grace_period: Annotated[Duration | None, _GRACE] = None
    """When Kubernetes kills the pod. Above `align` and 13600ms together; the size's when left out."""


class WorkerShutdown(Model):
    """The server's own workers only finish what they have."""

    grace_period: Annotated[Duration | None, _GRACE] = None
    """When Kubernetes kills the pod. Above 2s; the size's when left out."""


def frontend_leaves_in(fail_health_check: str, drain: str) -> int:
    """Milliseconds a frontend may take after SIGTERM."""
    return milliseconds_of(fail_health_check) + max(milliseconds_of(drain), _LEAST_DRAIN_MS)


def matching_leaves_in(align: str) -> int:
    """Milliseconds a matching pod may take after SIGTERM."""
    return _evicted_in(align) + _STOP_MS


def history_leaves_in(align: str) -> int:
    """Milliseconds a history pod may take after SIGTERM; lingering is off, as SQL stores require."""
    return _evicted_in(align) + (_FINALIZER_MS if milliseconds_of(align) else 0) + _STOP_MS


def worker_leaves_in() -> int:
    """Milliseconds a worker pod may take after SIGTERM."""
    return _STOP_MS


def _evicted_in(align: str) -> int:
    """Until the next moment of the clock that all have heard of, then until it has left, then until all know that."""
    step = milliseconds_of(align)
    return PROPAGATION_MS + step + _JITTERED_MS + PROPAGATION_MS if step else 0
