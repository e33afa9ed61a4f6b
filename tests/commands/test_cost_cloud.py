"""Temporal Cloud's plans: tiers, what a plan includes, its base fee, and where a break-even is or is not.

Proves the arithmetic of the committed prices; that these are Temporal's is a matter of their source and date.
"""

from decimal import Decimal

import pytest

from commands.cost import cloud
from commands.cost.cloud import MILLION, Plan, Storage

DEVELOPER, BUSINESS = cloud.table().plans
NONE = Storage()


def test_the_example_of_the_price_page() -> None:
    """11.25 million actions beyond those included are 525, and the base fee is 500; 720 GBh of active and 3,600 GBh of
    retained storage beyond those included are 34.02."""
    actions = int(Decimal("13.75") * MILLION)
    assert BUSINESS.monthly(actions, NONE) == Decimal(1025)
    stored = Storage(Decimal("2.5") + Decimal(720) / 744, Decimal(100) + Decimal(3600) / 744)
    assert round(BUSINESS.monthly(actions, stored) - BUSINESS.monthly(actions, NONE), 10) == Decimal("34.02")


def test_what_a_plan_includes_costs_its_base_fee() -> None:
    included = Storage(Decimal("2.5"), Decimal(100))
    assert BUSINESS.monthly(2_500_000, included) == Decimal(500)
    assert BUSINESS.monthly(0, NONE) == Decimal(500)
    assert DEVELOPER.monthly(0, NONE) == 0


def test_a_tenth_of_the_usage_once_that_is_more_than_the_base_fee() -> None:
    """202.5 million actions are 5,925 of usage, a tenth of which is 592.50."""
    assert BUSINESS.most == 202_500_000
    assert BUSINESS.monthly(BUSINESS.most, NONE) == Decimal("6517.5")


@pytest.mark.parametrize("plan", [DEVELOPER, BUSINESS], ids=lambda plan: plan.name)
@pytest.mark.parametrize("sum_", ["500.01", "729.059", "6517.5"])
def test_a_break_even_is_the_first_number_that_costs_as_much(plan: Plan, sum_: str) -> None:
    found = plan.break_even(Decimal(sum_), NONE)
    assert found is not None
    assert plan.monthly(found - 1, NONE) < Decimal(sum_) <= plan.monthly(found, NONE)


def test_no_break_even() -> None:
    """Cloud's base fee alone is more, or even its last public price is less."""
    assert BUSINESS.break_even(Decimal("499.99"), NONE) == 0
    assert BUSINESS.break_even(Decimal("6517.51"), NONE) is None


def test_storage_moves_the_break_even() -> None:
    """10 GB active and 100 GB retained are 390.60 with the developers' plan, and 42.97 on top for the plan."""
    stored = Storage(Decimal(10), Decimal(100))
    assert DEVELOPER.monthly(0, stored) == Decimal("390.60") * Decimal("1.1")
    without, with_ = (DEVELOPER.break_even(Decimal(729), each) for each in (NONE, stored))
    assert without is not None
    assert with_ == without - round(Decimal("390.60") * MILLION / 50)
