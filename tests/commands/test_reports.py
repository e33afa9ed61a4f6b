"""What the tests' and the benchmark's commands conclude from what they ran."""

from pathlib import Path

import pytest

from commands import performance, pytest_run, test
from commands.measure import Figures, run
from commands.performance import Row, Section
from commands.pytest_run import Run

REPORT = """\
<testsuites><testsuite tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}" time="12.3">
{cases}</testsuite></testsuites>
"""


def report(folder: Path, tests: int, failures: int = 0, errors: int = 0, skipped: tuple[str, ...] = ()) -> Path:
    cases = "".join(f'<testcase><skipped message="{reason}"/></testcase>\n' for reason in skipped)
    file = folder / "report.xml"
    file.write_text(REPORT.format(tests=tests, failures=failures, errors=errors, skipped=len(skipped), cases=cases))
    return file


def test_counts(tmp_path: Path) -> None:
    """Errors count as failures, skipped tests not as passed."""
    found = pytest_run.read(report(tmp_path, 10, failures=1, errors=2, skipped=("no root",)), 1)
    assert (found.passed, found.failed, found.skipped, found.succeeded) == (6, 3, ("no root",), False)
    assert found.line == "6 passed, 3 failed, 1 skipped (12 s)"


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (Run(3, 0, (), 1.0, 0), "ok: 3 passed, 0 failed, 0 skipped (1 s)"),
        (Run(0, 0, (), 0.0, 5), "FAILED: no test ran"),
        (Run(0, 0, ("no root",), 0.0, 0), "FAILED: no test ran"),
        (Run(3, 0, ("no root",), 1.0, 0), "FAILED: 3 passed, 0 failed, 1 skipped (1 s); skipped: no root"),
        (
            Run(3, 0, ("no official plugin on this machine",), 1.0, 0),
            "ok: 3 passed, 0 failed, 1 skipped (1 s)",
        ),
        (Run(3, 0, ("no Grafana on this machine",), 1.0, 0), "ok: 3 passed, 0 failed, 1 skipped (1 s)"),
        (Run(3, 0, (), 1.0, 3), "FAILED: 3 passed, 0 failed, 0 skipped (1 s)"),
    ],
)
def test_what_did_not_run_does_not_count(found: Run, verdict: str) -> None:
    """`make test` is not satisfied by tests that were skipped, or by none at all."""
    assert test._tests(found) == verdict


def test_no_report(tmp_path: Path) -> None:
    """pytest that died leaves no report: that is no success, whatever its exit code."""
    assert not pytest_run.read(tmp_path / "none.xml", 0).succeeded


def test_section_is_replaced_and_the_rest_kept(tmp_path: Path) -> None:
    """Writing a part again changes that part alone."""
    file = tmp_path / "performance.md"
    baseline = Figures(1.0, 0.5, 50 * 2**20, "")
    first = Section("Preview", [Row("make preview", 4.0, 2.0, 100 * 2**20, 4.0)])
    performance.write(file, "preview", first, baseline)
    performance.write(file, "life", Section("Life", [Row("make up", 60.0, 9.0, 2**30, 60.0)], "A note."), baseline)
    file.write_text(f"{file.read_text()}\nWritten by a person.\n")
    second = Section("Preview", [Row("make preview", 5.0, 2.0, 100 * 2**20, 5.0)])
    performance.write(file, "preview", second, baseline)
    text = file.read_text()
    assert "| make preview | 5.0 s | 2.0 s | 100 MiB | 5.0 |" in text
    assert "| make preview | 4.0 s" not in text
    assert "| make up | 60.0 s | 9.0 s | 1024 MiB | 60.0 |\n\nA note." in text
    assert text.endswith("\nWritten by a person.\n")
    assert text.count("<!-- bench:preview -->") == 1


def test_measuring_counts_the_children(tmp_path: Path) -> None:
    """The memory of a grandchild is part of the figure, and so is its processor time; its own share is told apart."""
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    child = (
        "b = bytearray(200 * 2**20); import time; t = time.process_time()\nwhile time.process_time() - t < 0.6: pass"
    )
    figures = run(["python3", "-c", program, child], tmp_path, process="-c\0b = ")
    assert figures.peak_memory > 200 * 2**20
    assert figures.cpu >= 0.6
    assert 200 * 2**20 < figures.share.peak_memory <= figures.peak_memory
    assert 0.3 < figures.share.cpu <= figures.cpu
