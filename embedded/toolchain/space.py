"""Room on the disk: asked for before building, and named when it ran out."""

import errno
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.paths import cache
from embedded.toolchain.processes import CommandError
from embedded.toolchain.recipes import Recipe

_MEGABYTE = 1024**2
_GIGABYTE = 1024**3


def require(recipes: Iterable[Recipe]) -> None:
    """Raises EmbeddedError when the disk of the cache has too little room to make `recipes`; about 17 GB for all."""
    place = cache()
    place.mkdir(parents=True, exist_ok=True)
    need = sum(recipe.megabytes for recipe in recipes) * _MEGABYTE
    free = shutil.disk_usage(place).free
    # What an interrupted run left in Go's caches is room already taken; counting it is slow, so only when it matters.
    if free < need and free + _used(place / "go") < need:
        raise EmbeddedError(
            f"The disk of {place} has {free / _GIGABYTE:.1f} GB free; building the tools needs about "
            f"{need / _GIGABYTE:.1f} GB.\nFree some, or set XDG_CACHE_HOME to a folder on a larger disk, and run "
            "the same command again. Most of it is given back when the tools are built."
        )


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turns a disk that becomes full while `what` is being made into an EmbeddedError."""
    try:
        yield
    except OSError as error:
        # shutil gathers the errors of many files into one that has no number.
        if error.errno == errno.ENOSPC or "No space left on device" in str(error):
            raise _full(what) from error
        raise
    except CommandError as error:
        if error.disk_full:
            raise _full(what) from error
        raise


def _full(what: str) -> EmbeddedError:
    place = cache()
    free = shutil.disk_usage(place).free / _GIGABYTE
    return EmbeddedError(
        f"The disk is full: {what} could not be made in {place} ({free:.1f} GB free now).\n"
        "Free some room, or set XDG_CACHE_HOME to a folder on a larger disk, and run the same command again; "
        "what is finished is kept."
    )


def _used(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
