"""How a budget of database queries is split.

The server divides each service's share by the pods it sees alive (common/quotas/calculator and service/fx.go of 1.32;
history by the shards a pod owns, service/history/shard/ownership_based_quota_calculator.go).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from settings.checks import Whole
from settings.facts import changing
from settings.sizes import ServiceName

Queries = Annotated[int, Whole(100, 1_000_000)]
BUDGET: Final = changing(
    "nothing", "the server reads it again within 10 s", unit="queries a second", source="settings/queries.py"
)
"""What is said of `queriesPerSecond`, whichever database it stands at."""


@dataclass(frozen=True)
class Share:
    """Percent of the budget, and the services that read its key: each of them counts its own pods alone, so each gets
    an equal part."""

    percent: int
    services: tuple[ServiceName, ...]

    def each(self, budget: int) -> int:
        """Queries a second for all pods of one of the services together."""
        return budget * self.percent // 100 // len(self.services)


SHARES: Final[Mapping[str, Share]] = {
    "history.persistenceGlobalMaxQPS": Share(60, ("history",)),
    "matching.persistenceGlobalMaxQPS": Share(20, ("matching",)),
    "frontend.persistenceGlobalMaxQPS": Share(15, ("frontend", "internal-frontend")),
    "worker.persistenceGlobalMaxQPS": Share(5, ("worker",)),
}
"""By key of the dynamic config. History writes every event; the system's own workers may always wait."""


def dynamic_config(budget: int | None) -> dict[str, int]:
    """Values by key; none without a budget."""
    return {key: share.each(budget) for key, share in SHARES.items()} if budget else {}
