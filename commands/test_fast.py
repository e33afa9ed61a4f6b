"""`make test-fast`: every test that needs no cluster."""

from commands import pytest_run
from commands.engine import TOOLS
from commands.errors import CommandError
from commands.pytest_run import Run
from embedded import toolchain
from embedded.progress import Progress


def main() -> int:
    """Runs the tests; their output goes to standard error, one summary to standard output.

    Raises:
        CommandError: a test failed, or none ran.
    """
    found = run(Progress())
    print(f"fast tests: {found.line}")
    if not found.succeeded:
        raise CommandError("the fast tests failed." if found.failed else "no test ran: that proves nothing.")
    return 0


def run(progress: Progress) -> Run:
    """Makes the engine that some tests drive, then runs everything without the mark `cluster`."""
    toolchain.ensure(TOOLS, progress)
    return pytest_run.run("fast", ["-m", "not cluster", "--numprocesses=auto", "--dist=loadfile"])
