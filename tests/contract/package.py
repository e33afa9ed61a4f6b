"""`temporal-platform-contract` as consumers get it: built from the folder `contract` and installed, all offline."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_QUIETLY = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")


def build(folder: Path) -> Path:
    """The wheel, made in `folder` of a copy: setuptools leaves its own files beside the sources."""
    copy = folder / "contract"
    shutil.copytree(ROOT / "contract", copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    _pip("wheel", *_QUIETLY, "--no-build-isolation", "--wheel-dir", str(folder), str(copy))
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(wheel: Path, folder: Path) -> Path:
    """The Python of a fresh environment with nothing but the package."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    _pip("--python", str(python), "install", *_QUIETLY, str(wheel))
    return python


def unpacked(wheel: Path, folder: Path) -> Path:
    """A folder for PYTHONPATH with nothing but the package."""
    _pip("install", *_QUIETLY, "--target", str(folder), str(wheel))
    return folder


def _pip(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
