"""Whether inputs are what the table says, down to nested ones. Values that are not known yet pass."""

from collections.abc import Iterator, Mapping
from typing import Final

from standins.provider import UNKNOWN, CheckFailure, Properties, Value, reveal
from standins.typed.comparing import step
from standins.typed.table import Field, Fields, ResourceType
from standins.typed.words import known

_SCALARS: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "json": (str, dict),
    "any": (object,),
}
_CALLED: Final[dict[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "list",
    dict: "map",
}


def failures(resource_type: ResourceType, news: Properties) -> Iterator[CheckFailure]:
    """One failure a value at most, in the order of the inputs."""
    yield from of_fields(resource_type.inputs, reveal(news), resource_type.types)


def of_fields(
    fields: Fields, values: Properties, types: Mapping[str, Fields], path: str = ""
) -> Iterator[CheckFailure]:
    """Failures of the values of one object that lies at `path`, which ends with a dot unless it is empty."""
    for name, value in values.items():
        if name not in fields or fields[name].filled:
            meant = known(name, [name for name, field in fields.items() if not field.filled])
            yield CheckFailure(f"{path}{name}", f"is not an input of this stand-in{meant}")
        elif value is not None:
            yield from _of_field(fields[name], value, types, f"{path}{name}")
    for name, field in fields.items():
        if field.required and values.get(name) is None:
            yield CheckFailure(f"{path}{name}", "is required")


def _of_field(field: Field, value: Value, types: Mapping[str, Fields], path: str) -> Iterator[CheckFailure]:
    wrong = tuple(_of_value(field.type, value, types, path))
    yield from wrong
    if not wrong and value is not UNKNOWN and (reason := _content_refusal(field, value)):
        yield CheckFailure(path, reason)


def _of_value(wanted: str, value: Value, types: Mapping[str, Fields], path: str) -> Iterator[CheckFailure]:
    if value is UNKNOWN:
        return
    if wanted.startswith("["):
        yield from _of_list(wanted[1:-1], value, types, path)
    elif wanted.startswith("{"):
        yield from _of_map(wanted[1:-1], value, types, path)
    elif wanted in types:
        if not isinstance(value, dict):
            yield _wrong(path, "map", value)
        else:
            yield from of_fields(types[wanted], value, types, f"{path}.")
    elif not isinstance(value, _SCALARS[wanted]) or (isinstance(value, bool) and wanted in ("integer", "number")):
        yield _wrong(path, wanted, value)


def _of_list(wanted: str, value: Value, types: Mapping[str, Fields], path: str) -> Iterator[CheckFailure]:
    if not isinstance(value, list):
        yield _wrong(path, "list", value)
        return
    for index, item in enumerate(value):
        if item is not None:
            yield from _of_value(wanted, item, types, f"{path}[{index}]")


def _of_map(wanted: str, value: Value, types: Mapping[str, Fields], path: str) -> Iterator[CheckFailure]:
    if not isinstance(value, dict):
        yield _wrong(path, "map", value)
        return
    for key, item in value.items():
        if item is not None:
            yield from _of_value(wanted, item, types, f"{path}{step(key)}")


def _wrong(path: str, wanted: str, value: Value) -> CheckFailure:
    return CheckFailure(path, f"must be of type {wanted}, not {_CALLED.get(type(value), 'another')}")


def _content_refusal(field: Field, value: Value) -> str:
    if field.choices and value not in field.choices:
        return f"must be one of {', '.join(field.choices)}"
    if field.minimum is not None and value < field.minimum:
        return f"must be at least {field.minimum}"
    return ""
