"""The tables of inputs (`*.toml`): one Field an input, one ResourceType a resource."""

import pathlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from standins.provider import Properties, Secret, Value, reveal
from standins.typed.conditions import Conditions, conditions

_FOLDER: Final = pathlib.Path(__file__).parent
_KEY_OF_SCHEMA_VERSION: Final = "__meta"


@dataclass(frozen=True)
class Field:
    """One input, or one key of a nested type.

    `type` is string, integer, number, boolean, json (a document, as text or as what it describes), any, `[t]` for a
    list of t, `{t}` for a map with values t, or the name of a nested type.

    `default_from` names an input whose value stands in before `default` does. A `computed` input that is taken away
    keeps the value it had, and one that was never given gets a value from the resource. `secret` inputs are encrypted
    even when the program does not mark them; a `write_only` one is not kept at all. A `filled` one is written by the
    check, never by the program.
    """

    type: str
    required: bool = False
    default: Value = None
    default_from: str = ""
    computed: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    replaces: bool = False
    secret: bool = False
    write_only: bool = False
    filled: bool = False


Fields = Mapping[str, Field]


@dataclass(frozen=True)
class ResourceType:
    """`outputs` are what a resource has besides its inputs; `types` are the nested types by name.

    Paths in `replaces_when` replace the resource under a condition, changes of those in `unchanged_when` count for
    nothing under theirs. Whether a change of an input in `unsure` replaces is not known: it is taken for an update.
    """

    inputs: Fields
    outputs: tuple[str, ...]
    secret_outputs: tuple[str, ...] = ()
    schema_version: int = 0
    types: Mapping[str, Fields] = field(default_factory=dict)
    replaces_when: Mapping[str, Conditions] = field(default_factory=dict)
    unchanged_when: Mapping[str, Conditions] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def planned(self, inputs: Properties) -> Properties:
        """The inputs with defaults, without nulls, secrets marked; values that have no default are left out."""
        values = {name: self._with_default(name, field, inputs) for name, field in self.inputs.items()}
        return {
            name: Secret(reveal(value)) if self.inputs[name].secret else value
            for name, value in values.items()
            if value is not None and not self.inputs[name].write_only
        }

    def _with_default(self, name: str, field: Field, inputs: Properties) -> Value:
        for given in (inputs.get(name), inputs.get(field.default_from)):
            if given is not None:
                return given
        return field.default

    def left_out(self, planned: Properties) -> tuple[str, ...]:
        """The inputs that the program left to the resource."""
        return tuple(name for name, field in self.inputs.items() if field.computed and name not in planned)

    def marked(self, outputs: Properties) -> Properties:
        """Computed outputs with their secrets marked."""
        return {name: Secret(value) if name in self.secret_outputs else value for name, value in outputs.items()}

    def bookkeeping(self) -> Properties:
        """What the official plugin needs to read a state that this one wrote: the version of its schema."""
        if not self.schema_version:
            return {}
        return {_KEY_OF_SCHEMA_VERSION: f'{{"schema_version":"{self.schema_version}"}}'}


def load(name: str) -> dict[str, ResourceType]:
    """The types of `<name>.toml`, keyed by their token such as `random:index/randomId:RandomId`."""
    tables = tomllib.loads((_FOLDER / f"{name}.toml").read_text())
    return {token: _resource_type(table) for token, table in tables.items()}


def _resource_type(table: dict[str, Any]) -> ResourceType:
    return ResourceType(
        inputs={name: _field(field) for name, field in table["inputs"].items()},
        outputs=tuple(table["outputs"]),
        secret_outputs=tuple(table.get("secret_outputs", ())),
        schema_version=table.get("schema_version", 0),
        types={
            name: {key: _field(field) for key, field in fields.items()}
            for name, fields in table.get("types", {}).items()
        },
        replaces_when={path: conditions(given) for path, given in table.get("replaces_when", {}).items()},
    )


def _field(table: dict[str, Any]) -> Field:
    return Field(**{**table, "choices": tuple(table.get("choices", ()))})
