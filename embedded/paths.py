"""Where the embedded parts keep what they may lose and make again."""

import os
from pathlib import Path


def cache() -> Path:
    """The folder for downloads, builds and their logs, shared by all checkouts of the user; it may not exist yet.

    `$XDG_CACHE_HOME/temporal-platform`, by default `~/.cache/temporal-platform`. A relative XDG_CACHE_HOME is ignored,
    as the XDG base directory specification says.
    """
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = configured if configured.is_absolute() else Path.home() / ".cache"
    return base / "temporal-platform"
