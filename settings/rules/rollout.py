"""Rollouts that come to an end."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.rollout import is_none
from settings.rules.contradiction import Contradiction
from settings.scalars import milliseconds_of
from settings.sizes import SERVICE_NAMES

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_HOUR_MS: Final = 3_600_000


def rollouts_get_on(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Kubernetes refuses a Deployment that may neither add a pod nor do without one."""
    for name in SERVICE_NAMES:
        plan = settings.service(name).rollout
        if is_none(plan.max_surge) and is_none(plan.max_unavailable):
            yield Contradiction(
                location=("backend", "services", name, "rollout", "maxSurge"),
                found=plan.max_surge,
                allowed=f"more than none with maxUnavailable {plan.max_unavailable}: no pod could ever be replaced",
            )


def pods_settle_within_an_hour(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Longer is a mistyped unit: a rollout waits that long for each pod."""
    for name in SERVICE_NAMES:
        said = settings.backend.services.of(name).rollout.min_ready
        if said and milliseconds_of(said) > _HOUR_MS:
            yield Contradiction(
                location=("backend", "services", name, "rollout", "minReady"),
                found=said,
                allowed="at most 1h: a rollout waits that long for each pod",
            )
