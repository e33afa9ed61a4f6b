"""What a steady load saw before, during and after something happened to the server."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Execution:
    """One execution: start in Unix seconds, end-to-end seconds, what failed."""

    at: float
    total: float
    error: str | None

    @property
    def end(self) -> float:
        """When its result was known, in Unix seconds."""
        return self.at + self.total


@dataclass(frozen=True)
class Limits:
    """What is meant to hold: milliseconds of the slowest execution, seconds to recover; None where nothing is said."""

    worst: float | None = None
    recovery: float | None = None


@dataclass(frozen=True)
class Event:
    """Something done to the server, in Unix seconds; `end` is when Kubernetes had settled again. `needed`: nothing
    works without what it took away."""

    name: str
    begin: float
    end: float
    needed: bool
    limits: Limits

    @property
    def since(self) -> float:
        """When recovery begins: at once where the server must bear it, else with the return of what was away."""
        return self.end if self.needed else self.begin


@dataclass(frozen=True)
class Latency:
    """End-to-end milliseconds of some executions."""

    count: int
    p50: float
    p99: float
    worst: float


@dataclass(frozen=True)
class Effect:
    """What an event did to the load. `quiet` is seconds from its `since` to the end of the last execution that took
    more than twice the p99 of before; 0 when none ended later. `recovery` is the same, but after something that nothing
    works without it ends with the first result: what is left then is the work that piled up."""

    event: str
    seconds: float
    failed: int
    before: Latency
    during: Latency
    after: Latency
    recovery: float
    quiet: float
    limits: Limits


def read(lines: Iterable[str]) -> list[Execution]:
    """The executions that the load printed."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.startswith("{")]
    return [Execution(row["at"], row["total"], row["error"]) for row in rows]


def effects(executions: Sequence[Execution], events: Sequence[Event], steady_from: float) -> list[Effect]:
    """The effect of each event. Before is the quiet time from `steady_from` to the first of them; after is the time
    from an event's end, or from when the load had recovered, to the next event."""
    quiet_until = events[0].begin
    before = latency([e for e in executions if e.at >= steady_from and e.end <= quiet_until])
    found = []
    for event, following in zip(events, [*events[1:], None], strict=True):
        until = following.begin if following else math.inf
        met = [e for e in executions if e.end > event.begin and e.at < until]
        slow = [e.end for e in met if e.total * 1000 > 2 * before.p99]
        recovered = max([event.begin, *slow])
        settled = max(event.end, recovered)
        quiet = max(0.0, recovered - event.since)
        first = min((e.end for e in met if e.end > event.since), default=event.since)
        found.append(
            Effect(
                event=event.name,
                seconds=event.end - event.begin,
                failed=sum(e.error is not None for e in met),
                before=before,
                during=latency([e for e in met if e.at < settled]),
                after=latency([e for e in met if e.at >= settled]),
                recovery=first - event.since if event.needed else quiet,
                quiet=quiet,
                limits=event.limits,
            )
        )
    return found


def latency(executions: Sequence[Execution]) -> Latency:
    """Nearest-rank percentiles; NaN of nothing."""
    times = sorted(e.total * 1000 for e in executions)
    if not times:
        return Latency(0, math.nan, math.nan, math.nan)

    def rank(part: float) -> float:
        return times[max(0, math.ceil(part * len(times)) - 1)]

    return Latency(len(times), rank(0.5), rank(0.99), times[-1])
