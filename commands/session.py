"""Puts a stack, its cluster and the plugins together into an engine that is ready to run."""

from pathlib import Path

from commands import plugins, stack_state, stackfile
from commands.engine import TOOLS, Engine
from commands.environment import variable
from commands.errors import CommandError
from commands.stackfile import HERE, Stack
from embedded import toolchain
from embedded.progress import Progress


def deployed(stack: Stack) -> Stack:
    """The stack, when the state knows it; of a backend of the person's own the engine tells.

    Raises:
        CommandError: it was never brought up from this checkout.
    """
    stack_state.refuse_two(stack)
    if stack.shared is None and not stack_state.exists(stack):
        said = "".join(f" {name}={value}" for name in ("STACK", "CONTEXT") if (value := variable(name)))
        raise CommandError(f"stack {stack.name} is not deployed from this checkout. Run first: make up{said}")
    return stack


def reading(stack: Stack, progress: Progress) -> Engine:
    """An engine for questions about the state; needs no cluster."""
    stackfile.write_copy(stack, HERE.root)
    return Engine(stack, toolchain.ensure(TOOLS, progress), plugins.simulated(), progress)


def acting(stack: Stack, kubeconfig: Path | None, progress: Progress) -> Engine:
    """An engine whose plugins act on the stack's cluster."""
    chosen = plugins.live(
        stack.folder / "plugins",
        progress,
        names_aws=stack.names_aws,
        acts_in_temporal_cloud=stack.manages_namespaces or stack.makes_api_keys,
    )
    plugins.check(chosen)
    if stack.names_aws and stack.shared is None:
        progress.say(
            f"WARNING: what this stack has in AWS is known to {stack.folder} on this machine alone. Whoever loses that "
            "folder can neither change nor delete it. Put the state into a bucket (docs/aws.md, Before the first "
            "deployment)."
        )
    return Engine(stack, toolchain.ensure(TOOLS, progress), chosen, progress, kubeconfig)


def on_cluster(stack: Stack, progress: Progress) -> Engine:
    """`acting` on the cluster the stack names, which must be there."""
    from commands import cluster  # noqa: PLC0415 - the Kubernetes client takes a second to load

    return acting(stack, cluster.of(stack).kubeconfig, progress)
