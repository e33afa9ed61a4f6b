"""One run of pytest, and what it really ran."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.stackfile import HERE

_NO_TESTS = 5


@dataclass(frozen=True)
class Run:
    """Counts of one run; `skipped` holds the reasons."""

    passed: int
    failed: int
    skipped: tuple[str, ...]
    seconds: float
    code: int

    @property
    def line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped ({self.seconds:.0f} s)"

    @property
    def succeeded(self) -> bool:
        return self.code == 0 and self.failed == 0 and self.passed > 0


def run(name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Runs pytest in the checkout with its output on standard error."""
    report = HERE.state / "tests" / f"{name}.xml"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments],
        cwd=HERE.root,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    return read(report, done.returncode)


def read(report: Path, code: int) -> Run:
    """What a JUnit report of pytest says; a missing one counts as nothing run."""
    if not report.exists():
        return Run(0, 0, (), 0.0, code or _NO_TESTS)
    suite = next(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 — written by our own pytest
    total, failed, errors = (int(suite.get(key, "0")) for key in ("tests", "failures", "errors"))
    skipped = tuple(found.get("message", "") for found in suite.iter("skipped"))
    return Run(
        passed=total - failed - errors - len(skipped),
        failed=failed + errors,
        skipped=skipped,
        seconds=float(suite.get("time", "0")),
        code=code,
    )
