"""Windows of time as RDS writes them, in minutes since Monday, or since midnight, UTC."""

from dataclasses import dataclass
from typing import Final

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY


@dataclass(frozen=True)
class Window:
    """When it begins, and how long it is; it may end after the end of the week."""

    start: int
    minutes: int

    def overlaps(self, other: "Window") -> bool:
        """Whether both are open at once, some week."""
        return (other.start - self.start) % _WEEK < self.minutes or (self.start - other.start) % _WEEK < other.minutes


def day_window(text: str) -> Window:
    """Of a checked `hh:mm-hh:mm`, from midnight; it may end on the next day."""
    start, end = (minutes_of(part) for part in text.split("-"))
    return Window(start, (end - start) % _DAY)


def week_window(text: str) -> Window:
    """Of a checked `ddd:hh:mm-ddd:hh:mm`, from Monday."""
    start, end = (_DAYS.index(part[:3]) * _DAY + minutes_of(part[4:]) for part in text.split("-"))
    return Window(start, (end - start) % _WEEK)


def minutes_of(text: str) -> int:
    """Of a checked `hh:mm`."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
