"""Whether inputs are what the table says. Values that are not known yet pass."""

from collections.abc import Iterator
from typing import Final

from standins.provider import UNKNOWN, CheckFailure, Properties, Value, reveal
from standins.typed.table import Field, ResourceType

_PYTHON_TYPES: Final[dict[str, type]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "list": list,
    "map": dict,
    "object": dict,
}


def failures(resource_type: ResourceType, news: Properties) -> Iterator[CheckFailure]:
    """One failure an input at most, in the order of the inputs."""
    for name, value in news.items():
        if name not in resource_type.inputs:
            yield CheckFailure(name, f"is not an input of this stand-in; it knows {', '.join(resource_type.inputs)}")
        elif value is not None and (reason := _refusal(resource_type.inputs[name], reveal(value))):
            yield CheckFailure(name, reason)
    for name, field in resource_type.inputs.items():
        if field.required and news.get(name) is None:
            yield CheckFailure(name, "is required")


def _refusal(field: Field, value: Value) -> str:
    if value is UNKNOWN:
        return ""
    if not isinstance(value, _PYTHON_TYPES[field.type]) or (field.type == "integer" and isinstance(value, bool)):
        return f"must be of type {field.type}"
    return _content_refusal(field, value)


def _content_refusal(field: Field, value: Value) -> str:
    if field.type in {"list", "map"} and not _strings_only(value):
        return "must hold strings only"
    if field.choices and value not in field.choices:
        return f"must be one of {', '.join(field.choices)}"
    if field.minimum is not None and value < field.minimum:
        return f"must be at least {field.minimum}"
    return ""


def _strings_only(value: list[Value] | dict[str, Value]) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return all(isinstance(item, str) or item is UNKNOWN or item is None for item in items)
