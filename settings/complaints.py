"""Words for a person from one validation error: `temporal:<path>: found …; allowed: …`."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from settings.base import Model
from settings.nearest import nearest
from settings.places import Location, Place, path, place_of
from settings.references import SecretKey
from settings.rules.contradiction import Contradiction, ContradictionsError
from settings.shapes import Shape, keys_of, kind_of
from settings.shown import shown

_TAG_ERRORS = ("union_tag_invalid", "union_tag_not_found")
_MAPPING_ERRORS = ("model_type", "model_attributes_type", "dict_type")


@dataclass(frozen=True)
class Complaint:
    """One problem: where it is, keys and indexes from the top, and the words for it without the path."""

    location: Location
    words: str

    @property
    def text(self) -> str:
        """`temporal:<path>: <words>`."""
        return f"{path(self.location or '*')}: {self.words}"


def complaints(root: type[Model], error: ErrorDetails, secret: Collection[str]) -> Sequence[Complaint]:
    """What `error` says, one a problem. Values under the top-level keys in `secret` are never shown."""
    contradictory = error.get("ctx", {}).get("error")
    if isinstance(contradictory, ContradictionsError):
        return [_contradiction(contradiction, secret) for contradiction in contradictory.contradictions]
    if not error["loc"]:
        return [Complaint((), f"cannot be read: {error['msg']}")]
    place = place_of(root, error["loc"])
    tag = ("kind",) if error["type"] in _TAG_ERRORS else ()
    return [Complaint((*place.location, *tag), _words(place, error, is_secret=place.location[0] in secret))]


def _words(place: Place, error: ErrorDetails, *, is_secret: bool) -> str:
    key, known, value = str(place.location[-1]), keys_of(place.owner), error["input"]
    if error["type"] == "extra_forbidden":
        return f"unknown key{_belongs_elsewhere(place, key) or nearest(key, known)}; allowed: {', '.join(known)}"
    if error["type"] == "missing":
        kind = kind_of(place.owner) if key == "kind" else None
        return f"missing; allowed: {kind!r}" if kind else f"missing; {' '.join(known[key].description.split())}"
    if error["type"] in _TAG_ERRORS:
        value = value.get("kind") if isinstance(value, dict) else value
        kinds = _kinds(place.shape)
        found = "missing" if value is None else _found(value, is_secret=is_secret, known=kinds)
        return f"{found}; allowed: {', '.join(map(repr, kinds))}"
    if error["loc"][-1] == "[key]":
        return f"unusable key; allowed: {_allowed(place, error)}"
    if error["type"] == "literal_error":
        choices = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return f"{_found(value, is_secret=is_secret, known=choices)}; allowed: {', '.join(map(repr, choices))}"
    # Who writes a value where a Secret is to be named has most likely written the secret itself.
    is_secret = is_secret or SecretKey in place.shape.models
    is_empty = value == "" and error["type"] != "value_error"
    return f"{_found(None if is_empty else value, is_secret=is_secret)}; allowed: {_allowed(place, error)}"


def _contradiction(contradiction: Contradiction, secret: Collection[str]) -> Complaint:
    top = str(contradiction.location[0])
    figures = "" if (contradiction.figures_of or top) in secret else contradiction.figures
    verb = "missing" if contradiction.found is None else _found(contradiction.found, is_secret=top in secret)
    return Complaint(
        contradiction.location, f"{contradiction.instead or verb}; allowed: {contradiction.allowed}{figures}"
    )


def _found(value: Any, *, is_secret: bool, known: Collection[str] = ()) -> str:
    if is_secret:
        return "found [secret]"
    return f"found {shown(value)}{nearest(value, known) if isinstance(value, str) else ''}"


def _belongs_elsewhere(place: Place, key: str) -> str:
    """Says so when the key is one of another kind of the same thing."""
    having = [repr(kind_of(model)) for model in place.others if key in keys_of(model)]
    return f" of kind {kind_of(place.owner)!r}, it belongs to {' and '.join(having)}" if having else ""


def _kinds(shape: Shape) -> list[str]:
    return [kind for model in shape.models if (kind := kind_of(model))]


def _allowed(place: Place, error: ErrorDetails) -> str:
    if error["type"] in _MAPPING_ERRORS:
        return _mapping(place.shape)
    if error["type"] == "tuple_type":
        items = place.shape.items
        return f"a list, each item {_mapping(items)}" if items and items.models else "a list"
    if error["type"] == "bool_type":
        return "true or false; write it without quotes" if error["input"] in ("true", "false") else "true or false"
    return str(error.get("ctx", {}).get("error", error["msg"]))


def _mapping(shape: Shape) -> str:
    if _kinds(shape):
        return f"a mapping whose kind is {' or '.join(map(repr, _kinds(shape)))}"
    keys = f" ({', '.join(keys_of(shape.models[0]))})" if shape.models else ""
    return f"a mapping of keys{keys}"
