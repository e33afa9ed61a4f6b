"""Lines for a person from one validation error: `temporal:<path>: found …; allowed: …`."""

import difflib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic_core import ErrorDetails

from settings.base import Model
from settings.contradictions import Contradiction, ContradictionsError

_PLAIN_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
}


def complaints(
    root: type[Model], said: Mapping[str, Any], error: ErrorDetails, secret: Collection[str]
) -> Sequence[str]:
    """The lines for `error`, one a problem. `said` is the whole input; keys in `secret` never show their value."""
    contradictory = error.get("ctx", {}).get("error")
    if isinstance(contradictory, ContradictionsError):
        return [_contradiction(contradiction, secret) for contradiction in contradictory.contradictions]
    location, owner = _walk(root, said, error["loc"])
    path = _path(location)
    if error["type"] == "extra_forbidden":
        return [f"{path}: unknown key{_nearest(str(location[-1]), _keys(owner))}; allowed: {', '.join(_keys(owner))}"]
    if error["type"] == "missing":
        kind = _kind_of(owner) if location[-1] == "kind" else None
        return [f"{path}: missing{f'; allowed: {kind!r}' if kind else _description(owner, str(location[-1]))}"]
    is_secret = location[0] in secret
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        tag = error["input"].get("kind") if isinstance(error["input"], dict) else None
        found = "missing" if tag is None else f"found {_shown(tag, is_secret=is_secret)}"
        expected = error["ctx"].get("expected_tags") or ", ".join(_tags(owner, str(location[-1])))
        return [f"{path}.kind: {found}; allowed: {expected}"]
    return [f"{path}: found {_shown(error['input'], is_secret=is_secret)}; allowed: {_allowed(error)}"]


def _contradiction(contradiction: Contradiction, secret: Collection[str]) -> str:
    location = list(contradiction.location)
    choices = ""
    if contradiction.choices and contradiction.choices[0] not in secret:
        choices = f" ({', '.join(contradiction.choices[1]) or 'none there'})"
    found = _shown(contradiction.found, is_secret=location[0] in secret)
    return f"{_path(location)}: found {found}; allowed: {contradiction.allowed}{choices}"


def _walk(root: type[Model], said: Any, loc: tuple[int | str, ...]) -> tuple[list[int | str], type[Model]]:
    """The location without the tags that unions put into it, and the model that owns its last key."""
    location: list[int | str] = []
    owner, here = root, said
    annotation: Any = None
    current: type[Model] | None = root
    for position, step in enumerate(loc):
        is_last = position == len(loc) - 1
        if isinstance(step, str) and not is_last and not (isinstance(here, dict) and step in here):
            continue
        if isinstance(step, str) and current is not None:
            owner = current
            field = next((f for n, f in owner.model_fields.items() if (f.alias or n) == step), None)
            annotation = field.annotation if field else Any
        location.append(step)
        here = here[step] if _holds(here, step) else None
        current = _model_of(annotation, here)
    return location, owner


def _holds(here: Any, step: int | str) -> bool:
    return (isinstance(here, dict) and step in here) or (
        isinstance(here, list) and isinstance(step, int) and step < len(here)
    )


def _models_in(annotation: Any) -> list[type[Model]]:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, Model) else []
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _kind_of(model: type[Model]) -> str | None:
    field = model.model_fields.get("kind")
    return get_args(field.annotation)[0] if field and get_origin(field.annotation) is Literal else None


def _model_of(annotation: Any, value: Any) -> type[Model] | None:
    models = _models_in(annotation)
    kind = value.get("kind") if isinstance(value, dict) else None
    return next((m for m in models if _kind_of(m) == kind), models[0] if models else None)


def _keys(model: type[Model]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _tags(owner: type[Model], key: str) -> list[str]:
    field = next((f for n, f in owner.model_fields.items() if (f.alias or n) == key), None)
    return [repr(kind) for m in _models_in(field.annotation if field else None) if (kind := _kind_of(m))]


def _nearest(word: str, known: list[str]) -> str:
    lowered = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f", did you mean {lowered[near[0]]}?" if near else ""


def _description(owner: type[Model], key: str) -> str:
    field = next((f for n, f in owner.model_fields.items() if (f.alias or n) == key), None)
    return f"; {field.description}" if field and field.description else ""


def _path(location: list[int | str]) -> str:
    text = "temporal:"
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f"{'' if text.endswith(':') else '.'}{step}"
    return text


def _shown(value: Any, *, is_secret: bool) -> str:
    if is_secret:
        return "[secret]"
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _allowed(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _PLAIN_TYPES:
        return _PLAIN_TYPES[kind]
    bounds = {
        "greater_than_equal": "at least {ge}",
        "less_than_equal": "at most {le}",
        "string_too_short": "text, not empty",
        "string_too_long": "at most {max_length} characters",
    }
    if kind in bounds:
        return bounds[kind].format(**context)
    if kind == "literal_error":
        return str(context["expected"])
    if kind == "value_error":
        return str(context["error"])
    return error["msg"][0].lower() + error["msg"][1:]
