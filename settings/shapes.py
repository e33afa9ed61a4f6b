"""The shape of the settings' annotations: which model, list or map a step of a path leads to."""

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from settings.base import Model


@dataclass(frozen=True)
class Shape:
    """What a value is: one of `models` (more than one: chosen by `kind`), or a list or a map of `items`, or a leaf."""

    models: tuple[type[Model], ...] = ()
    items: "Shape | None" = None
    is_map: bool = False


def shape_of(annotation: Any) -> Shape:
    """The shape behind a field's annotation; None and Annotated are looked through."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return shape_of(get_args(annotation)[0])
    if origin in (Union, UnionType):
        parts = [shape_of(part) for part in get_args(annotation) if part is not NoneType]
        models = tuple(model for part in parts for model in part.models)
        return Shape(models) if models else parts[0]
    if origin is tuple:
        return Shape(items=shape_of(get_args(annotation)[0]))
    if origin is dict:
        return Shape(items=shape_of(get_args(annotation)[1]), is_map=True)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return Shape((annotation,))
    return Shape()


def keys_of(model: type[Model]) -> dict[str, Any]:
    """The fields of a model by the key of the stack file, its `kind` first."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return {key: fields[key] for key in sorted(fields, key=lambda key: key != "kind")}


def required_keys(model: type[Model]) -> list[str]:
    """The keys that must be there."""
    return [key for key, field in keys_of(model).items() if field.is_required()]


def kind_of(model: type[Model]) -> str | None:
    """The `kind` that chooses this model, if it has one."""
    field = model.model_fields.get("kind")
    literal = get_args(field.annotation) if field and get_origin(field.annotation) is Literal else ()
    return str(literal[0]) if len(literal) == 1 else None
