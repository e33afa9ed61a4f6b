"""The tables of inputs (`*.toml`): one Field an input, one ResourceType a resource."""

import pathlib
import tomllib
from dataclasses import dataclass
from typing import Any, Final

from standins.provider import Properties, Secret, Value, reveal

_FOLDER: Final = pathlib.Path(__file__).parent
_KEY_OF_SCHEMA_VERSION: Final = "__meta"


@dataclass(frozen=True)
class Field:
    """One input. `type` is string, integer, boolean, list (of strings), map (of strings) or object.

    `default_from` names an input whose value stands in before `default` does. A `computed` input that is taken away
    keeps the value it had. `secret` inputs are encrypted even when the program does not mark them.
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


@dataclass(frozen=True)
class ResourceType:
    """`outputs` are what a resource has besides its inputs."""

    inputs: dict[str, Field]
    outputs: tuple[str, ...]
    secret_outputs: tuple[str, ...] = ()
    schema_version: int = 0

    def planned(self, inputs: Properties) -> Properties:
        """The inputs with defaults, without nulls, secrets marked; values that have no default are left out."""
        values = {name: self._with_default(name, field, inputs) for name, field in self.inputs.items()}
        return {
            name: Secret(reveal(value)) if self.inputs[name].secret else value
            for name, value in values.items()
            if value is not None
        }

    def _with_default(self, name: str, field: Field, inputs: Properties) -> Value:
        for given in (inputs.get(name), inputs.get(field.default_from)):
            if given is not None:
                return given
        return field.default

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
    )


def _field(table: dict[str, Any]) -> Field:
    return Field(**{**table, "choices": tuple(table.get("choices", ()))})
