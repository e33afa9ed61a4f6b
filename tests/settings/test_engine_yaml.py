"""Proves that a stack file's text means here what it means to the engine, which reads it with gopkg.in/yaml.v3.

`engine.yaml` holds what Pulumi's own Go code made of each text. It was written down once: that a newer engine reads
alike is for whoever raises the engine's version to look at.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import document

ENGINE = yaml.safe_load(Path(__file__).with_name("engine.yaml").read_text())


def read(text: str) -> dict[str, Any]:
    """The configuration as a program sees it: objects decoded."""
    return {key: decoded(value) for key, value in document.config_of(document.read(text)).items()}


def decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.mark.parametrize(("scalar", "handed"), ENGINE["scalars"])
def test_a_scalar_without_quotes(scalar: str, handed: str) -> None:
    (value,) = read(f"config:\n  temporal:o: {{a: {scalar}}}\n")["temporal:o"].values()
    expected = json.loads(handed)
    assert type(value) is type(expected)
    assert value == pytest.approx(expected, rel=1e-15) if isinstance(expected, float) else value == expected


@pytest.mark.parametrize("case", ENGINE["files"], ids=range(len(ENGINE["files"])))
def test_a_whole_file(case: Mapping[str, Any]) -> None:
    assert read(case["text"]) == {key: decoded(value) for key, value in case["config"].items()}
