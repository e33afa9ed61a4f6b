"""Child processes that end in good order with this one, and the ones a killed run left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

MARK = "TEMPORAL_PLATFORM_RUN"
_PR_SET_PDEATHSIG = 1


class Interrupts:
    """How often the person asked a running child to stop."""

    def __init__(self) -> None:
        self.count = 0


@contextmanager
def forwarded(child: subprocess.Popen[str], tell: Callable[[int], None]) -> Iterator[Interrupts]:
    """While open, Ctrl-C and SIGTERM reach `child` as SIGINT instead of ending this process; `tell` gets the count."""
    interrupts = Interrupts()

    def handle(_signal: int, _frame: FrameType | None) -> None:
        interrupts.count += 1
        tell(interrupts.count)
        if child.poll() is None:
            child.send_signal(signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupts
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Starts `command` in a session of its own, so that a terminal's Ctrl-C reaches it once and only through us.

    When this process is killed the child ends, too: nobody would see what it does.
    """
    return subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=_interrupt_on_parent_death if sys.platform == "linux" else None,  # noqa: PLW1509 — no threads yet
    )


def end_marked(mark: str, folder: Path, deadline: float = 5.0) -> list[int]:
    """Ends every process that `marked` finds, by force after `deadline` seconds; returns their pids."""
    found = [pid for pid in marked(mark, folder) if _signal(pid, signal.SIGTERM)]
    until = time.monotonic() + deadline
    while any(_alive(pid) for pid in found) and time.monotonic() < until:
        time.sleep(0.05)
    for pid in found:
        _signal(pid, signal.SIGKILL)
    return found


def marked(mark: str, folder: Path) -> list[int]:
    """The processes that were started for the state in `folder`: their environment says `mark`=`folder`."""
    wanted = f"{mark}={folder}".encode()
    pids = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if wanted in entry.read_bytes().split(b"\0"):
                pids.append(int(entry.parent.name))
        except OSError:
            continue
    return [pid for pid in pids if pid != os.getpid()]


def _alive(pid: int) -> bool:
    return _signal(pid, 0)


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _interrupt_on_parent_death() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
