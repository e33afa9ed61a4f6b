"""What is billed: charges, before anybody asked for a price, and what has no rule or no number to count with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from settings.cost import Cost

HOURS: Final = Decimal(730)
"""Hours of a month, as AWS' own calculator counts."""


@dataclass(frozen=True)
class Resource:
    """One resource as the program registered it: Pulumi's type and name, and inputs with the names of pulumi-aws."""

    type: str
    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Charge:
    """So many of a unit a month; `price` names what one costs. `resource` is what a person calls its cause."""

    resource: str
    item: str
    quantity: Decimal
    unit: str
    price: str


@dataclass(frozen=True)
class NotPriced:
    """Something that AWS bills, or may bill, and that no sum holds."""

    resource: str
    type: str
    reason: str


@dataclass(frozen=True)
class Context:
    """What a rule may look at besides its resource: the others, and what the stack file assumes."""

    resources: Sequence[Resource]
    cost: Cost


def decimal(number: float | str) -> Decimal:
    """The number as a person wrote it: 0.1 is one tenth."""
    return Decimal(str(number))


def several(names: Sequence[str]) -> str:
    """What a person calls the cause of what many of them cost together."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def hours(resource: Resource, item: str, count: float | Decimal, price: str) -> Charge:
    """`count` of something that is billed by the hour and never stops."""
    return Charge(resource.name, item, decimal(str(count)) * HOURS, "hour", price)
