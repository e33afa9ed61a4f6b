"""Prices: the table of the repository, and what a stack states instead."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from commands.cost.billing import Charge, decimal
from commands.errors import CommandError
from settings.nearest import nearest

DATA: Final = Path(__file__).with_name("data")
STATED: Final = "temporal:cost.prices"
"""Source of a price that the stack states."""


@dataclass(frozen=True)
class Price:
    """USD for one `unit`. `date` is None for what the stack states."""

    name: str
    value: Decimal
    unit: str
    region: str
    source: str
    date: date | None


@dataclass(frozen=True)
class Line:
    """A charge with its price."""

    charge: Charge
    price: Price

    @property
    def monthly(self) -> Decimal:
        """USD a month, not rounded."""
        return self.charge.quantity * self.price.value


def read(name: str) -> dict[str, Any]:
    """A file of `data/`; fractions as decimals."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(), parse_float=Decimal)


@cache
def table() -> Mapping[str, Price]:
    """The prices of AWS by name."""
    document = read("aws")
    return {
        name: Price(name, decimal(value), unit, document["region"], group["source"], group["date"])
        for group in document["group"]
        for unit, prices in group["prices"].items()
        for name, value in prices.items()
    }


def priced(charges: Iterable[Charge], stated: Mapping[str, float]) -> list[Line]:
    """Each charge with its price; `stated` ones go first.

    Raises:
        CommandError: prices that are nowhere, or stated ones that nothing can need; each is one line.
    """
    asked = [*charges]
    problems = [*_missing(asked, stated), *_useless(asked, stated)]
    if problems:
        raise CommandError("\n".join(problems))
    return [Line(charge, _price(charge, stated)) for charge in asked]


def _price(charge: Charge, stated: Mapping[str, float]) -> Price:
    known = table().get(charge.price)
    if charge.price not in stated:
        return table()[charge.price]
    value = decimal(stated[charge.price])
    if known:
        return replace(known, value=value, source=STATED, date=None, region="")
    return Price(charge.price, value, charge.unit, "", STATED, None)


def _missing(charges: Iterable[Charge], stated: Mapping[str, float]) -> Iterable[str]:
    wanted: dict[str, list[Charge]] = {}
    for charge in charges:
        if charge.price not in table() and charge.price not in stated:
            wanted.setdefault(charge.price, []).append(charge)
    for name, by in wanted.items():
        causes = ", ".join(dict.fromkeys(charge.resource for charge in by))
        yield (
            f"{STATED}.{name}: missing; {causes} needs it and the table has none. "
            f"State it: temporal:cost: {{prices: {{{name}: <USD per {by[0].unit}>}}}}"
        )


def _useless(charges: Iterable[Charge], stated: Mapping[str, float]) -> Iterable[str]:
    known = {*table(), *(charge.price for charge in charges)}
    for name in stated:
        if name not in known:
            yield (
                f"{STATED}.{name}: unknown price{nearest(name, known)}; allowed: names that make cost shows, "
                "and what this stack needs"
            )
