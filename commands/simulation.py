"""An engine that touches nothing: simulated plugins, and a backend that is thrown away afterwards."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from commands import plugins, revision, stackfile
from commands.engine import TOOLS, Engine
from commands.errors import CommandError
from commands.stackfile import HERE, Stack
from embedded import toolchain
from embedded.progress import Progress


@contextmanager
def simulation(stack: Stack, progress: Progress) -> Iterator[Engine]:
    """An engine for `stack` whose state knows nothing yet and ends with this command."""
    tools = toolchain.ensure(TOOLS, progress)
    chosen = plugins.simulated()
    plugins.check(chosen)
    with _throwaway() as folder:
        yield Engine(stackfile.simulated(stack, folder / "stack"), tools, chosen, progress)


def apply(engine: Engine, refused: str = "") -> None:
    """`pulumi up` in the simulation.

    Raises:
        CommandError: the program or a check refused; `refused` stands before the reasons.
        KeyboardInterrupt: the person stopped it.
    """
    outcome = engine.operate(["up"], engine.stack.logs / "up.log")
    if outcome.interrupted:
        raise KeyboardInterrupt
    if not outcome.succeeded:
        raise CommandError("\n".join([*([refused] if refused else []), *outcome.complaints]))


def state(stack: Stack, progress: Progress) -> list[dict[str, Any]]:
    """The resources of the state after a simulated `up`, as the engine exports it, with secrets in the clear inside
    their marks. Unlike a preview it knows every value that one resource takes from another."""
    with simulation(stack, progress) as engine:
        stackfile.write_copy(engine.stack, HERE.root)
        engine.init()
        apply(engine)
        exported = json.loads(engine.query("stack", "export", "--show-secrets"))
    found: list[dict[str, Any]] = exported["deployment"]["resources"]
    return found


@contextmanager
def _throwaway() -> Iterator[Path]:
    """A folder that ends with this command; what a killed one left is removed."""
    home = HERE.state / "previews"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    revision.remove_abandoned(home)
    with TemporaryDirectory(dir=home, prefix=f"{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
