"""How the pods of a service are replaced, and for how long a new one must have been well before the next is touched.

The kubelet sees an open port long before a pod of matching or history owns anything: it joins the membership later, at
a moment all agree on (common/membership/ringpop/factory.go, service/history/service.go of server 1.32).
"""

from typing import Annotated, Final

from settings.base import Model
from settings.checks import WholeOrPercent
from settings.facts import changing
from settings.scalars import Duration, milliseconds_of
from settings.shutdown import PROPAGATION_MS

START_SECONDS: Final = 120
"""How long a pod may take to open its port before the kubelet restarts it."""
_WELL_MS: Final = 10_000  # a crash at start shows within that
_STABLE_MS: Final = 5000  # what history itself waits behind its shards before it says SERVING
_ACQUIRING_MS: Final = 5000  # reading the shards from the database

_SOURCE: Final = "kubernetes.io, Deployments"
_NEXT: Final = "the next rollout follows it"
_Pods = Annotated[int | str, WholeOrPercent(100)]
_PODS_CHANGE = changing("nothing", _NEXT, source=_SOURCE)


class Rollout(Model):
    """How its pods are replaced, in Kubernetes' words. Services that change in one run roll one after the other."""

    max_surge: Annotated[_Pods | None, _PODS_CHANGE] = None
    """How many pods there may be beyond `replicas` meanwhile, a percentage rounded up; the size's when left out. Each
    needs its database connections."""
    max_unavailable: Annotated[_Pods | None, _PODS_CHANGE] = None
    """How many of `replicas` may be missing meanwhile, a percentage rounded down; the size's when left out."""
    min_ready: Annotated[Duration | None, changing("nothing", _NEXT, unit="duration", source=_SOURCE)] = None
    """How long a new pod must have been ready before the next one is replaced; the size's when left out, which for
    matching and history is the time until they own their part."""


def serving_settles_in() -> int:
    """Milliseconds after which a pod that owns nothing is taken for well."""
    return _WELL_MS


def matching_settles_in(align: str) -> int:
    """Milliseconds from an open port to task queues of its own."""
    return PROPAGATION_MS + milliseconds_of(align) + _STABLE_MS


def history_settles_in(align: str, join_delay: str) -> int:
    """Milliseconds from an open port to shards of its own."""
    return milliseconds_of(join_delay) + PROPAGATION_MS + milliseconds_of(align) + _ACQUIRING_MS + _STABLE_MS


def rounded_up(pods: int | str, replicas: int) -> int:
    """The number of pods that a number or a percentage of `replicas` stands for, as Kubernetes counts a surge."""
    return -(-int(pods.removesuffix("%")) * replicas // 100) if isinstance(pods, str) else pods


def is_none(pods: int | str) -> bool:
    """Whether it stands for no pod, however many replicas there are."""
    return pods in (0, "0%")
