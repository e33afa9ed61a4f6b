"""Child processes: their output goes to a log, their failure becomes a message."""

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

# With the parent killed, its compilers must not go on: nobody would collect what they make.
_DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM")
_TAIL_LINES = 15
_NOISE = ("go: downloading ", "go: added ", "go: finding ", "Looking in ", "Ign:")


class Stopped(Exception):  # noqa: N818 - not an error: the run was called off
    """The process was ended, or not started, because the whole run stops."""


class CommandError(Exception):
    """A child process failed; `tail` holds the last lines of its output that matter."""

    def __init__(self, words: Sequence[str], status: int, tail: Sequence[str], log: Path) -> None:
        """`status` as subprocess gives it: negative for a signal."""
        self.program = " ".join(Path(word).name for word in words[:2])
        self.status = status
        self.tail = tuple(tail)
        self.log = log
        super().__init__(f"{self.program} ended with status {status}")

    @property
    def disk_full(self) -> bool:
        """Whether the output says that the disk is full."""
        return any("no space left on device" in line.lower() for line in self.tail)

    @property
    def killed(self) -> bool:
        """Whether a process was killed from outside, which is nearly always the kernel being out of memory."""
        return self.status == -signal.SIGKILL or any("signal: killed" in line for line in self.tail)


class Processes:
    """The child processes of one run. Threads share it; `stop` ends all of them and refuses new ones."""

    def __init__(self) -> None:
        """No process yet."""
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self.stopping = threading.Event()

    def run(
        self, words: Sequence[str], *, log: Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> str:
        """Runs `words` to the end, all output appended to `log`; returns that output.

        Raises CommandError when the status is not zero or the program is missing, Stopped when the run was called off.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as sink:
            sink.write(f"$ {shlex.join(words)}\n".encode())
            sink.flush()
            begin = sink.tell()
            process = self._start(words, log=sink, cwd=cwd, env=env)
            status = process.wait()
            with self._lock:
                self._running.discard(process)
        if self.stopping.is_set():
            raise Stopped
        output = log.read_bytes()[begin:].decode(errors="replace")
        if status != 0:
            raise CommandError(words, status, _tail(output), log)
        return output

    def _start(
        self, words: Sequence[str], *, log: BinaryIO, cwd: Path | None, env: Mapping[str, str] | None
    ) -> subprocess.Popen[bytes]:
        with self._lock:
            if self.stopping.is_set():
                raise Stopped
            try:
                process = subprocess.Popen(
                    [*_DIE_WITH_PARENT, *words],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=cwd,
                    env=env,
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise CommandError(words, 127, [str(error)], Path(log.name)) from error
            self._running.add(process)
            return process

    def stop(self) -> None:
        """Ends every running process and its children; `run` raises Stopped from now on. Harmless twice."""
        with self._lock:
            self.stopping.set()
            for process in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)


def _tail(output: str) -> list[str]:
    lines = [line.rstrip() for line in output.splitlines()]
    return [line for line in lines if line and not line.startswith(_NOISE)][-_TAIL_LINES:]
