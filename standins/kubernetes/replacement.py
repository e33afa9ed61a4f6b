"""Which changed fields replace an object. The table is `replacement.toml`."""

from __future__ import annotations

import pathlib
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from standins.kubernetes.objects import Object, is_kind

if TYPE_CHECKING:
    from standins.kubernetes.paths import Path
    from standins.provider import Value

Pattern = tuple[str, ...]

_EVERY = "*"


@dataclass(frozen=True)
class Mutability:
    """Provider settings enableConfigMapMutable and enableSecretMutable: without them a change of data replaces."""

    config_map: bool = False
    secret: bool = False


def replacing_fields(obj: Object, mutability: Mutability) -> tuple[Pattern, ...]:
    """Patterns of the fields whose change replaces this object."""
    fields = ["metadata.name", "metadata.namespace"]
    immutable = obj.get("immutable") is True
    if is_kind(obj, "v1", "Secret") and (immutable or not mutability.secret):
        fields += ["type", "stringData", "data"]
    elif is_kind(obj, "v1", "ConfigMap") and (immutable or not mutability.config_map):
        fields += ["binaryData", "data"]
    else:
        fields += _table().get(str(obj.get("apiVersion")), {}).get(str(obj.get("kind")), [])
    return tuple(tuple(field.replace("[*]", f".{_EVERY}").split(".")) for field in fields)


def replaces(path: Path, value: Value, patterns: tuple[Pattern, ...]) -> bool:
    """Whether a change at `path` touches one of the patterns.

    The path may lie inside a pattern's field, or above it: then the new `value` must hold the field.
    """
    return any(_touches(path, value, pattern) for pattern in patterns)


def _touches(path: Path, value: Value, pattern: Pattern) -> bool:
    for step, expected in zip(path, pattern, strict=False):
        if (expected != _EVERY) if isinstance(step, int) else (expected != step):
            return False
    return _holds(value, pattern[len(path) :])


def _holds(value: Value, rest: Pattern) -> bool:
    if not rest:
        return True
    if rest[0] == _EVERY:
        return isinstance(value, list) and any(_holds(item, rest[1:]) for item in value)
    return isinstance(value, dict) and rest[0] in value and _holds(value[rest[0]], rest[1:])


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(pathlib.Path(__file__).with_name("replacement.toml").read_text(encoding="utf-8"))
