"""What the server of one minor version knows, as data made from its source by `make generate`.

`dynamic_config.json` lists every dynamic config key, `configuration.json` every key of the static configuration,
`metrics.json` every metric, which the queries of dashboards and alerts are held against.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class DynamicSetting:
    """One key of the dynamic config."""

    key: str
    """As the server's source spells it; the server ignores case."""
    type: str
    """bool, int, float, duration, string, map, or typed: decoded into a Go struct."""
    constraint_sets: tuple[frozenset[str], ...]
    """Which constraints a value may have together; the server never uses a value with another combination."""
    default: Any
    """The server's own default; None where it is none or no plain value."""
    description: str
    """The comment in the server's source."""


def minor_of(version: str) -> str:
    """`1.32` of `1.32.2`."""
    return ".".join(version.split(".")[:2])


@cache
def dynamic_config(minor: str) -> Mapping[str, DynamicSetting]:
    """The dynamic config of one minor version, by key in lower case. Raises FileNotFoundError for an unknown minor."""
    read = _read(minor, "dynamic_config.json")
    sets = {name: tuple(map(frozenset, found)) for name, found in read["constraintSets"].items()}
    return {
        key.lower(): DynamicSetting(
            key,
            setting["type"],
            sets[setting["precedence"]],
            setting["default"],
            " ".join(setting["description"].split()),
        )
        for key, setting in read["settings"].items()
    }


@cache
def configuration(minor: str) -> Mapping[str, Any]:
    """The tree of keys of the static configuration: a mapping for a struct (`*` any key, `[]` a list's items), a type's
    name for a scalar. Raises FileNotFoundError for an unknown minor."""
    keys: Mapping[str, Any] = _read(minor, "configuration.json")["keys"]
    return keys


def _read(minor: str, name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(minor, name).read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
