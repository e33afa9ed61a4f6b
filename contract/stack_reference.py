"""The outputs of a stack in another Pulumi program. Of this package only this module needs Pulumi."""

from collections.abc import Mapping
from typing import Any

import pulumi

from .outputs import ConnectionReference, PlatformOutputs


def platform_outputs(stack: pulumi.StackReference) -> pulumi.Output[PlatformOutputs]:
    """The typed outputs of the platform's stack that `stack` refers to.

    Raises pulumi.RunError, once the output is known, that names the stack and what is wrong: no version of the
    contract, another one than this package's, or a missing output.
    """
    return pulumi.Output.all(stack.name, stack.outputs).apply(lambda found: _read(found[0], found[1]))


def connection(stack: pulumi.StackReference, kubernetes_namespace: str) -> pulumi.Output[ConnectionReference]:
    """What the application in this Kubernetes namespace mounts.

    Raises pulumi.RunError as `platform_outputs` does, and when the stack has no application in that namespace.
    """
    return pulumi.Output.all(stack.name, stack.outputs).apply(
        lambda found: _connection(found[0], found[1], kubernetes_namespace)
    )


def _read(name: str, outputs: Mapping[str, Any]) -> PlatformOutputs:
    if "contractVersion" not in outputs:
        raise pulumi.RunError(
            f"{name} has no output contractVersion: it is no stack of Temporal Platform, or its deployment never ended "
            "well"
        )
    try:
        return PlatformOutputs.read(outputs)
    except ValueError as error:
        problem = str(error)
    except KeyError as error:
        problem = f"output {error.args[0]} is missing"
    raise pulumi.RunError(f"{name}: {problem}. Install temporal-platform-contract of the revision that deployed it")


def _connection(name: str, outputs: Mapping[str, Any], kubernetes_namespace: str) -> ConnectionReference:
    platform = _read(name, outputs)
    try:
        return platform.connection(kubernetes_namespace)
    except LookupError as error:
        raise pulumi.RunError(f"{name}: {error}") from None
