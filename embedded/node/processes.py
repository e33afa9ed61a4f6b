"""The programs of the node as processes: started in its namespaces and control group, known again, ended."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embedded.errors import EmbeddedError
from embedded.node import cgroups
from embedded.node.logs import telling_lines
from embedded.node.namespaces import enter
from embedded.node.places import Places

POLL: Final = 0.1
GRACE: Final = 10.0
"""Seconds a program has to end by itself before it is killed, so that etcd can close its files."""
LAUNCH: Final = """
groups=$1; shift
for group in $groups; do echo $$ > "$group/cgroup.procs"; done
ulimit -n "$(ulimit -Hn)"
exec "$@"
"""


@dataclass(frozen=True)
class Program:
    """One long-running program.

    `reads`: the files it reads only at its start; a change of them, or of the command, restarts it.
    `healthy`: whether it does its work; asked until `seconds` have passed.
    """

    name: str
    command: Sequence[str]
    reads: Sequence[Path]
    healthy: Callable[[], bool]
    seconds: float = 60.0

    @property
    def fingerprint(self) -> str:
        """Changes when the program has to be restarted."""
        digest = hashlib.sha256("\0".join(self.command).encode())
        for file in self.reads:
            digest.update(file.read_bytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Record:
    """A started program. `started` tells it from a later process with the same id."""

    pid: int
    started: int
    fingerprint: str


class Processes:
    """Starts and ends the programs of one node."""

    def __init__(self, places: Places, environment: Mapping[str, str]) -> None:
        self._places = places
        self._environment = dict(environment)
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def ensure(self, programs: Sequence[Program]) -> None:
        """Starts each of `programs` that does not run as it should."""
        for program in programs:
            record = self._running(program.name)
            if record and record.fingerprint == program.fingerprint:
                continue
            if record:
                _end(record)
            self._end_strays(program)
            self._start(program)

    def wait(self, programs: Sequence[Program]) -> None:
        """Waits until all `programs` are healthy. Raises EmbeddedError for one that ends or takes too long."""
        started = time.monotonic()
        waiting = list(programs)
        while waiting:
            waiting = [program for program in waiting if not program.healthy()]
            for program in waiting:
                if not self._running(program.name):
                    raise EmbeddedError(self._story(program, "ended while the node was starting"))
                if time.monotonic() - started > program.seconds:
                    raise EmbeddedError(self._story(program, f"is not healthy after {program.seconds:.0f} s"))
            if waiting:
                time.sleep(POLL)

    def require_alive(self, programs: Sequence[Program]) -> None:
        """Raises EmbeddedError for one of `programs` that has ended since."""
        for program in programs:
            if not self._running(program.name):
                raise EmbeddedError(self._story(program, "ended while the node was starting"))

    def log(self, name: str) -> Path:
        """Where the program of that name writes."""
        return self._places.logs / f"{name}.log"

    def _start(self, program: Program) -> None:
        log = self.log(program.name)
        if log.exists():
            log.replace(log.with_suffix(".previous.log"))
        groups = " ".join(str(root / cgroups.PROGRAMS) for root in cgroups.roots(self._places.cgroup))
        with log.open("wb") as output:
            child = subprocess.Popen(
                ["sh", "-ec", LAUNCH, "launch", groups, *enter(self._places), *program.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        self._children[program.name] = child
        started = start_time(child.pid)
        if started is not None:
            record = {"pid": child.pid, "started": started, "fingerprint": program.fingerprint}
            self._record(program.name).write_text(json.dumps(record))

    def _running(self, name: str) -> Record | None:
        if (child := self._children.get(name)) and child.poll() is not None:
            return None
        try:
            record = Record(**json.loads(self._record(name).read_text()))
        except (FileNotFoundError, json.JSONDecodeError, TypeError):
            return None
        return record if start_time(record.pid) == record.started else None

    def _record(self, name: str) -> Path:
        return self._places.processes / f"{name}.json"

    def _end_strays(self, program: Program) -> None:
        """Ends what an interrupted start left without a record; it would hold the ports and files of a new one."""
        executable = Path(program.command[0]).resolve()
        for pid in cgroups.members(f"{self._places.cgroup}/{cgroups.PROGRAMS}"):
            started = start_time(pid)
            if started is not None and _executable(pid) == executable:
                _end(Record(pid, started, ""))

    def _story(self, program: Program, event: str) -> str:
        log = self.log(program.name)
        lines = "".join(f"\n  {line}" for line in telling_lines(log))
        return (
            f"{program.name} of the node {self._places.node} {event}. Its last words:{lines or ' none'}\n"
            f"Its whole log is {log}. Run the command again; if that does not help, `make down` and start anew."
        )


def _end(record: Record) -> None:
    """Asks the process to end, and kills it when it takes too long."""
    deadline = time.monotonic() + GRACE
    wanted = signal.SIGTERM
    while start_time(record.pid) == record.started:
        with suppress(ProcessLookupError):
            os.kill(record.pid, wanted)
        wanted = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        time.sleep(POLL)


def start_time(pid: int) -> int | None:
    """When the process started, in clock ticks since boot (field 22 of /proc/PID/stat), or None when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else int(fields[19])


def listens(pid_file: Path, port: int) -> bool:
    """Whether something in the network namespace of the recorded process listens on TCP `port` (IPv4)."""
    try:
        pid = json.loads(pid_file.read_text())["pid"]
        rows = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    except (OSError, ValueError, KeyError):
        return False
    return any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A" for row in rows)


def _executable(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/exe").readlink()
    except OSError:
        return None
