"""Every key of a stack file that has a value of its own, by reflection over the settings.

A leaf's name is its path: `[]` for items of a list, `*` for keys of a map, `(kind)` behind what is chosen by kind. What
several parts say of pods in the same words stands there once, as `pods.…`; what services say alike, as `service.…`;
what the server of an application's database says as Temporal's own does, as `database…`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from settings import Settings
from settings.application_databases import ApplicationDatabase
from settings.backend import Service
from settings.base import Model
from settings.pods import Pods, Scheduling
from settings.shapes import Shape, keys_of, kind_of, shape_of


def leaves() -> dict[str, str]:
    """The declared effect of every leaf that can change: a `kind` without another one to choose cannot."""
    return {".".join(name): effect for name, effect in _leaves(Shape((Settings,)), ())}


def leaf_of(config: Mapping[str, Any], path: list[str]) -> str:
    """The name of the leaf at a path of a stack file."""
    shape, name = Shape((Settings,)), tuple[str, ...]()
    value: Any = {key.removeprefix("temporal:"): item for key, item in config.items()}
    for step in path:
        if shape.models:
            [model] = [m for m in shape.models if len(shape.models) == 1 or kind_of(m) == value["kind"]]
            name = _named(model, step, _tagged(name, shape, model))
            shape = shape_of(keys_of(model)[step].annotation)
        else:
            name, shape = (*name, "*" if shape.is_map else "[]"), shape.items or Shape()
        value = value[int(step)] if isinstance(value, list) else (value or {}).get(step)
    return ".".join(name if shape.items is None else (*name, "*" if shape.is_map else "[]"))


def _leaves(shape: Shape, name: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for model in shape.models:
        for key, field in keys_of(model).items():
            inner, here = shape_of(field.annotation), _named(model, key, _tagged(name, shape, model))
            while inner.items:
                here, inner = (*here, "*" if inner.is_map else "[]"), inner.items
            if inner.models:
                yield from _leaves(inner, here)
            elif len(shape.models) > 1 or not _is_one_word(field.annotation):
                yield here, field.json_schema_extra["x-effect"]


def _is_one_word(annotation: Any) -> bool:
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def _tagged(name: tuple[str, ...], shape: Shape, model: type[Model]) -> tuple[str, ...]:
    return (*name[:-1], f"{name[-1]}({kind_of(model)})") if len(shape.models) > 1 else name


def _named(model: type[Model], key: str, above: tuple[str, ...]) -> tuple[str, ...]:
    if issubclass(model, Scheduling) and key in keys_of(Pods):
        return ("pods", key)
    if model is ApplicationDatabase and key == "server":
        return ("database",)
    return ("service", key) if issubclass(model, Service) and key in keys_of(Service) else (*above, key)
