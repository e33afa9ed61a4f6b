"""`make test-fast`: the tests that need no cluster, no long run of the engine and no minute of their own."""

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
    found = run("fast", "not cluster and not drill and not engine and not slow", Progress())
    print(f"fast tests: {found.line}")
    if not found.succeeded:
        raise CommandError("the fast tests failed." if found.failed else "no test ran: that proves nothing.")
    return 0


def run(name: str, marks: str, progress: Progress) -> Run:
    """Makes the engine that some tests drive, then runs the tests with these marks on all cores."""
    toolchain.ensure(TOOLS, progress)
    return pytest_run.run(name, ["-m", marks, "--numprocesses=auto", "--dist=loadfile"])
