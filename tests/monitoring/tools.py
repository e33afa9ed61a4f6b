"""Prometheus' own tools, of the versions that stacks run."""

from pathlib import Path

from embedded import toolchain
from embedded.progress import Progress


def promtool() -> Path:
    """The executable promtool; made when the cache lacks it."""
    return toolchain.ensure(["promtool"], Progress()).path("promtool")


def amtool() -> Path:
    """The executable amtool; made when the cache lacks it."""
    return toolchain.ensure(["amtool"], Progress()).path("amtool")
