"""What a person may want to know of one key, read from the JSON schema that pydantic makes of its model.

Editors show it beside the key, `docs/configuration.md` lists it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic.json_schema import models_json_schema

from settings.base import Model
from settings.facts import Effect

Schema = Mapping[str, Any]

CHANGES: Final[Mapping[Effect, str]] = {
    "nothing": "no restart",
    "rolling": "rolling",
    "replaced": "replaced",
    "refused": "refused once deployed",
}
"""How an effect is called where a changed value is spoken of."""

_TYPES: Final = {
    "boolean": "true or false",
    "object": "a mapping of keys",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
}


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key of a model. Texts are empty where there is nothing to say."""

    name: str
    meaning: str
    allowed: str
    choices: tuple[str, ...]
    """The values to choose from, where there are only these."""
    required: bool
    default: str
    unit: str
    source: str
    effect: Effect | None
    """None for a key that only holds others."""
    does: str
    models: tuple[str, ...]
    """Names of the models that may stand here, or in the list or map that stands here."""


class Reference:
    """These models and every one below them, by its name, as pydantic's own schema describes it."""

    def __init__(self, *models: type[Model]) -> None:
        _, described = models_json_schema([(model, "validation") for model in models], by_alias=True)
        self.definitions: Mapping[str, Schema] = described["$defs"]

    def keys(self, model: str) -> list[Key]:
        """The keys of a model, its `kind` first."""
        described = self.definitions[model]
        required = described.get("required", ())
        names = sorted(described["properties"], key=lambda name: name != "kind")
        return [self._key(name, described["properties"][name], required=name in required) for name in names]

    def meaning(self, model: str) -> str:
        """What a model is, in one line."""
        return _one_line(self.definitions[model].get("description", ""))

    def kind(self, model: str) -> str | None:
        """The `kind` that chooses a model, if it has one."""
        kind = self.definitions[model]["properties"].get("kind", {}).get("const")
        return str(kind) if kind else None

    def _key(self, name: str, schema: Schema, *, required: bool) -> Key:
        return Key(
            name=name,
            meaning=_one_line(schema.get("description", "")),
            allowed=self.allowed(schema),
            choices=_choices(schema),
            required=required,
            default=_default(schema),
            unit=schema.get("x-unit", ""),
            source=schema.get("x-source", ""),
            effect=cast("Effect | None", schema.get("x-effect")),
            does=schema.get("x-does", ""),
            models=tuple(_models(schema)),
        )

    def allowed(self, schema: Schema) -> str:
        """The words for what may stand there; empty where anything may."""
        if "x-allowed" in schema:
            return str(schema["x-allowed"])
        if _choices(schema):
            return ", ".join(_choices(schema))
        choices = [choice for choice in alternatives(schema) if choice.get("type") != "null"]
        if len(choices) == 1 and choices[0] is not schema:
            return self.allowed(choices[0])
        kinds = [kind for model in _models(schema) if (kind := self.kind(model))]
        if len(choices) > 1 and kinds:
            return f"a mapping whose kind is {' or '.join(kinds)}"
        if "$ref" in schema:
            return _TYPES["object"]
        return self._collection(schema) or " or ".join(filter(None, map(self._plain, choices)))

    def _collection(self, schema: Schema) -> str:
        items = schema.get("items")
        if items:
            return "a list of mappings" if "$ref" in items else f"a list; each: {self.allowed(items)}"
        if "patternProperties" in schema:
            (value,) = schema["patternProperties"].values()
            return f"a mapping; keys: {schema['propertyNames']['x-allowed']}; values: {self.allowed(value)}"
        return ""

    def _plain(self, schema: Schema) -> str:
        return _TYPES.get(schema.get("type", ""), "")


def change(key: Key) -> str:
    """What a changed value does, in words; empty for a key that only holds others."""
    return f"{CHANGES[key.effect]} ({key.does})" if key.effect else ""


def alternatives(schema: Schema) -> list[Schema]:
    """What may stand there: the choices of a union, or the schema itself."""
    return list(schema.get("oneOf") or schema.get("anyOf") or [schema])


def _models(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    inner = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties"), schema.get("items")]
    inner += [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    for each in inner:
        if isinstance(each, Mapping):
            yield from _models(each)


def _choices(schema: Schema) -> tuple[str, ...]:
    """Those that stand for themselves; where they have words, the words do."""
    choices = [choice for choice in alternatives(schema) if "x-allowed" not in choice]
    found = [each for choice in choices for each in (*choice.get("enum", ()), choice.get("const"))]
    return tuple(str(each) for each in found if each is not None)


def _default(schema: Schema) -> str:
    """As it would stand in the file; empty for what is left out or made of other keys' defaults."""
    value = schema.get("default")
    if value in (None, "", {}, []):
        return ""
    if isinstance(value, dict):
        return f"{{kind: {value['kind']}}}" if "kind" in value else ""
    return value if isinstance(value, str) else json.dumps(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
