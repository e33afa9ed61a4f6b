"""Proves that the schema describes what a stack exports, and that it holds all that the last released one promised.

A release copies `contract/schema.json` to `contract/released/<contract version>.json`. That the schema is fresh is seen
in tests/commands/test_generate.py.
"""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contract import CONTRACT_VERSION
from tests.contract.test_platform_outputs import WRITTEN
from tests.program import recording, stacks

FOLDER = Path(__file__).resolve().parents[2] / "contract"
SCHEMA: dict[str, Any] = json.loads((FOLDER / "schema.json").read_text())
RELEASED: dict[str, Any] = json.loads((FOLDER / "released" / f"{CONTRACT_VERSION}.json").read_text())
PRINTED = {name: value for name, value in WRITTEN.items() if value is not None}
_WORDS = ("title", "description", "$schema")


def breaks(released: dict[str, Any], current: dict[str, Any], place: str = "") -> Iterator[str]:
    """What consumers of `released` would lose, one line each. Additions are no loss."""
    name = place or "the outputs"
    for word in sorted((released.keys() | current.keys()) - {*_WORDS, "properties", "required", "items"}):
        if word != "additionalProperties" and released.get(word) != current.get(word):
            yield f"{name}: {word} was {released.get(word)}, is {current.get(word)}"
    for key in released.get("required", ()):
        if key not in current.get("required", ()):
            yield f"{place}{'.' if place else ''}{key}: was always there, need not be"
    for key, before in released.get("properties", {}).items():
        path = f"{place}{'.' if place else ''}{key}"
        if key in current.get("properties", {}):
            yield from breaks(before, current["properties"][key], path)
        else:
            yield f"{path}: is gone"
    for word, sign in (("items", "[]"), ("additionalProperties", ".*")):
        before, after = released.get(word), current.get(word)
        if before is not None and after is not None:
            yield from breaks(before, after, f"{place}{sign}")
        elif before is not after:
            yield f"{name}: {word} was {before}, is {after}"


def test_the_outputs_keep_what_the_last_release_promised() -> None:
    """What is red here breaks consumers: keep the old name beside the new one, or raise CONTRACT_VERSION."""
    assert list(breaks(RELEASED, SCHEMA)) == []


def _rename(schema: dict[str, Any]) -> None:
    schema["properties"]["grpcAddress"] = schema["properties"].pop("address")
    schema["required"][schema["required"].index("address")] = "grpcAddress"


def _add(schema: dict[str, Any]) -> None:
    schema["properties"]["grpcAddress"] = schema["properties"]["address"]
    schema["required"].append("grpcAddress")
    schema["properties"]["client"]["properties"]["kind"] = {"type": "string"}


def _put(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(schema: dict[str, Any]) -> None:
        *above, last = path
        for step in above:
            schema = schema[step]
        schema[last] = value

    return change


PROPERTIES = "properties"
CONNECTION = (PROPERTIES, "connections", "items")


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        pytest.param(_add, [], id="an addition"),
        pytest.param(_put("description", value="Other words."), [], id="other words"),
        pytest.param(
            _rename, ["address: was always there, need not be", "address: is gone"], id="a rename at one blow"
        ),
        pytest.param(
            lambda schema: schema["required"].remove("address"),
            ["address: was always there, need not be"],
            id="no longer always there",
        ),
        pytest.param(
            _put(PROPERTIES, "uiAddress", value={"type": "object"}),
            ["uiAddress: type was string, is object"],
            id="another type",
        ),
        pytest.param(
            _put(PROPERTIES, "backend", "enum", value=["self-hosted"]),
            ["backend: enum was None, is ['self-hosted']"],
            id="fewer values",
        ),
        pytest.param(
            _put(PROPERTIES, "contractVersion", "const", value=2),
            ["contractVersion: const was 1, is 2"],
            id="another version",
        ),
        pytest.param(
            lambda schema: schema["properties"]["connections"]["items"]["properties"].pop("secret"),
            ["connections[].secret: is gone"],
            id="a key of a connection",
        ),
        pytest.param(
            _put(*CONNECTION, "type", value="string"), ["connections[]: type was object, is string"], id="an item"
        ),
        pytest.param(
            _put(PROPERTIES, "databaseReaders", "additionalProperties", "type", value="integer"),
            ["databaseReaders.*: type was string, is integer"],
            id="a value of a mapping",
        ),
        pytest.param(
            _put("additionalProperties", value=False),
            ["the outputs: additionalProperties was None, is False"],
            id="no additions",
        ),
    ],
)
def test_what_would_break_consumers_is_found(change: Callable[[dict[str, Any]], None], lines: list[str]) -> None:
    changed = copy.deepcopy(RELEASED)
    change(changed)
    assert list(breaks(RELEASED, changed)) == lines


def _errors(outputs: Any) -> list[str]:
    found = Draft202012Validator(SCHEMA).iter_errors(outputs)
    return sorted(f"{error.json_path}: {error.message}" for error in found)


def test_it_describes_every_output() -> None:
    """Strictly: a name that the schema does not know is an error here."""

    def closed(schema: Any) -> Any:
        if isinstance(schema, dict):
            inside = {key: closed(value) for key, value in schema.items()}
            return inside | ({"additionalProperties": False} if "required" in schema else {})
        return schema

    assert list(Draft202012Validator(closed(SCHEMA)).iter_errors(PRINTED)) == []


@pytest.mark.parametrize(
    "config",
    [stacks.local(), stacks.provided(), stacks.bundled(), stacks.amazon()],
    ids=["local", "provided", "bundled", "amazon"],
)
def test_a_program_exports_what_it_describes(config: dict[str, Any]) -> None:
    exported = recording.run(config).exports
    assert _errors({name: value for name, value in exports_of(exported).items() if value is not None}) == []


def exports_of(exported: dict[str, Any]) -> dict[str, Any]:
    """The wire knows no whole numbers."""
    found: dict[str, Any] = json.loads(json.dumps(exported), parse_float=lambda text: int(float(text)))
    return found


def test_wrong_outputs_are_seen() -> None:
    wrong = {name: value for name, value in PRINTED.items() if name != "address"} | {"namespaces": "default"}
    assert _errors({**wrong, "contractVersion": 2}) == [
        "$.contractVersion: 1 was expected",
        "$.namespaces: 'default' is not of type 'array'",
        "$: 'address' is a required property",
    ]


def test_every_key_says_what_it_is() -> None:
    def undescribed(schema: dict[str, Any], place: str) -> Iterator[str]:
        for key, value in schema.get("properties", {}).items():
            if not value.get("description"):
                yield f"{place}{key}"
            yield from undescribed(value, f"{place}{key}.")
            yield from undescribed(value.get("items", {}), f"{place}{key}[].")

    assert list(undescribed(SCHEMA, "")) == []
