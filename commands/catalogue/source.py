"""Fetches a server's source and has Go's own parser and type checker say what is declared in it.

The program in `reader/` does the reading: keys, types and defaults are Go expressions over the constants, generics and
structs of many packages, and `go/types` evaluates them exactly, in fewer lines than imitating Go in Python would take.
"""

import json
import re
import tempfile
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.errors import CommandError
from embedded import toolchain
from embedded.progress import Progress
from embedded.toolchain import processes, store
from embedded.toolchain.golang import CACHES_LOCK, GoBuilder
from embedded.toolchain.messages import log_of, quoted
from embedded.toolchain.processes import Processes

MODULE = "go.temporal.io/server"
_PROGRAM = Path(__file__).resolve().parent / "reader"
_COMMENT = re.compile(r"^\s*//")


@dataclass(frozen=True)
class Server:
    """One server: the folder with its source, and its facts as `reader/main.go` writes them."""

    version: str
    folder: Path
    facts: Mapping[str, Any]


class Reader:
    """Reads servers with one Go toolchain."""

    def __init__(self, go: GoBuilder) -> None:
        self._go = go

    def server(self, version: str) -> Server:
        """The server of this version, fetched when the module cache lacks it. Raises CommandError."""
        try:
            folder = self._go.source(MODULE, version)
        except processes.CommandError as error:
            raise CommandError(
                f"the source of the Temporal server {version} is not in the cache and could not be fetched from the Go "
                f"module proxy:\n{quoted(error)}\n{log_of(error)}\n"
                "Check the network and GOPROXY, then run the same command again."
            ) from error
        return Server(version, folder, self.facts(folder))

    def facts(self, folder: Path) -> dict[str, Any]:
        """What the Go module in `folder` declares. Raises CommandError."""
        with tempfile.TemporaryDirectory() as scratch:
            output = Path(scratch) / "facts.json"
            try:
                self._go.run(_PROGRAM, str(folder), str(output))
            except processes.CommandError as error:
                raise CommandError(f"{folder} could not be read:\n{quoted(error)}\n{log_of(error)}") from error
            found: dict[str, Any] = json.loads(output.read_text())
        return found


@contextmanager
def reader(progress: Progress) -> Iterator[Reader]:
    """A reader, and Go's caches with the sources in them for as long as it is open.

    Raises EmbeddedError when the Go toolchain could not be had.
    """
    go = toolchain.ensure(("go",), progress).path("go")
    running = Processes()
    try:
        with store.shared(CACHES_LOCK, running.stopping):
            yield Reader(GoBuilder(go, running))
    finally:
        running.stop()


def calls(folder: Path, call: re.Pattern[str], left_out: Container[str]) -> list[str]:
    """Every place in the source that `call` matches, as `file:line`, found without understanding Go.

    Comments, tests and the files `left_out` do not count.
    """
    found = []
    for file in sorted(folder.rglob("*.go")):
        name = file.relative_to(folder).as_posix()
        if name in left_out or name.endswith("_test.go"):
            continue
        text = "".join("\n" if _COMMENT.match(line) else line for line in file.read_text().splitlines(keepends=True))
        found += [f"{name}:{text.count(chr(10), 0, match.start()) + 1}" for match in call.finditer(text)]
    return found


def refuse_unread(what: str, read: Sequence[str], called: Sequence[str], folder: Path) -> None:
    """Raises CommandError, naming the places, when the reader did not understand exactly the calls that are there."""
    if sorted(read) != sorted(called):
        differing = sorted(set(read) ^ set(called)) or ["a line with several of them"]
        raise CommandError(
            f"{len(called)} calls {what}, but {len(read)} of them were understood. "
            f"Look at {', '.join(differing)} in {folder}."
        )
