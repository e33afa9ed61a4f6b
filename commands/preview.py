"""`make preview`: what a stack file and its program would change, told by the engine itself.

Without LIVE=1 nothing is contacted: simulated plugins and a backend that is thrown away afterwards. AGAINST=<revision>
first applies that revision's program there, so that the preview shows what the working tree changes.
"""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands import revision, session, stackfile
from commands.diagnostics import warnings
from commands.engine import Engine
from commands.environment import choice, switch, variable
from commands.errors import CommandError
from commands.presentation import RENDERERS, Preview, changes_of
from commands.simulation import apply, simulation
from commands.stackfile import HERE, Stack
from embedded.progress import Progress
from settings import Settings


def main() -> int:
    """Prints the preview of STACK in FORMAT (text, json or markdown)."""
    form = choice("FORMAT", RENDERERS, "text")
    live, against = switch("LIVE"), variable("AGAINST")
    if live and against:
        raise CommandError("LIVE=1 compares with the deployed state, AGAINST with a revision: choose one.")
    progress = Progress()
    stack = stackfile.resolve()
    wanted = stackfile.check(stack)
    digest = _live(stack, wanted, progress) if live else _simulated(stack, against, progress)
    found = Preview(stack.name, changes_of(digest), warnings(digest.get("diagnostics", [])))
    if form != "json":
        for warning in found.warnings:
            progress.say(f"warning: {warning}")
    print(RENDERERS[form](found))
    return 0


def _live(stack: Stack, wanted: Settings, progress: Progress) -> dict[str, Any]:
    from commands import cluster, preflight  # noqa: PLC0415 - the Kubernetes client takes a second to load

    session.deployed(stack)
    preflight.check(stack, wanted, cluster.of(stack), progress)
    stackfile.write_copy(stack, HERE.root)
    return session.on_cluster(stack, progress).preview()


def _simulated(stack: Stack, against: str | None, progress: Progress) -> dict[str, Any]:
    commit = revision.resolve(against) if against else None
    with simulation(stack, progress) as engine:
        if commit:
            _apply(engine, commit, engine.stack.folder.with_name("base"))
        stackfile.write_copy(engine.stack, HERE.root)
        engine.init()
        return engine.preview()


def _apply(engine: Engine, commit: str, tree: Path) -> None:
    """Brings the throwaway state to what the program of `commit` makes of its own file of the same stack."""
    revision.extract(commit, tree)
    source = revision.counterpart(engine.stack.source, tree)
    if source is None:
        engine.progress.say(f"{engine.stack.source.name} is not part of {commit[:12]}: everything is new")
        return
    stack = stackfile.read(engine.stack.name, source, engine.stack.folder)
    # What the base warns of is no news: its engine tells nobody.
    stack = stackfile.simulated(stack, engine.stack.folder)
    base = replace(engine, stack=stack, progress=Progress(io.StringIO()))
    stackfile.write_copy(base.stack, tree)
    base.init()
    with engine.progress.step(f"applying the program of {commit[:12]} to a simulated cluster"):
        apply(base, refused=f"the program of {commit[:12]} does not apply:")
