"""`make down`: destroys one stack, or without STACK every embedded stack of this checkout and the node."""

from commands import cluster, forward, repair, session, stack_state, stackfile
from commands.environment import variable
from commands.errors import CommandError
from commands.stackfile import HERE, Stack
from embedded import node
from embedded.progress import Progress

_NODE_GOES_ANYWAY_SECONDS = 180.0


def main() -> int:
    """Destroys what STACK names; harmless when there is nothing left. Logs and caches stay."""
    progress = Progress()
    if variable("STACK") or variable("CONTEXT"):
        _one(stackfile.resolve(), progress)
    else:
        _everything(progress)
    return 0


def _one(stack: Stack, progress: Progress) -> None:
    stack_state.refuse_two(stack)
    if stack.shared is None and not stack_state.exists(stack):
        progress.say(f"stack {stack.name} is not deployed from this checkout: nothing to do")
        return
    _refuse_unconfirmed([stack])
    with stack_state.claim(stack):
        repair.refuse_if_held(stack)
        forward.end(stack.folder)
        if stack.node and node.find(stack.node) is None:
            progress.say(f"the embedded node is not running: forgetting the state of stack {stack.name}")
        else:
            _destroy(stack, progress, deadline=None)
        stack_state.forget(stack)
    progress.say(f"stack {stack.name} is down")


def _everything(progress: Progress) -> None:
    forward.end_all(HERE.state)
    config = node.NodeConfig.from_environment()
    stacks = [stack for stack in stackfile.on_node(config) if stack_state.exists(stack)]
    _refuse_unconfirmed(stacks)
    running = node.find(config) is not None
    for stack in stacks:
        with stack_state.claim(stack):
            repair.refuse_if_held(stack)
            if running:
                _destroy_if_possible(stack, progress)
            else:
                progress.say(f"the embedded node is not running: forgetting the state of stack {stack.name}")
            stack_state.forget(stack)
    node.down(config, progress)
    progress.say("everything is down; the caches stay")


def _destroy_if_possible(stack: Stack, progress: Progress) -> None:
    """The node and its data go next, so a cluster that no longer works keeps nobody from it."""
    try:
        _destroy(stack, progress, deadline=_NODE_GOES_ANYWAY_SECONDS)
    except CommandError as error:
        progress.say(f"{error}\nThe node goes anyway, and with it everything of stack {stack.name}.")


def _destroy(stack: Stack, progress: Progress, deadline: float | None) -> None:
    if stack.shared:
        stackfile.write_copy(stack, HERE.root)
    else:
        stackfile.write_project(stack, HERE.root)
    engine = session.acting(stack, cluster.of(stack).kubeconfig, progress)
    repair.after_interrupt(engine, deadline)
    protection = ["--ignore-protect"] if stack.protected else []
    with progress.step(f"pulumi destroy of stack {stack.name}"):
        outcome = engine.operate(["destroy", *protection], stack.logs / "down.log", deadline)
    if outcome.interrupted:
        raise KeyboardInterrupt
    if outcome.timed_out:
        raise CommandError(f"the destruction of stack {stack.name} did not end within {deadline:.0f} s.")
    if not outcome.succeeded:
        reasons = "\n".join(outcome.complaints)
        raise CommandError(f"stack {stack.name} is not destroyed.\n{reasons}\nEverything that was said: {outcome.log}")


def _refuse_unconfirmed(stacks: list[Stack]) -> None:
    for stack in stacks:
        reason = "is protected" if stack.protected else "names AWS" if stack.names_aws else None
        if reason is None and stack.manages_namespaces:
            reason = "looks after namespaces in Temporal Cloud"
        if reason and variable("CONFIRM") != stack.name:
            raise CommandError(f"stack {stack.name} {reason}. To destroy it all the same: CONFIRM={stack.name}")
