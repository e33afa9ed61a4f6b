"""Which cluster a stack was deployed to: its state is worth nothing on another one."""

from commands import stack_state
from commands.cluster import Cluster
from commands.errors import CommandError
from commands.stackfile import Stack
from embedded.progress import Progress

_FILE = "cluster"


def require_same(stack: Stack, place: Cluster, progress: Progress) -> None:
    """Notes the cluster of a first deployment, and holds every later one against it.

    An embedded node that was made anew has nothing of the stack, so its state is forgotten, as `make down` does.

    Raises:
        CommandError: the stack lives on another cluster than the one its context names now.
    """
    note = stack.folder / _FILE
    found = place.identity()
    if found is None:
        return
    if (stack.shared or stack_state.exists(stack)) and note.exists() and note.read_text() != found:
        if stack.shared:
            raise CommandError(
                f"stack {stack.name} was deployed from here to another cluster than the one that context "
                f"{place.context} leads to now. Name the right context. If that cluster is gone for good, say so to "
                f"the state ({stack.shared}; pulumi state delete), then remove {note}."
            )
        if stack.node is None:
            raise CommandError(
                f"stack {stack.name} was deployed to another cluster than the one that context {place.context} leads "
                f"to now. Name the right context, or, if that cluster is gone for good, remove {stack.folder}: then "
                "`make up` deploys it anew, with new passwords and certificates."
            )
        progress.say(f"the embedded node was made anew: forgetting the state of stack {stack.name}")
        stack_state.forget(stack)
    note.write_text(found)
