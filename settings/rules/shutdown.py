"""Pods that leave have the time for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.rules.contradiction import Contradiction
from settings.sizes import SERVICE_NAMES, SHUTDOWN, ServiceName

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


def grace_covers_the_drain(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Kubernetes kills a pod at the end of its grace period, whatever the server still does."""
    for name in SERVICE_NAMES:
        plan = settings.service(name).shutdown
        of_size = plan.grace_period == SHUTDOWN[settings.size].grace_period
        if plan.grace_ms <= plan.leaves_in_ms:
            yield Contradiction(
                location=("backend", "services", name, "shutdown", "gracePeriod"),
                found=plan.grace_period,
                instead=f"found {plan.grace_period!r}, this size's own" if of_size else "",
                allowed=f"more than the server takes to leave with {_settings(name)}",
                figures=f", which is {_seconds(plan.leaves_in_ms)}",
            )


def _settings(name: ServiceName) -> str:
    return "the frontend's failHealthCheck and drain" if name == "internal-frontend" else "these settings"


def _seconds(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{milliseconds}ms" if rest else f"{whole}s"
