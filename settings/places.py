"""Where in a stack file an error is."""

from collections.abc import Iterable
from dataclasses import dataclass

from settings.base import Model
from settings.shapes import Shape, keys_of, kind_of, shape_of
from settings.shown import shown_key

Location = tuple[int | str, ...]
"""Keys and indexes from the top, without `temporal:`."""


def path(location: Iterable[int | str]) -> str:
    """How a location is written: `temporal:namespaces[0].name`."""
    text = "temporal:"
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f"{'' if text == 'temporal:' else '.'}{shown_key(step)}"
    return text


@dataclass(frozen=True)
class Place:
    """Where an error is: `owner` holds the last key, `others` are the kinds that were not chosen in its place."""

    location: Location
    owner: type[Model]
    others: tuple[type[Model], ...]
    shape: Shape


def place_of(root: type[Model], loc: tuple[int | str, ...]) -> Place:
    """The place without what pydantic adds to it (tags of unions, marks of keys)."""
    location: list[int | str] = []
    owner, shape = root, Shape((root,))
    others: tuple[type[Model], ...] = ()
    kinds: tuple[type[Model], ...] = ()
    for step in loc:
        if step == "[key]":
            continue
        if len(shape.models) > 1:
            kinds = shape.models
            shape = Shape(tuple(model for model in kinds if kind_of(model) == step))
        elif shape.models and isinstance(step, str):
            owner = shape.models[0]
            others, kinds = tuple(model for model in kinds if model is not owner), ()
            field = keys_of(owner).get(step)
            shape = shape_of(field.annotation) if field else Shape()
            location.append(step)
        elif shape.items:
            shape = shape.items
            location.append(step)
    return Place(tuple(location), owner, others, shape)
