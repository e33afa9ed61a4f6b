"""What a drill computes from the load's executions, and how it is written down."""

import math

from commands.drill import _section
from tests.drills.timeline import Effect, Event, Execution, Latency, Limits, effects, latency


def steady(begin: int, end: int, seconds: float = 0.1) -> list[Execution]:
    """Ten executions a second of one length."""
    return [Execution(begin + n / 10, seconds, None) for n in range((end - begin) * 10)]


def test_percentiles_are_nearest_rank() -> None:
    """p99 of a hundred is the ninety-ninth, the worst is the hundredth."""
    found = latency([Execution(0, n / 1000, None) for n in range(1, 101)])
    assert found == Latency(100, 50.0, 99.0, 100.0)
    assert math.isnan(latency([]).p99)


def test_an_event_is_told_from_the_quiet_before_and_after() -> None:
    """Slow executions belong to the event that was running when they ended, and recovery ends with the last of them."""
    executions = [*steady(0, 30), Execution(32, 4.0, None), *steady(30, 60)]
    (found,) = effects(executions, [Event("roll history", 33, 35, needed=False, limits=Limits())], steady_from=5)
    assert found.before == Latency(280, 100.0, 100.0, 100.0)
    assert (found.during.worst, found.failed, found.seconds, found.recovery, found.quiet) == (4000.0, 0, 2, 3.0, 3.0)
    assert found.after.worst == 100.0
    assert found.after.count == 240


def test_recovery_may_count_from_the_return_of_what_was_away() -> None:
    """A database that was away for 20 s: its return counts, the first result ends it, the rest is what piled up."""
    piled_up = [Execution(20 + n, 43 + n / 10 - (20 + n), None) for n in range(21)]
    executions = [*steady(0, 20), *piled_up, *steady(46, 60)]
    (found,) = effects(executions, [Event("away", 20, 40, needed=True, limits=Limits())], steady_from=0)
    assert (found.recovery, found.quiet) == (3.0, 5.0)


def test_failures_are_counted_at_the_event_that_met_them() -> None:
    """What began before the second event and failed in it is the second's too; nothing is lost between events."""
    executions = [*steady(0, 20), Execution(31, 1.0, "RPCError: gone"), *steady(20, 50)]
    first, second = effects(
        executions,
        [Event("one", 20, 25, needed=False, limits=Limits()), Event("two", 30, 35, needed=False, limits=Limits())],
        steady_from=0,
    )
    assert (first.failed, second.failed) == (0, 1)


def test_the_table_puts_the_stacks_beside_each_other() -> None:
    """One row an event and stack, in the order of the events; above a limit is bold, nothing measured is a dash."""
    seen, nothing = Latency(80, 60.4, 101.6, 120), Latency(0, math.nan, math.nan, math.nan)
    effect = Effect("roll history", 31.2, 0, seen, seen, nothing, 1.25, 1.25, Limits(worst=100, recovery=2))
    result = {
        "rate": 8.0,
        "effects": [{**vars(effect), **{k: vars(getattr(effect, k)) for k in ("before", "during", "after", "limits")}}],
    }
    text = _section("roll", {"careful": result, "chart": result})
    row = "80 | 0 | 60 / 102 / 120 | **60 / 102 / 120** | - | 31 s | 1.2 s | 1.2 s |"
    assert [line for line in text.splitlines() if line.startswith("| roll")] == [
        f"| roll history | careful | {row}",
        f"| roll history | chart | {row}",
    ]
    assert "8 executions a second" in text
