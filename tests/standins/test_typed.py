"""What the typed stand-ins share: conditions of a change, and which paths it marks.

Cases of real types are in the tests of the plugins.
"""

from typing import Any

import pytest

from standins.provider import UNKNOWN, Properties
from standins.typed.conditions import at, conditions
from standins.typed.provider import compared
from standins.typed.table import Field, ResourceType


def replaced(table: dict[str, Any], old: Properties, new: Properties) -> dict[str, str]:
    """The changed paths of a type that replaces under conditions."""
    inputs = {"a": Field("any"), "ab": Field("any"), "c": Field("any")}
    kind = ResourceType(inputs, (), replaces_when={path: conditions(given) for path, given in table.items()})
    return compared(kind, old, new)[0]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ({"a": 1, "ab": 1}, {"a": 2, "ab": 2}, {"a": "update-replace", "ab": "update"}),
        ({"a": [1], "c": 1}, {"a": [2], "c": 2}, {"a[0]": "update-replace", "c": "update"}),
        ({"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, {"a.y": "add-replace"}),
        ({"ab": 1}, {"ab": 2}, {"ab": "update"}),
    ],
)
def test_a_condition_marks_its_own_path_and_what_is_below(
    old: Properties, new: Properties, changed: dict[str, str]
) -> None:
    assert replaced({"a": {}}, old, new) == changed


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ({"a": {"x": 1, "y": 1}}, {"a": {"x": 2, "y": 2}}, {"a.x": "update-replace", "a.y": "update"}),
        ({}, {"a": {"x": 1, "y": 1}}, {"a": "add-replace"}),
        ({}, {"a": {"y": 1}}, {"a": "add"}),
        ({"a": {"x": 1}}, {"a": UNKNOWN}, {"a": "update-replace"}),
    ],
)
def test_a_nested_condition_marks_what_brings_its_path(
    old: Properties, new: Properties, changed: dict[str, str]
) -> None:
    assert replaced({"a.x": {}}, old, new) == changed


def test_what_lies_below_something_unknown_is_unknown() -> None:
    assert at({"a": UNKNOWN}, "a.b.c") is UNKNOWN
    assert at({"a": {"b": None}}, "a.b.c") is None


@pytest.mark.parametrize(
    ("change", "old", "new", "holds"),
    [
        ("removed", 1, None, True),
        ("removed", 1, 2, False),
        ("removed", None, 1, False),
        ("added or removed", None, UNKNOWN, True),
        ("added or removed", 1, UNKNOWN, False),
        ("turned on", None, True, True),
        ("turned on", False, UNKNOWN, True),
        ("turned on", True, False, False),
        ("turned off", True, None, True),
        ("turned off", False, None, False),
        ("lowered", 10, 9, True),
        ("lowered", 9, 10, False),
        ("lowered", 10, UNKNOWN, False),
        ("lowered", "v1.10", "v1.9", True),
        ("lowered", "v1.9", "v1.10", False),
        ("any", 1, 1, False),
    ],
)
def test_changes(change: str, old: Any, new: Any, holds: bool) -> None:  # noqa: FBT001
    (condition,) = conditions({"change": change})
    assert condition.holds("a", {"a": old}, {"a": new}) is holds
