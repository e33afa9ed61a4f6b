"""Proves that no key lacks what a person wants to know of it: what it is for, and what a changed value does.

Documentation and JSON schema are written from these facts. Whether they are true is for other tests and for people.
"""

from typing import get_args

import pytest
from pydantic.fields import FieldInfo

from settings.base import Model
from settings.facts import Effect
from settings.shapes import shape_of
from tests.settings import walk

FIELDS = [pytest.param(field, id=f"{model.__name__}.{key}") for model, key, field in walk.fields()]


@pytest.mark.parametrize("model", walk.models(), ids=lambda model: model.__name__)
def test_every_model_says_what_it_is(model: type[Model]) -> None:
    assert (model.__doc__ or "").strip()


@pytest.mark.parametrize("field", FIELDS)
def test_every_key_says_what_it_is_for_and_what_a_change_does(field: FieldInfo) -> None:
    assert field.description
    shape, facts = shape_of(field.annotation), field.json_schema_extra
    holds_models = bool(shape.models or (shape.items and (shape.items.models or shape.items.items)))
    assert isinstance(facts, dict) or holds_models
    if isinstance(facts, dict):
        assert facts["x-effect"] in get_args(Effect)
        assert facts["x-does"]
