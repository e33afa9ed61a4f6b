"""The types that the stand-in has: inputs from `schema.json`, behaviour from `types.toml`."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from standins.provider import Properties, Value
from standins.typed.conditions import conditions
from standins.typed.table import Field, Fields, ResourceType

_FOLDER: Final = Path(__file__).parent
TAGS_ALL: Final = "tagsAll"
_WRITE_ONLY: Final = "Wo"


@dataclass(frozen=True)
class AutoName:
    """The input that gets a name when the program gives none: the resource's, `separator`, and seven hex digits."""

    input: str
    separator: str = "-"
    longest: int = 255
    lower: bool = False
    prefix: str = ""


@dataclass(frozen=True)
class AwsType:
    """`id` and `outputs` are templates: see `predicting`. `plain` are the types of outputs and inputs alike."""

    resource: ResourceType
    plain: Mapping[str, str]
    id: Value
    outputs: Mapping[str, Value]
    auto_name: AutoName | None = None
    defaults: Properties = field(default_factory=dict)
    delete_before_replace: bool = False


@cache
def load() -> dict[str, AwsType]:
    """The types by their tokens such as `aws:rds/instance:Instance`."""
    schema = _schema()
    types = {name: _fields(inputs) for name, inputs in schema["types"].items()}
    behaviour = tomllib.loads((_FOLDER / "types.toml").read_text())
    return {token: _aws_type(schema["resources"][token], table, types) for token, table in behaviour.items()}


def configuration() -> tuple[Fields, Mapping[str, Fields]]:
    """What the provider itself can be configured with, and the nested types of that."""
    schema = _schema()
    return _fields(schema["provider"]), {name: _fields(inputs) for name, inputs in schema["types"].items()}


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((_FOLDER / "schema.json").read_text())
    return schema


def _aws_type(described: dict[str, Any], table: dict[str, Any], types: Mapping[str, Fields]) -> AwsType:
    secrets = frozenset(described.get("secrets", ()))
    inputs = _fields(described["inputs"], frozenset(table["replaces"]), secrets)
    outputs = tuple(name for name in described["outputs"] if name != TAGS_ALL)
    if TAGS_ALL in described["outputs"]:
        inputs = {**inputs, TAGS_ALL: Field("{string}", filled=True)}
    return AwsType(
        resource=ResourceType(
            inputs=inputs,
            outputs=("id", *outputs),
            secret_outputs=tuple(sorted(secrets)),
            types=types,
            replaces_when={path: conditions(given) for path, given in table.get("replaces_when", {}).items()},
            unchanged_when={path: conditions(given) for path, given in table.get("unchanged_when", {}).items()},
            unsure=frozenset(table.get("unsure", ())),
        ),
        plain={**{name: field.type for name, field in inputs.items()}, **described["outputs"]},
        id=table["id"],
        outputs=table.get("outputs", {}),
        auto_name=AutoName(**table["auto_name"]) if "auto_name" in table else None,
        defaults=table.get("defaults", {}),
        delete_before_replace=table.get("delete_before_replace", False),
    )


def _fields(
    inputs: Mapping[str, str], replaces: frozenset[str] = frozenset(), secrets: frozenset[str] = frozenset()
) -> dict[str, Field]:
    return {name: _field(name, text, name in replaces, name in secrets) for name, text in inputs.items()}


def _field(name: str, text: str, replaces: bool, secret: bool) -> Field:  # noqa: FBT001
    """`text` is a type, and `required` or `computed` after it."""
    wanted, _, mark = text.partition(" ")
    return Field(
        wanted,
        required=mark == "required",
        computed=mark == "computed",
        replaces=replaces,
        secret=secret,
        write_only=secret and name.endswith(_WRITE_ONLY),
    )
