"""Short commands and their failures."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from embedded.errors import EmbeddedError


def execute(command: Sequence[str | Path], *, purpose: str, stdin: str | None = None) -> str:
    """Runs `command` and returns its standard output. Raises EmbeddedError with `purpose` and what it printed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise EmbeddedError(f"Cannot {purpose}: {words[0]} is not on this machine.") from error
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise EmbeddedError(f"Cannot {purpose}: {' / '.join(told[-3:])} (command: {' '.join(words)})")
    return done.stdout


def succeeds(command: Sequence[str | Path]) -> bool:
    """Whether `command` is there and exits with zero."""
    try:
        return not subprocess.run([str(word) for word in command], capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False
