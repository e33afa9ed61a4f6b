"""`make lint`: formatting, style, types, import rules, stack files."""

import subprocess
import sys
from pathlib import Path

from commands.errors import CommandError
from commands.stackfile import HERE
from embedded.progress import Progress

TOOLS = Path(sys.executable).parent
_SCHEMA = "schemas/stack.schema.json"
_CONTRACT = "contract/schema.json"
_STACK_FILES = ("Pulumi.*.yaml", "examples/stacks/*.yaml", "tests/cluster/Pulumi.*.yaml")


def main() -> int:
    """Runs every check, also after one that fails.

    Raises:
        CommandError: names the checks that failed; what they said went to standard error.
    """
    progress = Progress()
    failed = [name for name, command in checks().items() if not _passes(name, command, progress)]
    if failed:
        raise CommandError(f"failed: {', '.join(failed)}. `ruff format .` and `ruff check --fix .` mend what they can.")
    return 0


def checks() -> dict[str, list[str]]:
    """The command of each check. None of them needs the network: the schemas and their metaschema are files here."""
    return {
        "formatting": ["ruff", "format", "--check", "."],
        "style": ["ruff", "check", "."],
        "types": ["mypy", "--strict", "."],
        "import rules": ["lint-imports"],
        "the schema": ["check-jsonschema", "--check-metaschema", _SCHEMA],
        "the schema of the outputs": ["check-jsonschema", "--check-metaschema", _CONTRACT],
        "stack files": ["check-jsonschema", "--no-cache", "--schemafile", _SCHEMA, *stack_files(HERE.root)],
    }


def stack_files(root: Path) -> list[str]:
    """The stack files of a checkout: its own, the examples, those of tests."""
    return sorted(str(file.relative_to(root)) for pattern in _STACK_FILES for file in root.glob(pattern))


def _passes(name: str, command: list[str], progress: Progress) -> bool:
    tool, *arguments = command
    progress.say(f"checking {name}")
    done = subprocess.run([TOOLS / tool, *arguments], cwd=HERE.root, stdout=sys.stderr, check=False)
    return done.returncode == 0
