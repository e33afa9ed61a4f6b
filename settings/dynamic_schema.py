"""The JSON schema of `temporal:backend.dynamicConfig`: every key of every supported minor, with its type and comment.

Nobody remembers some seven hundred keys, and the server goes on without one that is misspelled: here an editor
completes them and marks what no supported server has. The spelling is the catalogue's; which minor has a key, and which
constraints go together, is the models' to check.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import versions
from settings.backend import Services
from settings.catalogue import DynamicSetting, dynamic_config, minor_of
from settings.plans import service_plan
from settings.pods import Scheduling
from settings.rules.dynamic_config import CONSTRAINT_TYPES, GO_DURATION, TASK_TYPES, VALUE_TYPES
from settings.sizes import SERVICE_NAMES

MINORS: Final = tuple(dict.fromkeys(minor_of(version) for version in versions.SERVERS))
"""Oldest first."""

_VALUES: Final[Mapping[str, Mapping[str, Any]]] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "duration": {
        "type": ["string", "number"],
        "pattern": f"^({GO_DURATION.pattern})$",
        "patternErrorMessage": f"Allowed: {VALUE_TYPES['duration'][1]}",
    },
    "string": {"type": "string"},
    "map": {"type": "object"},
    "typed": {},
}


def dynamic_config_schema(value: str, constraints: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of the mapping, and the definitions it refers to. `value` and `constraints` describe these two keys of
    each value."""
    by_minor = {minor: dynamic_config(minor) for minor in MINORS}
    properties: dict[str, Any] = {}
    definitions: dict[str, Any] = {}
    own = set(_written_by_other_settings())
    for lowered in sorted({key for known in by_minor.values() for key in known} - own):
        having = {minor: known[lowered] for minor, known in by_minor.items() if lowered in known}
        shapes = list(dict.fromkeys(map(_shape, having.values())))
        for shape in shapes:
            definitions[_name(*shape)] = _values(*shape, value, constraints)
        newest = having[max(having, key=MINORS.index)]
        references = [{"$ref": f"#/$defs/{_name(*shape)}"} for shape in shapes]
        choice = references[0] if len(references) == 1 else {"anyOf": references}
        properties[newest.key] = {"description": _description(newest, having), **choice}
    return {"type": "object", "properties": properties, "additionalProperties": False}, definitions


def _shape(setting: DynamicSetting) -> tuple[str, tuple[str, ...]]:
    return setting.type, tuple(sorted({name for names in setting.constraint_sets for name in names}))


def _name(kind: str, constraints: Iterable[str]) -> str:
    return ".".join(("dynamicConfig", kind, *constraints))


def _values(kind: str, names: Iterable[str], value: str, constraints: str) -> dict[str, Any]:
    takes = {name: _constraint(name) for name in names}
    return {
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["value"],
            "properties": {
                "value": {"description": value, **_VALUES[kind]},
                "constraints": {
                    "description": constraints,
                    "type": "object",
                    "additionalProperties": False,
                    "properties": takes,
                },
            },
        },
    }


def _constraint(name: str) -> dict[str, Any]:
    if name == "taskType":
        return {"enum": list(TASK_TYPES)}
    if name not in CONSTRAINT_TYPES:
        return {"type": ["string", "integer"]}
    return {"type": "integer" if CONSTRAINT_TYPES[name][0] is int else "string"}


def _description(newest: DynamicSetting, having: Mapping[str, DynamicSetting]) -> str:
    _, constraints = _shape(newest)
    facts = [
        f"Type: {newest.type}",
        f"Default: {json.dumps(newest.default)}" if newest.default is not None else "",
        f"Constraints: {', '.join(constraints)}" if constraints else "",
        f"Servers: {', '.join(having)} only" if len(having) < len(MINORS) else "",
    ]
    return "\n".join(filter(None, [newest.description, *facts]))


def _written_by_other_settings() -> Iterable[str]:
    for name in SERVICE_NAMES:
        plan = service_plan(name, "dev", Scheduling(), Services(), searches_sql=True)
        yield from (key.lower() for key in plan.shutdown.dynamic_config)
