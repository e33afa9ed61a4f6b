"""A way from here to the frontend of a cluster that is not ours: one `kubectl port-forward` a stack.

`make env` opens it and uses it again; `make down` ends it. It is known by a mark in its environment.
"""

import json
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from commands import kubectl, processes
from commands.errors import CommandError
from commands.kubectl import Kubectl
from commands.stackfile import Stack
from embedded.progress import Progress

MARK = "TEMPORAL_PLATFORM_FORWARD"
_RECORD = "forward.json"
_OPEN = re.compile(r"Forwarding from (127\.0\.0\.1:\d+) -> \d+")
_OPEN_SECONDS = 30.0


@dataclass(frozen=True)
class Service:
    """`temporal-frontend.local.svc:7233`, as the outputs name it inside the cluster."""

    name: str
    namespace: str
    port: int

    @classmethod
    def parse(cls, address: str) -> "Service":
        host, _, port = address.rpartition(":")
        name, namespace, *_ = [*host.split("."), ""]
        return cls(name, namespace, int(port))


def address(stack: Stack, inside: str, progress: Progress) -> str:
    """host:port on this machine that leads to the address `inside` the stack's cluster; opens the way if need be.

    Raises:
        CommandError: kubectl could not open it; holds what it said.
    """
    record = stack.folder / _RECORD
    if processes.marked(MARK, stack.folder) and record.exists():
        return str(json.loads(record.read_text())["address"])
    found = _open(kubectl.of(stack, progress), stack, Service.parse(inside))
    record.write_text(json.dumps({"address": found}))
    progress.say(f"{found} leads to {inside} in {stack.context}, until `make down`")
    return found


def end(folder: Path) -> None:
    """Closes the way of the stack whose state is in `folder`, if there is one."""
    processes.end_marked(MARK, folder)
    (folder / _RECORD).unlink(missing_ok=True)


def end_all(state: Path) -> None:
    """Closes every way that was opened from a checkout with this state folder."""
    for record in state.glob(f"*/{_RECORD}"):
        end(record.parent)


def _open(program: Kubectl, stack: Stack, service: Service) -> str:
    end(stack.folder)
    stack.logs.mkdir(parents=True, exist_ok=True)
    log = stack.logs / "forward.log"
    where = ("--address", "127.0.0.1", "--namespace", service.namespace)
    with log.open("w") as said:
        child = subprocess.Popen(
            program.command("port-forward", *where, f"service/{service.name}", f":{service.port}"),
            env={**program.environment, MARK: str(stack.folder)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    deadline = time.monotonic() + _OPEN_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        if opened := _OPEN.search(log.read_text()):
            return opened.group(1)
        time.sleep(0.05)
    child.kill()
    child.wait()
    raise CommandError(
        f"kubectl opened no way to service {service.namespace}/{service.name} in {stack.context}: "
        f"{log.read_text().strip() or 'no word from it'}"
    )
