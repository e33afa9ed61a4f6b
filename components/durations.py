"""Durations of the stack file in the words of those who read them."""

from typing import Final

from settings.scalars import milliseconds_of

_UNITS: Final = (("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))


def go_duration(duration: str) -> str:
    """As Go's time.ParseDuration takes it, which knows no days, in the largest unit that is exact: `90d` is `2160h`."""
    milliseconds = milliseconds_of(duration)
    if milliseconds == 0:
        return "0s"
    unit, size = next((unit, size) for unit, size in _UNITS if milliseconds % size == 0)
    return f"{milliseconds // size}{unit}"
