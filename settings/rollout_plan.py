"""How the pods of one service are really replaced: the size preset with the service's own words over it."""

import math
from dataclasses import dataclass
from typing import Final

from settings.backend import Services
from settings.rollout import (
    START_SECONDS,
    history_settles_in,
    matching_settles_in,
    rounded_up,
    serving_settles_in,
)
from settings.scalars import milliseconds_of
from settings.sizes import ROLLOUT, SHUTDOWN, ServiceName, Size

_LEAST_DEADLINE: Final = 600  # Kubernetes' own
_LONGEST_DEADLINE: Final = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class RolloutPlan:
    """Kubernetes' own terms; times in seconds."""

    max_surge: int | str
    max_unavailable: int | str
    min_ready: int
    deadline: int
    """Enough for all pods one after another: a careful rollout is slow, not failed."""
    extra_pods: int
    """What `max_surge` may add to the most pods there can be."""


def rollout_plan(name: ServiceName, size: Size, services: Services, *, most: int, grace_seconds: int) -> RolloutPlan:
    """`most` pods may be there, each with that grace period."""
    said, preset = services.of(name).rollout, ROLLOUT[size]
    usual = _settles_in(name, size, services) if preset.settles else 0
    min_ready = math.ceil((milliseconds_of(said.min_ready) if said.min_ready else usual) / 1000)
    max_surge = preset.max_surge if said.max_surge is None else said.max_surge
    deadline = most * (min_ready + START_SECONDS + grace_seconds)
    return RolloutPlan(
        max_surge=max_surge,
        max_unavailable=preset.max_unavailable if said.max_unavailable is None else said.max_unavailable,
        min_ready=min_ready,
        deadline=min(max(deadline, _LEAST_DEADLINE), _LONGEST_DEADLINE),
        extra_pods=rounded_up(max_surge, most),
    )


def _settles_in(name: ServiceName, size: Size, services: Services) -> int:
    leave = SHUTDOWN[size]
    if name == "matching":
        return matching_settles_in(services.matching.shutdown.align or leave.align)
    if name == "history":
        said = services.history.shutdown
        return history_settles_in(said.align or leave.align, said.join_delay or leave.join_delay)
    return serving_settles_in()
