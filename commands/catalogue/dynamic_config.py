"""The dynamic config settings of one server.

The catalogue holds for each key, as the server spells it (it ignores case):

- `type`: bool, int, float, duration, string or map; `typed` is decoded into the Go type `goType`, by the function
  `converter` where the server has one for that setting.
- `precedence`: how a value is looked up, named as in the server; `taskType` means the types of history tasks.
- `constraints`: what a value may be constrained by. The server finds a value only when its constraints are exactly one
  of the sets that `constraintSets` lists for the precedence, the most specific first.
- `default`: a duration as Go writes it. An expression that has no value before the server runs, or that makes a struct
  or a list, is quoted in `defaultSource` instead. A null without that is a null in the server, too.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commands.catalogue import source
from commands.catalogue.source import Server
from commands.errors import CommandError

_TYPES = {
    "Bool": ("bool", "bool"),
    "Int": ("int", "int"),
    "Float": ("float", "float64"),
    "Duration": ("duration", "time.Duration"),
    "String": ("string", "string"),
    "Map": ("map", "map[string]any"),
    "Typed": ("typed", None),
}
_SPELLINGS = {
    "Namespace": "namespace",
    "NamespaceID": "namespaceId",
    "TaskQueueName": "taskQueueName",
    "TaskQueueType": "taskType",
    "ShardID": "shardId",
    "TaskType": "historyTaskType",
    "Destination": "destination",
    "ChasmTaskType": "chasmTaskType",
}
NOT_SETTINGS = {"common/dynamicconfig/setting_gen.go": "the constructors themselves, which call one another"}
"""Files whose calls of constructors make no setting, and why."""

_CONSTRUCTOR = re.compile(rf"New([A-Z]\w*?)({'|'.join(_TYPES)})Setting(?:With[A-Z]\w*)?")
_CALL = re.compile(rf"(?<!func )\b{_CONSTRUCTOR.pattern}\s*(?:\[[^()]*?\]\s*)?\(")


def catalogue(server: Server) -> dict[str, Any]:
    """The content of `dynamic_config.json`.

    Raises:
        CommandError: a setting whose key or type is not known, two settings of one key, a call of a constructor that
            the reader missed, a precedence or constraint that this module does not know.
    """
    facts = server.facts
    read = [setting["position"] for setting in facts["settings"]]
    source.refuse_unread("make settings of dynamic config", read, calls(server.folder), server.folder)
    constraint_sets = _constraint_sets(facts)
    settings: dict[str, dict[str, Any]] = {}
    for found in facts["settings"]:
        _refuse_twice(found, settings)
        settings[found["key"]] = _setting(found, constraint_sets)
    return {
        "server": server.version,
        "constraintSets": dict(sorted(constraint_sets.items())),
        "settings": dict(sorted(settings.items())),
    }


def calls(folder: Path) -> list[str]:
    """Every call of a constructor, as `source.calls` finds it."""
    return source.calls(folder, _CALL, NOT_SETTINGS)


def _refuse_twice(found: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    key = found["key"]
    if not key:
        raise CommandError(f"{found['position']}: the key of this setting is not a constant.")
    if key.lower() in map(str.lower, settings):
        raise CommandError(f"{found['position']}: there is another setting {key}.")


def _constraint_sets(facts: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """For each precedence the sets of constraints that the server looks for."""
    for name, constraint in facts["constraints"].items():
        if _SPELLINGS.get(constraint["field"], "").lower() != name:
            raise CommandError(
                f"the constraint {name} fills the field {constraint['field']}: its spelling is not known."
            )
    sets = {}
    for precedence, combinations in facts["lookups"].items():
        looked_for = {field for fields in combinations for field in fields}
        in_files = {found["field"] for found in facts["constraints"].values() if precedence in found["precedences"]}
        if looked_for != in_files:
            raise CommandError(
                f"precedence {precedence}: the server looks for {sorted(looked_for)}, its files may hold "
                f"{sorted(in_files)}."
            )
        sets[_lower_camel(precedence)] = [[_SPELLINGS[field] for field in fields] for fields in combinations]
    return sets


def _setting(found: Mapping[str, Any], constraint_sets: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, Any]:
    precedence, kind = _precedence_and_type(found, constraint_sets)
    made: dict[str, Any] = {"type": kind}
    if kind == "typed":
        made["goType"] = found["type"]
        if found["converter"]:
            made["converter"] = found["converter"]
    made["precedence"] = precedence
    made["constraints"] = list(dict.fromkeys(name for names in constraint_sets[precedence] for name in names))
    made["default"] = float(found["value"]) if kind == "float" and found["value"] is not None else found["value"]
    if found["value"] is None and found["source"] != "nil":
        made["defaultSource"] = found["source"]
    made["description"] = found["description"]
    return made


def _precedence_and_type(found: Mapping[str, Any], precedences: Mapping[str, Any]) -> tuple[str, str]:
    constructor = _CONSTRUCTOR.fullmatch(found["constructor"])
    precedence = _lower_camel(constructor[1]) if constructor else ""
    if constructor is None or precedence not in precedences:
        raise CommandError(f"{found['position']}: {found['constructor']} is no known constructor of settings.")
    kind, go_type = _TYPES[constructor[2]]
    if not found["type"] or go_type not in (None, found["type"]):
        raise CommandError(f"{found['position']}: {found['constructor']} makes the type {found['type'] or 'unknown'}.")
    return precedence, kind


def _lower_camel(name: str) -> str:
    return name[0].lower() + name[1:].replace("ID", "Id")
