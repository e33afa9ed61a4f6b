"""When a change of one value counts: the conditions of the tables."""

import fnmatch
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from standins.provider import UNKNOWN, Properties, Value

Patterns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Condition:
    """`change` is a key of `_CHANGES`.

    `was`, `where` and `unless` give patterns (fnmatch) for inputs by their paths: as they were, as they become, and as
    they must not become. A value that is not there is the empty text, a boolean is true or false, what holds others is
    its JSON. A value that is not known yet matches every pattern of `was` and `where`, and none of `unless`.
    `below` names an input that the new value must be smaller than.
    """

    change: str = "any"
    was: Patterns = field(default_factory=dict)
    where: Patterns = field(default_factory=dict)
    unless: Patterns = field(default_factory=dict)
    below: str = ""

    def holds(self, path: str, old: Properties, new: Properties) -> bool:
        """Whether the change of the value at `path` is such a one. Neither side carries marks of secrets."""
        before, after = at(old, path), at(new, path)
        return (
            before != after
            and _CHANGES[self.change](before, after)
            and matches(self.was, old)
            and matches(self.where, new)
            and not (self.unless and matches(self.unless, new, unknown=False))
            and (not self.below or _order(after) < _order(at(new, self.below)))
        )


Conditions = tuple[Condition, ...]


def conditions(table: Mapping[str, Any] | list[Mapping[str, Any]]) -> Conditions:
    """One of a table, or several of a list of them, of which one has to hold."""
    return tuple(map(_condition, table if isinstance(table, list) else [table]))


def patterns(table: Mapping[str, list[str]]) -> Patterns:
    return {path: tuple(texts) for path, texts in table.items()}


def matches(wanted: Patterns, values: Properties, *, unknown: bool = True) -> bool:
    """Whether each value matches one of its patterns; `unknown` is the answer for one that is not known yet."""
    return all(_matches_one(texts, at(values, path), unknown=unknown) for path, texts in wanted.items())


def at(values: Value, path: str) -> Value:
    """The value at a path such as `encryptAtRest.enabled`; None when it is not there."""
    for step in path.split("."):
        if values is UNKNOWN:
            return UNKNOWN
        values = values.get(step) if isinstance(values, dict) else None
    return values


def _condition(table: Mapping[str, Any]) -> Condition:
    given: dict[str, Any] = {key: text if isinstance(text, str) else patterns(text) for key, text in table.items()}
    return Condition(**given)


def _matches_one(texts: tuple[str, ...], value: Value, *, unknown: bool) -> bool:
    if value is UNKNOWN:
        return unknown
    return any(fnmatch.fnmatchcase(_text(value), text) for text in texts)


def _text(value: Value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _order(value: Value) -> tuple[str, list[int]]:
    """Numbers and versions such as OpenSearch_2.19 by what comes later; what is not there comes first."""
    text = _text(value)
    return re.sub(r"[\d.]", "", text), [int(number) for number in re.findall(r"\d+", text)]


_CHANGES: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "any": lambda _old, _new: True,
    "removed": lambda old, new: old is not None and new is None,
    "added or removed": lambda old, new: (old is None) != (new is None),
    "turned on": lambda old, new: old is not True and new in (True, UNKNOWN),
    "turned off": lambda old, new: old is True and new is not True,
    "lowered": lambda old, new: old is not None and new is not UNKNOWN and _order(new) < _order(old),
}
