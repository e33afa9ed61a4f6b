"""The cache of finished artifacts: found by key, made by one process at a time, published by a rename."""

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.paths import cache
from embedded.progress import Progress
from embedded.toolchain.processes import Stopped
from embedded.toolchain.recipes import Recipe, key, tools_in

_POLL_SECONDS = 0.2


def folder(recipe: Recipe) -> Path:
    """Where the recipe's finished artifact stands, or will stand."""
    return cache() / "tools" / key(recipe)


def log(name: str) -> Path:
    """The log of everything that was run to make `name`."""
    return cache() / "logs" / f"{name}.log"


def find(recipe: Recipe) -> dict[str, Path] | None:
    """Tool to path of a finished artifact, or None when it, or a part of it, is missing. Runs nothing."""
    tools = tools_in(recipe, folder(recipe))
    return tools if all(path.exists() for path in tools.values()) else None


def staging(recipe: Recipe) -> Path:
    """A new empty folder to make the artifact in; what an interrupted run left is removed. Call it under the lock."""
    building = cache() / "tools" / ".building"
    building.mkdir(parents=True, exist_ok=True)
    for leftover in building.glob(f"{key(recipe)}.*"):
        shutil.rmtree(leftover)
    return Path(tempfile.mkdtemp(prefix=f"{key(recipe)}.", dir=building))


def publish(recipe: Recipe, made: Path) -> None:
    """Moves a finished folder to its place, whole or not at all, even if the machine loses power."""
    made.chmod(0o755)
    target = folder(recipe)
    if target.exists():
        shutil.rmtree(target)
    os.sync()
    made.rename(target)


@contextmanager
def lock(name: str, work: str, progress: Progress, stopping: threading.Event) -> Iterator[None]:
    """Holds the lock `name` against other processes and threads; says whom it waits for, and for what `work`.

    Raises Stopped when `stopping` is set while waiting. The kernel frees the lock of a process that dies.
    """
    handle = _open(name)
    try:
        if not _try(handle, fcntl.LOCK_EX):
            progress.say(f"waiting for {_holder(handle)}, which is making {work}")
            _wait(handle, fcntl.LOCK_EX, stopping)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def shared(name: str, stopping: threading.Event) -> Iterator[None]:
    """Holds `name` together with other users of it, so that `exclusive` is refused meanwhile."""
    handle = _open(name)
    try:
        _wait(handle, fcntl.LOCK_SH, stopping)
        yield
    finally:
        os.close(handle)


@contextmanager
def exclusive(name: str) -> Iterator[bool]:
    """Holds `name` alone; gives False, without waiting, when somebody else uses it."""
    handle = _open(name)
    try:
        yield _try(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def _open(name: str) -> int:
    locks = cache() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return os.open(locks / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _try(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(handle: int, kind: int, stopping: threading.Event) -> None:
    while not _try(handle, kind):
        if stopping.wait(_POLL_SECONDS):
            raise Stopped


def _holder(handle: int) -> str:
    return os.pread(handle, 100, 0).decode(errors="replace") or "another process"
