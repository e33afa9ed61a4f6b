"""The table of prices is dated and sourced, and no price is ever made up: one that is missing is an error line.

That the prices are AWS' is not proved: sources and dates say where they come from.
"""

from datetime import date
from decimal import Decimal

import pytest

from commands.cost.billing import Charge
from commands.cost.prices import Price, priced, read, table
from commands.cost.rules import types
from commands.errors import CommandError

UNITS = {"hour", "vCPU-hour", "GB-month", "GB", "IOPS-month", "MiB/s-month", "million", "month"}


def charge(price: str, unit: str = "hour", resource: str = "db") -> Charge:
    return Charge(resource, "something", Decimal(730), unit, price)


@pytest.mark.parametrize("price", table().values(), ids=lambda price: price.name)
def test_every_price_says_where_and_when_it_is_from(price: Price) -> None:
    assert price.value > 0
    assert price.unit in UNITS
    assert price.region == "us-east-1"
    assert len(price.source) > 20
    assert isinstance(price.date, date)
    assert date(2026, 1, 1) <= price.date <= date.today()


def test_a_price_stands_once() -> None:
    names = [name for group in read("aws")["group"] for prices in group["prices"].values() for name in prices]
    assert len(names) == len({*names}) == len(table())


def test_every_type_of_node_has_a_price_and_a_size() -> None:
    sizes = read("nodes")["sizes"]
    assert {f"ec2/{name}" for name in sizes} == {name for name in table() if name.startswith("ec2/")}
    assert all(len(size) == 2 for size in sizes.values())


def test_types_with_one_price_have_it_by_the_month() -> None:
    assert {table()[each["price"]].unit for each in types()["each"].values()} == {"month"}


def test_a_line_is_the_quantity_times_the_price() -> None:
    [line] = priced([charge("rds/db.r6g.large")], {})
    assert line.monthly == Decimal("164.25")
    assert (line.price.source, line.price.date) == (table()["rds/db.r6g.large"].source, date(2026, 11, 21))


def test_a_stack_states_a_price_of_its_own() -> None:
    """One that the table has, and one that it has not; neither has the table's source."""
    lines = priced(
        [charge("rds/db.r6g.large"), charge("rds/db.x9.large")], {"rds/db.r6g.large": 0.1, "rds/db.x9.large": 2}
    )
    assert [line.monthly for line in lines] == [Decimal(73), Decimal(1460)]
    assert [(line.price.unit, line.price.source, line.price.date) for line in lines] == [
        ("hour", "temporal:cost.prices", None)
    ] * 2


def test_a_missing_price_is_never_zero() -> None:
    """One line a price, with everything that needs it, and how it is stated."""
    asked = [charge("rds/db.x9.large"), charge("rds/db.x9.large", resource="replica"), charge("rds/io9", "GB-month")]
    with pytest.raises(CommandError) as caught:
        priced(asked, {})
    assert str(caught.value).splitlines() == [
        (
            "temporal:cost.prices.rds/db.x9.large: missing; db, replica needs it and the table has none. "
            "State it: temporal:cost: {prices: {rds/db.x9.large: <USD per hour>}}"
        ),
        (
            "temporal:cost.prices.rds/io9: missing; db needs it and the table has none. "
            "State it: temporal:cost: {prices: {rds/io9: <USD per GB-month>}}"
        ),
    ]


def test_a_stated_price_that_nothing_can_need_is_refused() -> None:
    with pytest.raises(CommandError) as caught:
        priced([], {"rds/db.r6g.lage": 1, "rds/db.r6g.large": 1})
    assert str(caught.value) == (
        "temporal:cost.prices.rds/db.r6g.lage: unknown price, did you mean rds/db.r6g.large?; "
        "allowed: names that make cost shows, and what this stack needs"
    )
