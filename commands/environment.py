"""What a person passes to a target: `make preview FORMAT=json`. An empty variable counts as absent."""

import os
from collections.abc import Collection

from commands.errors import CommandError


def variable(name: str) -> str | None:
    """The text of an environment variable, or None."""
    return os.environ.get(name, "").strip() or None


def switch(name: str) -> bool:
    """Whether a variable is `1`; absent, empty and `0` mean no.

    Raises:
        CommandError: any other value.
    """
    value = variable(name)
    if value not in (None, "0", "1"):
        raise CommandError(f"{name}={value}: only {name}=1 (yes) and {name}=0 (no) are known.")
    return value == "1"


def choice(name: str, allowed: Collection[str], default: str) -> str:
    """One of `allowed`.

    Raises:
        CommandError: the variable names something else.
    """
    value = variable(name) or default
    if value not in allowed:
        raise CommandError(f"{name}={value} is unknown. Known: {', '.join(allowed)}.")
    return value
