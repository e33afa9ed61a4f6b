"""The JSON schema of a whole stack file, for editors and for checks before anything runs.

It is what pydantic makes of the models, rewritten for people: the text of a key says what is allowed, the default and
what a change does. It refuses every wrong shape: unknown keys, wrong types, patterns, ranges. What it leaves to the
models: rules over several keys, a number written as 1.0, which dynamic config keys a server's minor has. It is narrower
than the models in spelling alone: `temporal:` stands before every key, values under it are YAML and not JSON in a text,
and dynamic config keys have the case of the server's source.
"""

from collections.abc import Mapping
from typing import Any, Final

from settings.document import PROJECT
from settings.dynamic_schema import dynamic_config_schema
from settings.kinds import MODELS
from settings.model import Settings
from settings.reference import Key, Reference, change
from settings.shapes import required_keys

_ROOT: Final = Settings.__name__
_CIPHERTEXT: Final = {
    "type": "object",
    "properties": {"secure": {"type": "string", "description": "Written by `pulumi config set --secret`."}},
    "required": ["secure"],
    "additionalProperties": False,
}
_TEXTS: Final = {
    "encryptionsalt": "Written by the engine: salt of the passphrase that encrypts secrets of this file and the state.",
    "encryptedkey": "Written by the engine: key that encrypts secrets, itself encrypted by `secretsprovider`.",
    "secretsprovider": "Who encrypts secrets, such as awskms://alias/pulumi; a passphrase when left out.",
}


def stack_schema() -> dict[str, Any]:
    """The schema, as JSON's own types."""
    reference = Reference(Settings)
    config = _definition(reference, _ROOT)
    config["properties"] = {f"{PROJECT}:{key}": value for key, value in config["properties"].items()}
    config["properties"][f"{PROJECT}:protection"] |= {"type": ["boolean", "string"], "pattern": "^(true|false)$"}
    key = config["properties"][f"{PROJECT}:cloudApiKey"]
    config["properties"][f"{PROJECT}:cloudApiKey"] = {"description": key["description"], **_CIPHERTEXT}
    config["required"] = [f"{PROJECT}:{key}" for key in config["required"]]
    for key in {key for model in MODELS.values() for key in required_keys(model)}:
        config["properties"][f"{PROJECT}:{key}"] = _without_null(config["properties"][f"{PROJECT}:{key}"])
    config["allOf"] = [_only_with(kind, model) for kind, model in MODELS.items()]
    config["patternProperties"] = {rf"^(?!{PROJECT}:)[^:]+:.+$": {"description": "A key of another project."}}
    config["description"] = f"Configuration. Keys of this program begin with `{PROJECT}:`."
    definitions = {name: _definition(reference, name) for name in reference.definitions if name != _ROOT}
    _with_dynamic_config(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:temporal-platform:stack",
        "description": "A stack file of the Temporal Platform.",
        "type": "object",
        "additionalProperties": False,
        "required": ["config"],
        "properties": {
            "config": config,
            "environment": {
                "description": "Environments of Pulumi ESC: their names, or one written here.",
                "type": ["array", "object"],
            },
            **{name: {"description": text, "type": "string"} for name, text in _TEXTS.items()},
        },
        "$defs": dict(sorted(definitions.items())),
    }


def _only_with(kind: str, model: type[Settings]) -> dict[str, Any]:
    """What else is required where the backend is of this kind, and which keys may not stand there."""
    backend = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
    refused = {f"{PROJECT}:{key}": False for key in model.refused_keys}
    return {
        "if": {"properties": {f"{PROJECT}:backend": backend}, "required": [f"{PROJECT}:backend"]},
        "then": {"required": [f"{PROJECT}:{key}" for key in required_keys(model)], "properties": refused},
    }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What may be left out with some kinds of stack says so with them alone."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **choices[0]}


def _with_dynamic_config(definitions: dict[str, Any]) -> None:
    said = definitions.pop("DynamicValue")["properties"]
    place = definitions["SelfHosted"]["properties"]
    schema, further = dynamic_config_schema(said["value"]["description"], said["constraints"]["description"])
    place["dynamicConfig"] = {"description": place["dynamicConfig"]["description"], **schema}
    definitions.update(further)


def _definition(reference: Reference, model: str) -> dict[str, Any]:
    described = reference.definitions[model]
    properties = {
        key.name: {"description": _hover(reference, model, key), **_shape(described["properties"][key.name])}
        for key in reference.keys(model)
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(described.get("required", ())),
        "properties": properties,
    }


def _hover(reference: Reference, model: str, key: Key) -> str:
    """The text an editor shows beside a key."""
    is_tag = key.name == "kind" and reference.kind(model)
    meanings = [reference.meaning(model)] if is_tag else _meanings(reference, key)
    unit = f" ({key.unit})" if key.unit and key.unit not in key.allowed else ""
    facts = {
        "Allowed": f"{key.allowed}{unit}" if key.effect else "",
        "Default": key.default,
        "A change": change(key),
        "Source": key.source,
    }
    return "\n".join([*meanings, *(f"{name}: {text}" for name, text in facts.items() if text)])


def _meanings(reference: Reference, key: Key) -> list[str]:
    """The key's own line, and what the models say that may stand there, each by its `kind`."""
    lines = [key.meaning]
    for model in dict.fromkeys(key.models):
        kind = reference.kind(model)
        lines.append(f"{kind}: {reference.meaning(model)}" if kind else reference.meaning(model))
    return list(dict.fromkeys(filter(None, lines)))


def _shape(schema: Any, allowed: str = "") -> Any:
    """The schema without pydantic's titles, our own facts and what editors would show twice.

    `allowed` are the words of a schema around it for patterns without words of their own.
    """
    if isinstance(schema, list):
        return [_shape(each, allowed) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    words = schema.get("x-allowed", allowed)
    kept = {
        name: _shape(value, words)
        for name, value in schema.items()
        if name not in ("title", "description", "discriminator", "default") and not name.startswith("x-")
    }
    if isinstance(schema.get("default"), str | int):
        kept["default"] = schema["default"]
    if "pattern" in kept:
        kept["patternErrorMessage"] = f"Allowed: {words}"
    return _keys_by_pattern(_or_nothing(kept))


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    """A scalar or nothing is one schema of two types, so that an editor shows and completes it as one."""
    choices = schema.get("anyOf", [])
    if len(choices) != 2 or choices[1] != {"type": "null"} or not isinstance(choices[0].get("type"), str):
        return schema
    merged = {**choices[0], "type": [choices[0]["type"], "null"]}
    words = merged.get("enum", [merged.pop("const")] if "const" in merged else [])
    if words:
        merged["enum"] = [*words, None]
    return {**merged, **{name: value for name, value in schema.items() if name != "anyOf"}}


def _keys_by_pattern(schema: dict[str, Any]) -> dict[str, Any]:
    """pydantic lets keys pass that match no pattern; here all of them must match."""
    if "patternProperties" not in schema:
        return schema
    ((pattern, values),) = schema["patternProperties"].items()
    others = {name: value for name, value in schema.items() if name != "patternProperties"}
    names = {**schema["propertyNames"], "pattern": pattern}
    return {**others, "propertyNames": names, "additionalProperties": values}
