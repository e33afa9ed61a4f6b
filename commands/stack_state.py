"""What the file backend of one stack says: whether it was deployed, who works on it, what an interrupt left behind.

Layout of the backend and of its locks: Pulumi CLI 3.256, as seen by running it.
"""

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commands.errors import CommandError
from commands.stackfile import Stack


@dataclass(frozen=True)
class Lock:
    """One run's claim on a stack, as the engine wrote it."""

    path: Path
    pid: int
    host: str
    user: str
    since: datetime

    @property
    def holder(self) -> str:
        return f"{self.user}@{self.host}, pid {self.pid}, since {self.since:%Y-%m-%d %H:%M} UTC"

    def held(self) -> bool:
        """Whether its run may still be alive. Another host's always may; here the process is looked at."""
        if self.host != socket.gethostname():
            return True
        return _is_engine(self.pid)


def backend(stack: Stack) -> Path:
    return stack.folder / "backend"


def exists(stack: Stack) -> bool:
    """Whether the backend knows the stack, be it only by an interrupted first run."""
    return _checkpoint(stack) is not None


def refuse_two(stack: Stack) -> None:
    """Raises CommandError when the state is in this checkout, and the person names another backend."""
    if stack.shared and exists(stack):
        raise CommandError(
            f"stack {stack.name} has its state in {stack.folder}, and PULUMI_BACKEND_URL names {stack.shared}. Move it "
            "(docs/aws.md, A state that moves), or unset PULUMI_BACKEND_URL."
        )


def locks(stack: Stack) -> list[Lock]:
    """Every lock on the stack, the oldest first. A lock file that its run never finished writing counts as dead."""
    found = []
    for file in backend(stack).glob(f".pulumi/locks/*/*/{stack.name}/*.json"):
        try:
            content = json.loads(file.read_text())
            since = datetime.fromisoformat(content["timestamp"].split(".")[0].rstrip("Z") + "+00:00")
            found.append(Lock(file, int(content["pid"]), content["hostname"], content["username"], since))
        except (OSError, ValueError, KeyError):
            found.append(Lock(file, 0, socket.gethostname(), "unknown", datetime.fromtimestamp(0, UTC)))
    return sorted(found, key=lambda lock: lock.since)


def pending_operations(stack: Stack) -> list[str]:
    """The URNs of resources that a killed run was working on."""
    file = _checkpoint(stack)
    if file is None:
        return []
    return [operation["resource"]["urn"] for operation in _latest(file).get("pending_operations") or []]


def resource_count(stack: Stack) -> int:
    """How many resources the state holds, the stack itself and providers included."""
    file = _checkpoint(stack)
    return len(_latest(file).get("resources") or []) if file else 0


def forget(stack: Stack) -> None:
    """Removes everything kept of a stack but its logs; the claim's file stays while it is held."""
    for entry in stack.folder.iterdir():
        if entry.name in ("logs", "claim"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


@contextmanager
def claim(stack: Stack) -> Iterator[None]:
    """One command at a time changes a stack. The claim dies with its process, however that ends.

    Raises:
        CommandError: another command holds it; says which process.
    """
    stack.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (stack.folder / "claim").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandError(
                f"another command is at work on stack {stack.name} (pid {file.read().strip() or 'unknown'}). "
                "Wait for it to end, then repeat."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _checkpoint(stack: Stack) -> Path | None:
    return next(iter(sorted(backend(stack).glob(f".pulumi/stacks/*/{stack.name}.json"))), None)


def _latest(checkpoint: Path) -> dict[str, Any]:
    try:
        content = json.loads(checkpoint.read_text())
    except ValueError as error:
        raise CommandError(
            f"the state {checkpoint} is damaged ({error}). The engine keeps the one before as {checkpoint.name}.bak "
            "beside it: copy that over it, then repeat."
        ) from error
    latest = content.get("checkpoint", {}).get("latest")
    return latest if isinstance(latest, dict) else {}


def _is_engine(pid: int) -> bool:
    """Whether the process is a living `pulumi`: a number used again by another program does not count."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return False
    return name == "pulumi" and rest.split()[0] != "Z"
