"""The budget of database queries."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.queries import SHARES
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_LEAST: Final = 10
"""Queries a second below which a pod does not keep up its own housekeeping."""


def every_pod_can_work(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The server divides by its pods and rounds down: a pod that is left with nothing does nothing."""
    budget = settings.database.queries_per_second
    if budget is None:
        return
    needs = []
    for share in SHARES.values():
        for name in share.services:
            plan = settings.service(name)
            pods = plan.most + plan.rollout.extra_pods
            needs.append((-(-_LEAST * pods * len(share.services) * 100 // share.percent), pods, name, share.percent))
    least, pods, name, percent = max(needs)
    if budget < least:
        yield Contradiction(
            location=("database", "queriesPerSecond"),
            found=budget,
            allowed=f"at least {_LEAST} a second for every pod",
            figures=f": at least {least}, because {pods} pods of {name} share {percent} % of it",
            figures_of="backend",
        )
