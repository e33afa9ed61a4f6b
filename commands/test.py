"""`make test`: lint, the fast tests, and the tests on a real cluster; all of it, or it fails."""

import os

from commands import lint, pytest_run, test_fast
from commands.errors import CommandError
from commands.pytest_run import Run
from commands.tests_node import tests_node
from embedded.progress import Progress

MAY_SKIP = ("official plugin", "no Grafana")
"""A test may be skipped only where it compares with plugins, or draws with a Grafana, that this machine lacks; its
reason says one of these words."""

_AT_ONCE = ("--numprocesses=2", "--dist=loadscope")
"""Deployments wait more than they work, so two go on beside each other. Files that share a stack stay together
(tests/cluster/conftest.py)."""


def main() -> int:
    """Runs the parts one after another, also after one that failed, and prints a summary.

    Raises:
        CommandError: a part failed or did not run.
    """
    if os.geteuid() != 0:
        raise CommandError(
            "the tests on a real cluster need root: they start a Kubernetes node in namespaces of its own. "
            "Run it as root (sudo make test), or run what needs none: make lint test-fast"
        )
    progress = Progress()
    parts = {
        "lint": _lint(),
        "no cluster": _tests(test_fast.run("no-cluster", "not cluster and not drill", progress)),
        "cluster": _tests(_cluster(progress)),
    }
    print("\n".join(f"{name:<10} {verdict}" for name, verdict in parts.items()))
    failed = [name for name, verdict in parts.items() if not verdict.startswith("ok")]
    if failed:
        raise CommandError(f"failed: {', '.join(failed)}.")
    return 0


def _lint() -> str:
    try:
        lint.main()
    except CommandError as error:
        return f"FAILED: {error}"
    return "ok"


def _tests(run: Run) -> str:
    forbidden = [reason for reason in run.skipped if not any(words in reason for words in MAY_SKIP)]
    if run.passed + run.failed == 0:
        return "FAILED: no test ran"
    if not run.succeeded:
        return f"FAILED: {run.line}"
    if forbidden:
        return f"FAILED: {run.line}; skipped: {'; '.join(forbidden)}"
    return f"ok: {run.line}"


def _cluster(progress: Progress) -> Run:
    with tests_node(progress) as node:
        return pytest_run.run("cluster", [*_AT_ONCE, "-m", "cluster", "tests/cluster"], node)
