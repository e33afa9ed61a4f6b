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
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Share:
    """What one of the command's processes took: seconds of processor, and the most bytes it held resident; as seen
    last, which is at most a fifth of a second before its end."""

    cpu: float = 0.0
    peak_memory: int = 0


@dataclass(frozen=True)
class Figures:
    """`peak_memory` in bytes is the largest sum, seen five times a second, of what all its processes held resident.
    `share` is that of the process that was asked for."""

    wall: float
    cpu: float
    peak_memory: int
    output: str
    share: Share = Share()


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, *, process: str = ""
) -> Figures:
    """Runs `command` to its end. `process` is a word of the command line of the one process whose share is wanted.

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
        sampler = _Sampler(child.pid, process)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        peak = sampler.stop()
        said.seek(0)
        output = said.read()
    if child.returncode:
        tail = "\n".join(output.splitlines()[-20:])
        raise CommandError(f"`{' '.join(map(str, command))}` failed, so there is nothing to measure.\n{tail}")
    return Figures(wall, usage.ru_utime + usage.ru_stime, peak, output, sampler.share)


class _Sampler:
    def __init__(self, root: int, process: str) -> None:
        self.share = Share()
        self._root = root
        self._process = process
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
            pages = _resident(self._root)
            self._peak = max(self._peak, sum(pages.values()) * _PAGE)
            if self._process:
                self.share = next((found for pid in pages if (found := _share(pid, self._process))), self.share)


def _resident(root: int) -> dict[int, int]:
    """The resident pages of `root` and all its descendants."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(entry.parent.name)
        parents[pid], pages[pid] = int(fields[1]), int(fields[21])
    return {pid: pages[pid] for pid in pages if _descends(pid, root, parents)}


def _share(pid: int, process: str) -> Share | None:
    """That of the process if it is the one."""
    folder = Path("/proc") / str(pid)
    try:
        if process not in (folder / "cmdline").read_text():
            return None
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        (peak,) = (line.split()[1] for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    except (OSError, ValueError):
        return None
    return Share((int(fields[11]) + int(fields[12])) / _TICKS, int(peak) * 1024)


def _descends(pid: int, root: int, parents: Mapping[int, int]) -> bool:
    while pid != root:
        if pid not in parents:
            return False
        pid = parents[pid]
    return True
