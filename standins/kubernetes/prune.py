"""A live object cut down to the shape of the inputs that made it, so that the cluster's own fields are no changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standins.kubernetes.objects import Object
    from standins.provider import Value


def prune(source: Object, shape: Object) -> Object:
    """The fields of `source` that `shape` has too, recursively; lists are matched by position."""
    return {key: _pruned(value, shape[key]) for key, value in source.items() if key in shape}


def _pruned(value: Value, shape: Value) -> Value:
    if isinstance(value, dict) and isinstance(shape, dict):
        return prune(value, shape)
    if isinstance(value, list) and isinstance(shape, list):
        return _pruned_list(value, shape)
    return value


def _pruned_list(values: list[Value], shapes: list[Value]) -> list[Value]:
    if values and shapes and type(values[0]) is not type(shapes[0]):
        return list(values)
    return [_pruned(value, shape) for value, shape in zip(values, shapes, strict=False)]
