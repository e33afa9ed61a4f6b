"""Changes of what is said of pods."""

import itertools
from collections.abc import Iterator
from typing import Any

from tests.program.effects.example import Example
from tests.program.effects.words import OTHERS, WORDS
from tests.program.test_scheduling import PARTS


def _ends(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
    else:
        for key, item in items:
            yield from _ends(item, (*path, str(key)))


def of_words() -> list[Example]:
    """Each word of pods at one part, the parts in turn: that all parts say them alike is proven in test_scheduling."""
    parts = itertools.cycle(PARTS.items())
    found: dict[str, Example] = {}
    for path in _ends(WORDS):
        place, pods = next(parts)
        changes = {"/".join((*place, *path)): OTHERS.get(path[-1], "other")}
        example = Example("full", changes, frozenset({pods}))
        found.setdefault(example.leaf, example)
    return list(found.values())
