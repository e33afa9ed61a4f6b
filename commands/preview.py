"""`make preview`: what a stack file and its program would change, told by the engine itself.

Without LIVE=1 nothing is contacted: simulated plugins and a backend that is thrown away afterwards. AGAINST=<revision>
first applies that revision's program there, so that the preview shows what the working tree changes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from commands import plugins, revision, session, stackfile
from commands.engine import TOOLS, Engine
from commands.environment import choice, switch, variable
from commands.errors import CommandError
from commands.presentation import RENDERERS, Change, changes_of
from commands.stackfile import HERE, Stack
from embedded import toolchain
from embedded.progress import Progress


def main() -> int:
    """Prints the preview of STACK in FORMAT (text, json or markdown)."""
    render = RENDERERS[choice("FORMAT", RENDERERS, "text")]
    live, against = switch("LIVE"), variable("AGAINST")
    if live and against:
        raise CommandError("LIVE=1 compares with the deployed state, AGAINST with a revision: choose one.")
    progress = Progress()
    stack = stackfile.resolve()
    found = _live(stack, progress) if live else _simulated(stack, against, progress)
    print(render(stack.name, found))
    return 0


def _live(stack: Stack, progress: Progress) -> list[Change]:
    session.deployed(stack)
    stackfile.write_copy(stack, HERE.root)
    return changes_of(session.on_cluster(stack, progress).preview())


def _simulated(stack: Stack, against: str | None, progress: Progress) -> list[Change]:
    tools = toolchain.ensure(TOOLS, progress)
    chosen = plugins.simulated()
    plugins.check(chosen)
    commit = revision.resolve(against) if against else None
    with _throwaway() as folder:
        engine = Engine(replace(stack, folder=folder / "stack"), tools, chosen, progress)
        if commit:
            _apply(engine, commit, folder / "base")
        stackfile.write_copy(engine.stack, HERE.root)
        engine.init()
        return changes_of(engine.preview())


def _apply(engine: Engine, commit: str, tree: Path) -> None:
    """Brings the throwaway state to what the program of `commit` makes of its own file of the same stack."""
    revision.extract(commit, tree)
    source = revision.counterpart(engine.stack.source, tree)
    if source is None:
        engine.progress.say(f"{engine.stack.source.name} is not part of {commit[:12]}: everything is new")
        return
    base = replace(engine, stack=stackfile.read(engine.stack.name, source, engine.stack.folder))
    base = replace(base, stack=replace(base.stack, folder=engine.stack.folder))
    stackfile.write_copy(base.stack, tree)
    base.init()
    with engine.progress.step(f"applying the program of {commit[:12]} to a simulated cluster"):
        outcome = base.operate(["up"], engine.stack.folder / "base.log")
    if outcome.interrupted:
        raise KeyboardInterrupt
    if not outcome.succeeded:
        raise CommandError("\n".join([f"the program of {commit[:12]} does not apply:", *outcome.complaints]))


@contextmanager
def _throwaway() -> Iterator[Path]:
    """A folder that ends with this command; what a killed one left is removed."""
    home = HERE.state / "previews"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    revision.remove_abandoned(home)
    with TemporaryDirectory(dir=home, prefix=f"{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
