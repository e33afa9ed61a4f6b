"""`make outputs`: the stack outputs as JSON."""

import json
from typing import Any

from commands import session, stackfile
from commands.environment import switch
from commands.errors import CommandError
from commands.stackfile import Stack
from embedded.progress import Progress


def main() -> int:
    """Prints the outputs of STACK; secret ones as `[secret]` unless SHOW_SECRETS=1."""
    show_secrets = switch("SHOW_SECRETS")
    stack = session.deployed(stackfile.resolve())
    print(json.dumps(read(stack, Progress(), show_secrets=show_secrets), indent=2))
    return 0


def read(stack: Stack, progress: Progress, *, show_secrets: bool = False) -> dict[str, Any]:
    """The outputs of a deployed stack. The engine leaves out those that are null.

    Raises:
        CommandError: there are none, because no `up` has come to its end yet.
    """
    engine = session.reading(stack, progress)
    outputs: dict[str, Any] = json.loads(
        engine.query("stack", "output", "--json", *(["--show-secrets"] if show_secrets else []))
    )
    if not outputs:
        raise CommandError(f"stack {stack.name} has no outputs: its last `make up` did not finish. Repeat it.")
    return outputs
