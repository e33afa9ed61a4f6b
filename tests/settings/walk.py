"""Everything the settings are made of: models, their fields, and the checks of single values."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from settings import Settings
from settings.base import Model
from settings.checks import Check
from settings.shapes import keys_of


def models() -> list[type[Model]]:
    """Settings and every model below, each once."""
    found: list[type[Model]] = [Settings]
    for model in found:
        for field in model.model_fields.values():
            found += [each for each in _models(field.annotation) if each not in found]
    return found


def fields() -> Iterator[tuple[type[Model], str, FieldInfo]]:
    """Every key of every model."""
    for model in models():
        for key, field in keys_of(model).items():
            yield model, key, field


def checks() -> set[Check]:
    """The checks that fields use, of keys and values of their mappings too."""
    return {
        check for _, _, field in fields() for part in (*field.metadata, field.annotation) for check in _checks(part)
    }


def _models(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _checks(part: Any) -> Iterator[Check]:
    if isinstance(part, Check):
        yield part
    for inner in getattr(part, "__metadata__", ()) if get_origin(part) is Annotated else ():
        yield from _checks(inner)
    for inner in get_args(part):
        yield from _checks(inner)
