"""The simulated aws plugin: every type it has, and the behaviour that the tables describe, without an engine.

Expectations are what the official plugin does according to the sources that types.toml names. Nothing here was compared
with the official plugin or with AWS; operations under the real engine are in test_simulated_aws_engine.py.
"""

from typing import Any

import pytest

from standins.provider import UNKNOWN, Call, Properties, reveal
from standins.simulated.aws import AwsProvider, table
from standins.typed.table import ResourceType

KINDS = table.load()
SCALARS: dict[str, Any] = {"string": "x", "integer": 1, "number": 1.5, "boolean": True, "json": "{}", "any": {}}


def provider(**config: str) -> AwsProvider:
    made = AwsProvider()
    made.configure({"region": "eu-central-1", **config})
    return made


def call(token: str, name: str = "r", *, preview: bool = False) -> Call:
    return Call(urn=f"urn:pulumi:s::p::{token}::{name}", type=token, name=name, timeout=0, preview=preview)


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


def test_how_many_types_there_are() -> None:
    assert len(KINDS) == 60


@pytest.mark.parametrize("every", [False, True], ids=["required", "every"])
@pytest.mark.parametrize("token", KINDS)
def test_the_life_of_every_type(token: str, every: bool) -> None:  # noqa: FBT001
    """With the required inputs and with all of them: taken, previewed, made, and the same when asked again."""
    aws, inputs = provider(), examples(KINDS[token].resource, every=every)
    checked = aws.check(call(token), {}, inputs, b"")
    assert checked.failures == ()
    previewed = reveal(aws.create(call(token, preview=True), checked.inputs).outputs)
    assert {name for name, value in previewed.items() if value is UNKNOWN} >= {*KINDS[token].resource.outputs}
    made = aws.create(call(token), checked.inputs)
    assert made.id
    assert made.outputs.keys() - {"__simulated"} <= previewed.keys()
    again = aws.check(call(token), checked.inputs, inputs, b"")
    assert again == checked
    assert not aws.diff(call(token), made.id, checked.inputs, made.outputs, again.inputs).changes
    assert aws.update(call(token), made.id, checked.inputs, made.outputs, again.inputs).outputs == made.outputs
