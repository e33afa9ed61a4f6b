"""The control groups of a node, in version 1 hierarchies and in version 2."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from embedded.errors import EmbeddedError

MOUNTS: Final = Path("/proc/self/mounts")
PROGRAMS: Final = "system"
"""The group of the node's own programs, beside the kubelet's `kubepods`."""
PATIENCE: Final = 30.0


def hierarchies(mounts: str) -> list[Path]:
    """The mount points of all control group hierarchies in `mounts` (the text of /proc/self/mounts), each once."""
    fields = (line.split() for line in mounts.splitlines())
    return list(dict.fromkeys(Path(point) for _, point, kind, *_ in fields if kind in {"cgroup", "cgroup2"}))


def roots(group: str) -> list[Path]:
    """The folder of `group` in every hierarchy, made or not."""
    return [point / group for point in hierarchies(MOUNTS.read_text())]


def create(group: str) -> list[Path]:
    """Makes `group` and in it the programs' group, and returns the latter's folder in every hierarchy."""
    places = roots(group)
    if not places:
        raise EmbeddedError("No control groups are mounted on this machine (looked in /proc/self/mounts).")
    for place in places:
        _delegate(place.parent)
        _make(place)
        _delegate(place)
        _make(place / PROGRAMS)
    return [place / PROGRAMS for place in places]


def members(group: str) -> set[int]:
    """The process ids in `group` and below it."""
    return {pid for root in roots(group) for folder in _below(root) for pid in _pids(folder)}


def kill(group: str, and_also: Callable[[], set[int]] = set) -> None:
    """Ends every process in `group` and those that `and_also` finds. Raises EmbeddedError when one does not go."""
    deadline = time.monotonic() + PATIENCE
    _thaw(group)
    while remaining := members(group) | and_also():
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"Processes of the node do not end: {', '.join(map(str, sorted(remaining)))}. "
                "They hang in the kernel; restart the machine, then run `make down` again."
            )
        for pid in remaining:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def remove(group: str) -> None:
    """Removes `group` from every hierarchy; nothing happens where it is missing."""
    for root in roots(group):
        for folder in reversed(list(_below(root))):
            _rmdir(folder)


def _make(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in ("cpuset.cpus", "cpuset.mems"):  # version 1: an empty set admits no process
        setting = folder / name
        if setting.exists() and not setting.read_text().strip() and (above := folder.parent / name).exists():
            setting.write_text(above.read_text())


def _delegate(folder: Path) -> None:
    """Version 2: lets groups below `folder` use its controllers."""
    control = folder / "cgroup.subtree_control"
    if not control.exists():
        return
    offered = set((folder / "cgroup.controllers").read_text().split())
    for controller in sorted(offered - set(control.read_text().split())):
        try:
            control.write_text(f"+{controller}")
        except OSError:  # such as cpu while real-time processes run; if the kubelet needs it, it says so
            continue


def _below(root: Path) -> Iterator[Path]:
    """`root` and its groups, parents first."""
    for folder, _, _ in os.walk(root):
        yield Path(folder)


def _pids(folder: Path) -> list[int]:
    try:
        return [int(line) for line in (folder / "cgroup.procs").read_text().split()]
    except OSError:  # the group went away meanwhile
        return []


def _thaw(group: str) -> None:
    """A runc that was killed while it changed a container leaves it frozen, and frozen processes cannot end."""
    for root in roots(group):
        for state in root.rglob("freezer.state"):
            state.write_text("THAWED")
        for state in root.rglob("cgroup.freeze"):
            state.write_text("0")


def _rmdir(folder: Path) -> None:
    """The kernel keeps a group busy for a moment after its last process has gone."""
    deadline = time.monotonic() + PATIENCE
    while folder.exists():
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Cannot remove the control group {folder}: {error.strerror}.") from error
            time.sleep(0.02)
