"""Whether API keys that a stack makes in Temporal Cloud are good for a while."""

from datetime import UTC, date, datetime
from typing import Final

from commands.errors import CommandError
from embedded.progress import Progress
from settings import CloudSettings, Settings

_SOON_DAYS: Final = 30


def check(wanted: Settings, progress: Progress, today: date | None = None) -> None:
    """Tells of keys that end soon.

    Raises:
        CommandError: they have ended, or end today.
    """
    keys = wanted.backend.generated_keys if isinstance(wanted, CloudSettings) else None
    if keys is None:
        return
    left = (date.fromisoformat(keys.until) - (today or datetime.now(UTC).date())).days
    place = f"temporal:backend.authentication.keys.until: found '{keys.until}'"
    if left <= 0:
        raise CommandError(f"{place}, which is over; allowed: a day to come, on which the new keys end")
    if left <= _SOON_DAYS:
        progress.say(
            f"warning: {place}: the API keys end in {left} days. Set a later day, deploy, restart long-running workers"
        )
