"""Makes a stack usable again after a run that was interrupted or killed.

A killed run leaves a lock, operations of unknown result in the state, objects the state does not know, a language host
and providers. The lock goes when its process is dead, the processes are ended, the operations are settled by a
refresh. Unknown objects are taken over by the deployment itself (`adoptExistingObjects` of embedded stacks).
"""

from commands import stack_state
from commands.engine import Engine
from commands.errors import CommandError
from commands.processes import MARK, end_marked
from commands.stackfile import Stack


def refuse_if_held(stack: Stack) -> None:
    """Raises CommandError when another run may be at work on the stack's state; says whose."""
    for lock in stack_state.locks(stack):
        if lock.held():
            raise CommandError(
                f"another run of Pulumi holds stack {stack.name}: {lock.holder}. Wait for it to end, or stop it "
                f"(kill -INT {lock.pid} on {lock.host}), then repeat. If that machine is gone, delete {lock.path}."
            )


def after_interrupt(engine: Engine, deadline: float | None = None) -> None:
    """Removes what dead runs left and settles what they had begun; does nothing after a run that ended well.

    The settling may take `deadline` seconds.

    Raises:
        CommandError: a live run holds the stack, or the refresh failed.
    """
    stack = engine.stack
    refuse_if_held(stack)
    ended = end_marked(MARK, stack.folder)
    if ended:
        engine.progress.say(f"ended {len(ended)} processes that an interrupted run left behind")
    if not engine.knows():
        return
    dead = stack_state.locks(stack)
    if dead:
        engine.progress.say(f"removing the lock of an interrupted run ({dead[0].holder})")
        engine.query("cancel", "--yes")
    pending = engine.pending_operations()
    if pending:
        _settle(engine, pending, deadline)


def _settle(engine: Engine, pending: list[str], deadline: float | None) -> None:
    names = ", ".join(urn.rpartition("::")[2] for urn in pending)
    with engine.progress.step(f"looking up what became of interrupted operations: {names}"):
        outcome = engine.operate(["refresh", "--clear-pending-creates"], engine.stack.logs / "up.log", deadline)
        if outcome.interrupted:
            raise KeyboardInterrupt
        if not outcome.succeeded:
            reasons = "\n".join(outcome.complaints)
            raise CommandError(
                f"an interrupted run could not be settled.\n{reasons}\nEverything that was said: {outcome.log}"
            )
