"""Which paths differ between two values, and how: the engine's detailed diff."""

from collections.abc import Iterator

from standins.provider import Value


def changes(path: str, old: Value, new: Value) -> Iterator[tuple[str, str]]:
    """Pairs of a path and add, update or delete. Neither value carries marks of secrets; None is absent."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from changes(f"{path}{step(key)}", old.get(key), new.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            yield from changes(f"{path}[{index}]", _at(old, index), _at(new, index))
    elif old is None:
        yield path, "add"
    elif new is None:
        yield path, "delete"
    else:
        yield path, "update"


def present(value: Value) -> Value:
    """The value without what counts as absent for the official plugins: nulls, empty texts, lists and maps, at any
    depth but in the places of a list."""
    if isinstance(value, dict):
        items = {key: present(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None} or None
    if isinstance(value, list):
        return [present(item) for item in value] or None
    return None if value == "" else value


def step(key: str) -> str:
    """A key as a step of a path."""
    return f".{key}" if key.isidentifier() else f'["{key}"]'


def _at(values: list[Value], index: int) -> Value:
    return values[index] if index < len(values) else None
