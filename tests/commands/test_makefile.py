"""The Makefile by itself: its help, its environment's bootstrap, and that it passes variables on."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.checkout import ROOT, Checkout

TARGETS = [
    "up",
    "down",
    "outputs",
    "env",
    "shell",
    "logs",
    "test-alert",
    "preview",
    "render",
    "cost",
    "bootstrap",
    "test",
    "test-fast",
    "lint",
    "bench",
    "drill",
    "generate",
    "help",
]


@pytest.fixture
def made(checkout: Checkout) -> Checkout:
    """The tried checkout with the Makefile and an environment that is ready."""
    for name in ("Makefile", "constraints.txt"):
        shutil.copy(ROOT / name, checkout.root / name)
    (checkout.root / ".venv").mkdir()
    (checkout.root / ".venv" / "bin").symlink_to(ROOT / ".venv" / "bin")
    stamp = make(checkout, "-n", "outputs").stdout
    name = next(word for word in stamp.split() if word.startswith(".venv/requirements-"))
    (checkout.root / name).touch()
    return checkout


def make(checkout: Checkout, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *words],
        cwd=checkout.root,
        env=checkout.environment(variables),
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_is_the_default_and_names_every_target(made: Checkout) -> None:
    """`make` alone builds nothing and lists what there is."""
    shown = make(made).stdout
    assert sorted(line.split()[1] for line in shown.splitlines() if line.startswith("make ")) == sorted(TARGETS)
    assert 'eval "$(make -s env)"' in shown
    assert "STACK=local  SHOW_SECRETS=1" in shown


def test_results_alone_on_stdout_and_variables_passed(made: Checkout) -> None:
    """A variable on make's command line reaches the command; stdout stays empty when there is no result."""
    ran = make(made, "-s", "outputs", "STACK=lokal")
    assert ran.stdout == ""
    assert ran.stderr.startswith("make outputs: there is no stack 'lokal'.")
    assert ran.returncode == 2


def test_changed_requirements_renew_the_environment(made: Checkout) -> None:
    """The stamp is of the contents: another pin makes the environment out of date."""
    (made.root / "requirements.txt").unlink()
    (made.root / "requirements.txt").write_text("pulumi==0.0.0\n")
    assert "commands/bootstrap.sh" in make(made, "-n", "outputs").stdout


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ("#!/bin/sh\ncase $1 in --version) echo Python 3.9.2;; *) exit 1;; esac\n", "Python 3.9.2 is too old: "),
        ("#!/bin/sh\ncase $2 in *ensurepip*) exit 1;; esac\n", "Python lacks ensurepip"),
    ],
)
def test_python_that_does_not_do(checkout: Checkout, tmp_path: Path, python: str, message: str) -> None:
    """Too old, or without ensurepip and without root to mend that: one message, and no half environment."""
    shutil.copy(ROOT / "Makefile", checkout.root)
    shutil.copy(ROOT / "constraints.txt", checkout.root)
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, content in {"python-x": python, "id": "#!/bin/sh\necho 1000\n"}.items():
        (folder / name).write_text(content)
        (folder / name).chmod(0o755)
    path = f"{folder}:{checkout.environment({})['PATH']}"
    ran = make(checkout, "-s", "outputs", PATH=path, PYTHON=str(folder / "python-x"))
    assert message in ran.stderr
    assert "Install" in ran.stderr
    assert ran.returncode == 2
    assert not (checkout.root / ".venv").exists()
