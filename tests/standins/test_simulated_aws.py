"""The simulated aws plugin: every type that it has is taken, previewed, made and left alone.

What single types refuse, put out and replace is in the modules beside this one. Nothing in them was compared with the
official plugin or with AWS: the tables name their sources.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import versions
from standins.provider import UNKNOWN, Properties, reveal
from standins.simulated.aws import table
from standins.typed.table import ResourceType
from tests.standins.aws_calls import call, checked, provider

KINDS = table.load()
FOLDER = Path(table.__file__).parent
BEHAVIOUR: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "types.toml").read_text())
SCALARS: dict[str, Any] = {"string": "x", "integer": 1, "number": 1.5, "boolean": True, "json": "{}", "any": {}}


def example(wanted: str, resource: ResourceType) -> Any:
    """A value of that type, with every key of nested ones."""
    if wanted in SCALARS:
        return SCALARS[wanted]
    if wanted.startswith("["):
        return [example(wanted[1:-1], resource)]
    if wanted.startswith("{"):
        return {"k": example(wanted[1:-1], resource)}
    return {name: example(field.type, resource) for name, field in resource.types[wanted].items()}


def examples(resource: ResourceType, *, every: bool) -> Properties:
    wanted = {name: field.type for name, field in resource.inputs.items() if not field.filled}
    return {name: example(text, resource) for name, text in wanted.items() if every or resource.inputs[name].required}


@pytest.mark.parametrize("every", [False, True], ids=["required", "every"])
@pytest.mark.parametrize("token", KINDS)
def test_the_life_of_every_type(token: str, every: bool) -> None:  # noqa: FBT001
    """With the required inputs and with all of them: nothing changes when the program says the same again."""
    aws, inputs = provider(), examples(KINDS[token].resource, every=every)
    first = checked(aws, token, inputs)
    previewed = reveal(aws.create(call(token, preview=True), first).outputs)
    assert {name for name, value in previewed.items() if value is UNKNOWN} >= {*KINDS[token].resource.outputs}
    made = aws.create(call(token), first)
    assert made.id
    assert made.outputs.keys() - {"__simulated"} <= previewed.keys()
    again = checked(aws, token, inputs, first)
    assert again == first
    assert not aws.diff(call(token), made.id, first, made.outputs, again).changes
    assert aws.update(call(token), made.id, first, made.outputs, again).outputs == made.outputs


def test_both_tables_have_the_same_types() -> None:
    schema = table._schema()
    assert len(BEHAVIOUR) == 61
    assert set(schema["resources"]) == set(BEHAVIOUR)
    assert schema["sdk"] == versions.PLUGIN_AWS, "run: make generate NAME=aws"


@pytest.mark.parametrize("token", BEHAVIOUR)
def test_what_the_behaviour_names_is_there(token: str) -> None:
    """Inputs, nested ones too, outputs, and what stands in templates."""
    told, kind = BEHAVIOUR[token], KINDS[token]
    inputs = {name for name, field in kind.resource.inputs.items() if not field.filled}
    by_path = [*told.get("replaces_when", {}), *told.get("unchanged_when", {})]
    named = {*told["replaces"], *told.get("unsure", ()), *told.get("defaults", ()), *_conditions(told)}
    named |= {told["auto_name"]["input"]} if "auto_name" in told else set()
    assert named <= inputs
    assert [path for path in by_path if not _stands(path, kind.resource)] == []
    left_out = {name for name, field in kind.resource.inputs.items() if field.computed}
    assert told.get("outputs", {}).keys() <= {*kind.resource.outputs, *left_out}
    places = set(re.findall(r"\{(\w+)(?:\|\w+)?\}", str([told["id"], told.get("outputs", {})])))
    assert places <= {*inputs, *kind.resource.outputs, "region", "account", "uuid"}


def _conditions(told: dict[str, Any]) -> set[str]:
    """The inputs on which a condition looks."""
    tables = [*told.get("replaces_when", {}).values(), *told.get("unchanged_when", {}).values()]
    flat = [entry for found in tables for entry in (found if isinstance(found, list) else [found])]
    looked_at = [name for entry in flat for key in ("was", "where", "unless") for name in entry.get(key, ())]
    return {*looked_at, *(entry["below"] for entry in flat if "below" in entry)}


def _stands(path: str, resource: ResourceType) -> bool:
    fields, *steps = resource.inputs, *path.split(".")
    for step in steps:
        if step not in fields:
            return False
        fields = resource.types.get(fields[step].type, {})
    return True
