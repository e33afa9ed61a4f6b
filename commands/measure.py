"""Wall time, processor time and memory of a command with everything it starts."""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.errors import CommandError

_SAMPLE_SECONDS = 0.2
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Figures:
    """`peak_memory` in bytes is the largest sum, seen five times a second, of what all its processes held resident."""

    wall: float
    cpu: float
    peak_memory: int
    output: str


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Figures:
    """Runs `command` to its end.

    Raises:
        CommandError: it failed; holds the last lines it said.
    """
    with tempfile.TemporaryFile("w+") as said:
        started = time.monotonic()
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        sampler = _Sampler(child.pid)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        peak = sampler.stop()
        said.seek(0)
        output = said.read()
    if child.returncode:
        tail = "\n".join(output.splitlines()[-20:])
        raise CommandError(f"`{' '.join(map(str, command))}` failed, so there is nothing to measure.\n{tail}")
    return Figures(wall, usage.ru_utime + usage.ru_stime, peak, output)


class _Sampler:
    def __init__(self, root: int) -> None:
        self._root = root
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._done.wait(_SAMPLE_SECONDS):
            self._peak = max(self._peak, _resident(self._root))


def _resident(root: int) -> int:
    """The resident bytes of `root` and all its descendants."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(entry.parent.name)
        parents[pid], pages[pid] = int(fields[1]), int(fields[21])
    return sum(pages[pid] for pid in pages if _descends(pid, root, parents)) * _PAGE


def _descends(pid: int, root: int, parents: Mapping[int, int]) -> bool:
    while pid != root:
        if pid not in parents:
            return False
        pid = parents[pid]
    return True
