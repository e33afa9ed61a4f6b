"""`make lint`: formatting, style, types, import rules."""

import subprocess
import sys
from pathlib import Path

from commands.errors import CommandError
from commands.stackfile import HERE
from embedded.progress import Progress

_TOOLS = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "formatting": ["ruff", "format", "--check", "."],
    "style": ["ruff", "check", "."],
    "types": ["mypy", "--strict", "."],
    "import rules": ["lint-imports"],
}


def main() -> int:
    """Runs every check, also after one that fails.

    Raises:
        CommandError: names the checks that failed; what they said went to standard error.
    """
    progress = Progress()
    failed = [name for name in CHECKS if not _passes(name, progress)]
    if failed:
        raise CommandError(f"failed: {', '.join(failed)}. `ruff format .` and `ruff check --fix .` mend what they can.")
    return 0


def _passes(name: str, progress: Progress) -> bool:
    tool, *arguments = CHECKS[name]
    progress.say(f"checking {name}")
    done = subprocess.run([_TOOLS / tool, *arguments], cwd=HERE.root, stdout=sys.stderr, check=False)
    return done.returncode == 0
