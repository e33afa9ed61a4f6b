"""Strategies for a valid dynamic config: keys of a server's catalogue with values and constraints of their own kind."""

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from settings.catalogue import DynamicSetting, dynamic_config, minor_of
from settings.rules.dynamic_config import TASK_TYPES
from settings.rules.history_tasks import HISTORY_TASK_TYPES

NOT_DRAWN: Final = frozenset(
    {
        "frontend.shutdownfailhealthcheckduration",
        "frontend.shutdowndrainduration",
        "history.alignmembershipchange",
        "history.startupmembershipjoindelay",
        "matching.alignmembershipchange",
        "limit.maxidlength",
        "history.shardlingertimelimit",
        "system.namespaceminretentionlocal",
    }
)
"""Keys that the platform writes itself or takes few values for."""

_whole = st.integers(-(2**63), 2**63 - 1)
_words = st.sampled_from(["", "a", "Orders.5", "true", "é ", "~"])
_plain = st.one_of(st.none(), st.booleans(), _whole, _words)
_VALUES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "bool": st.booleans(),
    "int": _whole,
    "float": st.one_of(_whole, st.floats(-1e9, 1e9)),
    "duration": st.one_of(
        st.sampled_from(["0s", "10s", "1h30m", "1.5d", "20", "-1ms", ".5s", "3µs"]),
        st.integers(-(10**9), 10**9),
        st.floats(0, 1e6),
    ),
    "string": _words,
    "map": st.dictionaries(_words, _plain, max_size=2),
    "typed": st.recursive(
        _plain, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_words, inner), max_leaves=3
    ),
}
_CONSTRAINTS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "taskType": st.sampled_from(TASK_TYPES),
    "historyTaskType": st.one_of(st.sampled_from(HISTORY_TASK_TYPES), st.integers(1, 30)),
    "shardId": st.just(1),
}


@st.composite
def dynamic_configs(draw: st.DrawFn, version: str) -> dict[str, list[dict[str, Any]]]:
    """Values for a few keys of this server."""
    known = dynamic_config(minor_of(version))
    keys = draw(st.lists(st.sampled_from(sorted(known.keys() - NOT_DRAWN)), max_size=4, unique=True))
    return {known[key].key: draw(_values(known[key])) for key in keys}


@st.composite
def _values(draw: st.DrawFn, setting: DynamicSetting) -> list[dict[str, Any]]:
    sets = draw(st.lists(st.sampled_from(setting.constraint_sets), min_size=1, max_size=3, unique=True))
    return [draw(_value(setting, sorted(names))) for names in sets]


@st.composite
def _value(draw: st.DrawFn, setting: DynamicSetting, names: list[str]) -> dict[str, Any]:
    said = {"value": draw(_VALUES[setting.type])}
    constraints = {name: draw(_CONSTRAINTS.get(name, _words)) for name in names}
    with_empty = draw(st.booleans())
    return {**said, "constraints": constraints} if constraints or with_empty else said
