"""Proves that docs/configuration.md names every key a stack file may have and every kind to choose from.

What it says about them is for people to judge.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from settings import Settings
from settings.base import Model

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "configuration.md").read_text()
NAMED = set(re.findall(r"[-A-Za-z]+", " ".join(re.findall(r"`([^`]*)`", TEXT))))


def _words(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        for name, field in annotation.model_fields.items():
            yield field.alias or name
            yield from _words(field.annotation)
    elif get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _words(part)


def test_every_key_and_kind_is_documented() -> None:
    words = set(_words(Settings))
    assert len(words) > 30
    assert words - NAMED == set()
