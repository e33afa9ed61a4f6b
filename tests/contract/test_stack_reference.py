"""Proves what a Pulumi program gets of a stack that it refers to, and in which words it is told what is wrong.

That the engine reads the outputs of a deployed stack is seen in tests/commands/test_consumers.py.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks
from pulumi.runtime.settings import set_root_resource
from pulumi.runtime.stack import run_in_stack

from contract import ConnectionReference, PlatformOutputs
from contract.stack_reference import connection, platform_outputs
from tests.contract.test_platform_outputs import READ, WRITTEN

NAME = "acme/temporal/production"
PRINTED = {name: value for name, value in WRITTEN.items() if value is not None}
INSTALL = "Install temporal-platform-contract of the revision that deployed it"


class _Deployed(mocks.Mocks):
    """The engine, which knows one other stack."""

    def __init__(self, outputs: dict[str, Any]) -> None:
        self._outputs = outputs

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.typ == "pulumi:pulumi:Stack":
            return None, {}
        assert (args.typ, args.resource_id) == ("pulumi:pulumi:StackReference", NAME)
        return NAME, {"name": NAME, "outputs": self._outputs, "secretOutputNames": []}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:  # type: ignore[override]  # the SDK takes this too
        raise AssertionError(args.token)


def _found(outputs: dict[str, Any], reader: Callable[[pulumi.StackReference], pulumi.Output[Any]]) -> Any:
    """What a program gets that runs to its end. Raises what ends it."""
    found: list[Any] = []

    def program() -> None:
        reader(pulumi.StackReference(NAME)).apply(found.append)

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        # With a root of some kind, set_mocks makes no stack of its own, which nobody would wait for.
        set_root_resource(object())  # type: ignore[arg-type]
        mocks.set_mocks(_Deployed(outputs), project="consumer", stack="production", organization="acme")
        set_root_resource(None)  # type: ignore[arg-type]
        loop.run_until_complete(run_in_stack(program))
    finally:
        loop.close()
    [value] = found
    return value


def test_the_outputs_are_typed() -> None:
    """Whole numbers come as floats."""
    found = _found({**PRINTED, "contractVersion": 1.0}, platform_outputs)
    assert isinstance(found, PlatformOutputs)
    assert found == READ


def test_the_connection_of_an_application_is_typed() -> None:
    found = _found(PRINTED, lambda stack: connection(stack, "demo"))
    assert isinstance(found, ConnectionReference)
    assert found == READ.connections[0]


@pytest.mark.parametrize(
    ("outputs", "line"),
    [
        pytest.param(
            {},
            f"{NAME} has no output contractVersion: it is no stack of Temporal Platform, or its deployment never ended "
            "well",
            id="nothing deployed",
        ),
        pytest.param(
            {**PRINTED, "contractVersion": 2.0},
            f"{NAME}: the stack speaks contract version 2, this package 1. {INSTALL}",
            id="another version",
        ),
        pytest.param(
            {name: value for name, value in PRINTED.items() if name != "tlsServerName"},
            f"{NAME}: output tlsServerName is missing. {INSTALL}",
            id="an output is missing",
        ),
        pytest.param(
            {**PRINTED, "connections": [{"kubernetesNamespace": "demo"}]},
            f"{NAME}: output connections[0].temporalNamespace is missing. {INSTALL}",
            id="a key is missing",
        ),
        pytest.param(
            {**PRINTED, "connections": []},
            f"{NAME}: no entry of connections is for Kubernetes namespace demo; there are: none. Add it to "
            "temporal:applications",
            id="no such application",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_stacks_name(outputs: dict[str, Any], line: str) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        _found(outputs, lambda stack: connection(stack, "demo"))
    assert str(raised.value) == line
