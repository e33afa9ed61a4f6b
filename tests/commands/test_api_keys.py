"""Proves that `make up` tells of API keys in Temporal Cloud that end soon, and makes none that have ended."""

import io
from datetime import date
from typing import Any

import pytest

from commands import api_keys, preflight
from commands.errors import CommandError
from embedded.progress import Progress
from settings import Settings, load_text
from tests.settings.cases import STACKS

PLACE = "temporal:backend.authentication.keys.until: found '2027-06-01'"


def _settings(stack: str) -> Settings:
    return load_text("Pulumi.orders.yaml", STACKS[stack])


def _said(today: date) -> str:
    said = io.StringIO()
    api_keys.check(_settings("cloud-keys"), Progress(said), today)
    return said.getvalue()


def test_keys_that_are_good_for_long_are_no_news() -> None:
    assert _said(date(2027, 5, 1)) == ""


@pytest.mark.parametrize(("today", "left"), [(date(2027, 5, 2), 30), (date(2027, 5, 31), 1)])
def test_keys_that_end_soon_are_told(today: date, left: int) -> None:
    warning = (
        f"warning: {PLACE}: the API keys end in {left} days. Set a later day, deploy, restart long-running workers"
    )
    assert _said(today).rstrip().endswith(warning)


@pytest.mark.parametrize("today", [date(2027, 6, 1), date(2028, 1, 1)])
def test_keys_that_have_ended_are_not_made(today: date) -> None:
    with pytest.raises(CommandError) as raised:
        _said(today)
    assert str(raised.value) == f"{PLACE}, which is over; allowed: a day to come, on which the new keys end"


def test_make_up_looks_before_it_asks_the_cluster() -> None:
    ended = load_text("Pulumi.orders.yaml", STACKS["cloud-keys"].replace("2027-06-01", "2020-01-31"))
    nobody: Any = None
    with pytest.raises(CommandError, match=r"keys\.until: found '2020-01-31', which is over"):
        preflight.check(nobody, ended, nobody, Progress(io.StringIO()))


def test_stacks_that_make_no_keys_are_not_asked() -> None:
    said = io.StringIO()
    for stack in ("cloud", "cloud-key", "watched"):
        api_keys.check(_settings(stack), Progress(said), date(2999, 1, 1))
    assert said.getvalue() == ""
