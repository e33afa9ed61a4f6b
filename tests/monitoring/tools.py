"""Prometheus' own tools."""

import shutil
from pathlib import Path


def promtool() -> Path:
    """The executable promtool. Raises FileNotFoundError where there is none: what needs it never passes without."""
    found = shutil.which("promtool")
    if found is None:
        raise FileNotFoundError("promtool is not in PATH: rules cannot be tested without it")
    return Path(found)
