"""Temporal Cloud's price for so many actions, and the number of actions at which it is another sum."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from commands.cost.billing import decimal
from commands.cost.prices import read

MILLION: Final = 1_000_000
_MOST_ACTIONS: Final = 10**13
"""Where the search for a break-even ends with a plan whose last tier has no end."""


@dataclass(frozen=True)
class Storage:
    """Gigabytes of histories, on average over the month."""

    active: Decimal = Decimal(0)
    retained: Decimal = Decimal(0)


@dataclass(frozen=True)
class Tier:
    """USD for each million of the next `actions`; None: of all further ones."""

    actions: int | None
    price: Decimal


@dataclass(frozen=True)
class Plan:
    """A plan: the usage beyond what it includes, and on top the greater of `least` and a `share` of that usage."""

    name: str
    least: Decimal
    share: Decimal
    actions: int
    included: Storage
    tiers: tuple[Tier, ...]
    gigabyte: Storage
    """USD for a gigabyte a month."""

    @property
    def most(self) -> int:
        """Actions a month up to which there is a public price."""
        known = [tier.actions for tier in self.tiers if tier.actions is not None]
        return self.actions + sum(known) if len(known) == len(self.tiers) else _MOST_ACTIONS

    def monthly(self, actions: int, storage: Storage) -> Decimal:
        """USD a month. `actions` are at most `most`."""
        usage = self._of_actions(actions) + self._of_storage(storage)
        return usage + max(self.least, self.share * usage)

    def break_even(self, sum_: Decimal, storage: Storage) -> int | None:
        """The least number of actions a month for which the plan costs as much as `sum_`; None beyond `most`."""
        found = bisect_left(range(self.most + 1), sum_, key=lambda actions: self.monthly(actions, storage))
        return found if found <= self.most else None

    def _of_actions(self, actions: int) -> Decimal:
        left, usage = max(actions - self.actions, 0), Decimal(0)
        for tier in self.tiers:
            billed = left if tier.actions is None else min(left, tier.actions)
            usage += billed * tier.price / MILLION
            left -= billed
        return usage

    def _of_storage(self, storage: Storage) -> Decimal:
        active = max(storage.active - self.included.active, Decimal(0))
        retained = max(storage.retained - self.included.retained, Decimal(0))
        return active * self.gigabyte.active + retained * self.gigabyte.retained


@dataclass(frozen=True)
class Table:
    """The plans with public prices."""

    source: str
    date: date
    plans: tuple[Plan, ...]


@cache
def table() -> Table:
    """`data/cloud.toml`."""
    document = read("cloud")
    hours = document["hours"]
    gigabyte = Storage(document["active"] * hours, document["retained"] * hours)
    plans = tuple(
        Plan(
            name=plan["name"],
            least=decimal(plan["least"]),
            share=plan["share"],
            actions=int(plan["actions"] * MILLION),
            included=Storage(decimal(plan["active"]), decimal(plan["retained"])),
            tiers=tuple(_tier(tier) for tier in plan["tiers"]),
            gigabyte=gigabyte,
        )
        for plan in document["plan"]
    )
    return Table(document["source"], document["date"], plans)


def _tier(said: Mapping[str, int]) -> Tier:
    return Tier(said["millions"] * MILLION if "millions" in said else None, decimal(said["price"]))
