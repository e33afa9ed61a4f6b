"""One drill: a stack under steady load, and what is done to it meanwhile."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from commands.drill import RESULTS
from tests.cluster.stack import Deployment
from tests.drills.timeline import Effect, Event, Limits, effects, read

RATE = 8.0
WARM_UP_SECONDS = 15.0
STEADY_SECONDS = 30.0
QUIET_SECONDS = 10.0
PILED_UP_SECONDS = 60.0


class Drill:
    """Notes what is done and when."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def event(
        self,
        name: str,
        act: Callable[[], object],
        *,
        needed: bool = False,
        worst: float | None = None,
        recovery: float | None = None,
    ) -> None:
        """Does something, then leaves the server alone for a while.

        `needed`: nothing works without what is away, so the time to recover counts from when it is back, and what has
        piled up gets longer to be worked off. `worst`
        (milliseconds) and `recovery` (seconds) are meant to hold; what is above stands out in the table, and fails
        nothing, for it depends on the machine.
        """
        began = time.time()
        act()
        ended = time.time()
        self.events.append(Event(name, began, ended, needed=needed, limits=Limits(worst, recovery)))
        time.sleep(PILED_UP_SECONDS if needed else QUIET_SECONDS)


def failures(effects: Iterable[Effect]) -> dict[str, int]:
    """Failed calls and executions by event, where there are any."""
    return {effect.event: effect.failed for effect in effects if effect.failed}


@contextmanager
def under_load(stack: Deployment, name: str, rate: float = RATE) -> Iterator[tuple[Drill, list[Effect]]]:
    """A load of `rate` executions a second, long enough alone that its quiet time is known. The list is filled when
    the block has ended and every execution too, and kept for `make drill`'s table."""
    load = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("load.py")), str(rate)],
        env=stack.client(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    drill = Drill()
    found: list[Effect] = []
    try:
        assert load.stdout is not None
        assert load.stdout.readline() == "started\n"
        time.sleep(WARM_UP_SECONDS)
        steady_from = time.time()
        time.sleep(STEADY_SECONDS)
        yield drill, found
        out, _ = load.communicate("")
    finally:
        load.kill()
    assert load.returncode == 0, f"the load ended with {load.returncode}"
    executions = read(out.splitlines())
    found.extend(effects(executions, drill.events, steady_from))
    seen = RESULTS / "executions"
    seen.mkdir(parents=True, exist_ok=True)
    rows = [asdict(effect) for effect in found]
    (RESULTS / f"{name}.{stack.namespace}.json").write_text(json.dumps({"rate": rate, "effects": rows}, indent=1))
    (seen / f"{name}.{stack.namespace}.json").write_text(
        json.dumps({"events": [asdict(e) for e in drill.events], "executions": [asdict(e) for e in executions]})
    )
