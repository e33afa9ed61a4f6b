"""The sections of docs/configuration.md that list keys: one for each `temporal:*` key, then what several of them share.

A model that stands in one place is shown there, by the path of its keys; one that stands in several has a section.
Words for values that many keys have in common are told once, in a table of their own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from commands.generate.markdown import code, link, slug, table
from settings.base import Model
from settings.document import PROJECT
from settings.facts import Effect
from settings.kinds import MODELS
from settings.model import Settings
from settings.reference import CHANGES, Key, Reference
from settings.shapes import Shape, keys_of, kind_of, required_keys, shape_of

_HEAD: Final = ("key", "meaning", "values", "default", "a change")
_MOST_ROWS: Final = 8
"""A model with more keys gets a section even where it stands once."""
_FEW_KEYS: Final = 2
"""A base with no more keys than that is shown in every model that has it."""

VALUES: Final = "Kinds of values"
"""Title of the section with the table of `of_values`."""
_QUANTITY: Final = "text of "
"""How the words for a number with a unit begin."""
_PARTS: Final = re.compile(r"(; keys: |; values: |a list; each: )")

Models = tuple[type[Model], ...]


@dataclass
class Sections:
    """Sections of keys. `pending` is what the section before refers to."""

    reference: Reference = field(default_factory=lambda: Reference(*_reachable(Settings)))
    uses: Counter[Models] = field(default_factory=lambda: _uses(Settings))
    pending: list[tuple[str, Models]] = field(default_factory=list)
    shared: list[Models] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    """By what a value is, such as `a DNS label`: what that means exactly."""

    def by_key(self) -> Iterator[str]:
        """One section for each key of the whole stack that holds others; the single ones first, in one."""
        fields = keys_of(Settings)
        shapes = {name: _models(shape_of(fields[name].annotation)) for name in fields}
        plain = [key for key in self.reference.keys(Settings.__name__) if not shapes[key.name]]
        yield from ("## The installation", "")
        yield from table(_HEAD, [self._row("", f"{PROJECT}:", key, ()) for key in plain])
        for key in self.reference.keys(Settings.__name__):
            if shapes[key.name]:
                path = f"{PROJECT}:{key.name}"
                yield from ("", f"## {code(path)}", "", self._opening(key, shape_of(fields[key.name].annotation)), "")
                yield from self._model_or_kinds(code(path), shapes[key.name], "###", f"{path}.")
                yield from self._below("###")

    def of_shared(self) -> Iterator[str]:
        """One section for each model that stands in several places; ask for it after `by_key`."""
        done: set[Models] = set()
        while self.shared:
            models = self.shared.pop(0)
            if models in done:
                continue
            done.add(models)
            yield from (f"### {_title(models)}", "")
            if len(models) == 1:
                yield from (self.reference.meaning(models[0].__name__), "")
            yield from self._model_or_kinds(_title(models), models, "####", "")
            yield from self._below("####")
            yield ""

    def of_values(self) -> Iterator[str]:
        """What the words for values mean exactly; ask for it after the others."""
        yield from table(("value", "exactly"), sorted(self.words.items()))

    def with_effect(self, effect: Effect) -> Iterator[str]:
        """A list of the keys whose change has this effect, and why; a kind may have several, by what it is changed
        from."""
        paths = _paths(self.reference, Settings, f"{PROJECT}:")
        yield from dict.fromkeys(f"- {code(path)}: {key.does}" for path, key in paths if key.effect == effect)

    def _below(self, level: str) -> Iterator[str]:
        while self.pending:
            path, models = self.pending.pop(0)
            yield from ("", f"{level} {code(path)}", "")
            if len(models) == 1:
                yield from (self.reference.meaning(models[0].__name__), "")
            yield from self._model_or_kinds(code(path), models, f"{level}#", f"{path}.")

    def _opening(self, key: Key, shape: Shape) -> str:
        models = _models(shape)
        model = self.reference.meaning(models[0].__name__) if len(models) == 1 else ""
        each = "Each item of the list: " if shape.items else ""
        words = model if model.startswith(key.meaning) else f"{key.meaning} {each}{model}".strip()
        return f"{words}{_required(key)}"

    def _model_or_kinds(self, title: str, models: Models, level: str, place: str) -> Iterator[str]:
        """Tables below the heading `title`; `place` is the path of their keys, for the headings of what is below."""
        if len(models) == 1:
            yield from table(_HEAD, self._rows(place, "", models[0]))
            yield from self._inherited(models[0])
            return
        yield from table(("kind", "what it is", "needs", "may have", "a change of kind"), map(self._kind, models))
        for model in models:
            if self.uses[(model,)] > 1:
                self.shared.append((model,))
                yield from ("", f"With {code(f'kind: {kind_of(model)}')}, the keys of {link(_title((model,)))}.")
                continue
            rows = [row for row in self._rows(place, "", model) if row[0] != code("kind")]
            if rows:
                yield from ("", f"{level} {title} with {code(f'kind: {kind_of(model)}')}", "")
                yield from table(_HEAD, rows)
                yield from self._inherited(model)

    def _kind(self, model: type[Model]) -> tuple[str, ...]:
        keys = {key.name: key for key in self.reference.keys(model.__name__)}
        kind = keys.pop("kind")
        own = [key for name, key in keys.items() if name in _own_keys(model)]
        needs = [code(key.name) for key in own if key.required]
        may = [code(key.name) for key in own if not key.required] + [link(_title((base,))) for base in _bases(model)]
        meaning = self.reference.meaning(model.__name__)
        return code(kind.allowed), meaning, ", ".join(needs) or "—", ", ".join(may) or "—", _change(kind)

    def _inherited(self, model: type[Model]) -> Iterator[str]:
        for base in _bases(model):
            self.shared.append((base,))
            yield from ("", f"Also the keys of {link(_title((base,)))}.")

    def _rows(self, place: str, prefix: str, model: type[Model]) -> list[tuple[str, ...]]:
        fields = keys_of(model)
        rows: list[tuple[str, ...]] = []
        for key in self.reference.keys(model.__name__):
            if key.name not in _own_keys(model):
                continue
            shape = shape_of(fields[key.name].annotation)
            if key.name == "kind" and kind_of(model):
                key = replace(key, meaning=self.reference.meaning(model.__name__))  # noqa: PLW2901
            rows.append(self._row(place, prefix, key, _models(shape), _sign(shape)))
            if self._stands_here(_models(shape)):
                rows += self._rows(place, f"{prefix}{key.name}{_sign(shape)}.", _models(shape)[0])
        return rows

    def _row(self, place: str, prefix: str, key: Key, models: Models, sign: str = "") -> tuple[str, ...]:
        path = f"{prefix}{key.name}"
        source = f" Source: {key.source.replace('*', chr(92) + '*')}." if key.source else ""
        required = "required" if key.required else code(key.default) if key.default else "—"
        return (
            code(path),
            f"{key.meaning}{source}",
            self._values(f"{place}{path}{sign}", key, models, sign),
            required,
            _change(key),
        )

    def _values(self, path: str, key: Key, models: Models, sign: str) -> str:
        if not models:
            words = ", ".join(map(code, key.choices)) or self._briefly(key)
            return f"{words} ({key.unit})" if key.unit and key.unit not in words else words
        if self._stands_here(models):
            for base in _bases(models[0]):
                self.shared.append((base,))
            also = "".join(f", with the keys of {link(_title((base,)))}" for base in _bases(models[0]))
            return f"{_COLLECTIONS[sign]}{also}"
        if self._is_shared(models):
            self.shared.append(models)
            return f"{_COLLECTIONS[sign]}: {link(_title(models))}"
        self.pending.append((path, models))
        return f"{_COLLECTIONS[sign]}: {link(code(path))}"

    def _briefly(self, key: Key) -> str:
        """The words without what `of_values` tells."""
        if key.unit and key.allowed.startswith(_QUANTITY):
            return self._link_to_words(key.unit, key.allowed)
        parts = _PARTS.split(key.allowed)
        return "".join(part if _PARTS.fullmatch(part) else self._brief(part) for part in parts)

    def _brief(self, allowed: str) -> str:
        name, colon, exactly = allowed.removeprefix("text: ").partition(": ")
        if not colon:
            return allowed
        return self._link_to_words(name, exactly)

    def _link_to_words(self, name: str, exactly: str) -> str:
        self.words[name] = exactly
        return f"[{name}](#{slug(VALUES)})"

    def _stands_here(self, models: Models) -> bool:
        return len(models) == 1 and not self._is_shared(models) and _size(models[0]) <= _MOST_ROWS

    def _is_shared(self, models: Models) -> bool:
        return self.uses[models] > 1 or any(self.uses[(model,)] > 1 for model in models)


_COLLECTIONS: Final = {
    "": "a mapping",
    "[]": "a list of mappings",
    ".*": "a mapping of mappings by name",
    ".*[]": "a mapping of lists by key",
}


def _sign(shape: Shape) -> str:
    if shape.items is None:
        return ""
    return f"{'.*' if shape.is_map else '[]'}{_sign(shape.items)}"


def _models(shape: Shape) -> Models:
    while shape.items:
        shape = shape.items
    return shape.models


def _bases(model: type[Model]) -> list[type[Model]]:
    """What a model has its keys from, where that is worth a section."""
    return [
        base
        for base in model.__bases__
        if issubclass(base, Model) and base is not Model and len(base.model_fields) > _FEW_KEYS
    ]


def _own_keys(model: type[Model]) -> set[str]:
    inherited = {key for base in _bases(model) for key in keys_of(base)}
    return set(keys_of(model)) - inherited


def _below(model: type[Model]) -> Iterator[Models]:
    for key in sorted(_own_keys(model)):
        models = _models(shape_of(keys_of(model)[key].annotation))
        if models:
            yield models


def _size(model: type[Model]) -> int:
    """How many rows a model needs, its parts included."""
    return len(_own_keys(model)) + sum(_size(models[0]) for models in _below(model) if len(models) == 1)


def _reachable(root: type[Model]) -> list[type[Model]]:
    """`root`, every model below it, and what they have their keys from."""
    found = [root]
    for model in found:
        below = [part for models in _below(model) for part in models]
        found += dict.fromkeys(each for each in (*below, *_bases(model)) if each not in found)
    return found


def _uses(root: type[Model]) -> Counter[Models]:
    """How often each model, or choice of models, stands somewhere."""
    models = _reachable(root)
    return Counter(
        [
            *(below for model in models for below in _below(model)),
            *((base,) for model in models for base in _bases(model) for _ in range(2)),
        ]
    )


def _paths(reference: Reference, model: type[Model], prefix: str) -> Iterator[tuple[str, Key]]:
    fields = keys_of(model)
    for key in reference.keys(model.__name__):
        shape = shape_of(fields[key.name].annotation)
        path = f"{prefix}{key.name}"
        yield path, key
        for below in _models(shape):
            yield from _paths(reference, below, f"{path}{_sign(shape)}.")


def _title(models: Models) -> str:
    if len(models) > 1:
        return " or ".join(code(str(kind_of(model))) for model in models)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", models[0].__name__).lower()
    return words[0].upper() + words[1:]


def _change(key: Key) -> str:
    if key.effect is None:
        return ""
    name = CHANGES[key.effect]
    return f"{f'**{name}**' if key.effect in ('replaced', 'refused') else name}: {key.does}"


def _required(key: Key) -> str:
    """With which backends a key of the whole stack must be there."""
    kinds = [kind for kind, model in MODELS.items() if key.name in required_keys(model)]
    if len(kinds) == len(MODELS):
        return " Required."
    return f" Required with {code(f'{PROJECT}:backend.kind: {kinds[0]}')}." if kinds else ""
