"""Debian packages: unpacked into the cache, or installed where plain commands are missing."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.progress import Progress
from embedded.toolchain import store
from embedded.toolchain.messages import log_of, quoted
from embedded.toolchain.processes import CommandError, Processes
from embedded.toolchain.recipes import DebianPackage, SystemPackage

_LOCK = "apt"
_OPTIONS = ("-o", "APT::Sandbox::User=root", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=1")
_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def fetch(recipe: DebianPackage, target: Path, processes: Processes, progress: Progress) -> None:
    """Downloads the package and unpacks it into `target`; none of its scripts run. Raises CommandError."""
    log = store.log(recipe.name)
    download = target / "download"
    download.mkdir()
    with store.lock(_LOCK, "Debian packages", progress, processes.stopping):
        _with_fresh_lists(["download", recipe.name], log, processes, cwd=download)
    for package in download.glob("*.deb"):
        processes.run(["dpkg-deb", "--extract", str(package), str(target)], log=log)
    shutil.rmtree(download)


def find(package: SystemPackage) -> dict[str, Path] | None:
    """Tool to path for an installed package, or None when one of its commands is missing. Runs nothing."""
    # /usr/sbin is often not on the PATH of a person who is not root.
    path = os.pathsep.join((os.environ.get("PATH", ""), *_SYSTEM_FOLDERS))
    tools = {tool: shutil.which(tool, path=path) for tool in package.tools}
    return {tool: Path(found) for tool, found in tools.items() if found} if all(tools.values()) else None


def install(packages: Iterable[SystemPackage], processes: Processes, progress: Progress) -> None:
    """Installs packages of plain commands. Raises EmbeddedError when that fails, or without root."""
    names = [package.name for package in packages]
    command = f"apt-get install {' '.join(names)}"
    if os.geteuid() != 0:
        raise EmbeddedError(
            f"These Debian packages are missing, and installing them needs root: {', '.join(names)}.\n"
            f"Run: sudo {command}\nor run the same command again as root."
        )
    log = store.log(_LOCK)
    try:
        with (
            store.lock(_LOCK, "Debian packages", progress, processes.stopping),
            progress.step(f"installing {', '.join(names)}"),
        ):
            _with_fresh_lists(["install", "--yes", "--no-install-recommends", *names], log, processes)
    except CommandError as error:
        raise EmbeddedError(
            f"These Debian packages are missing and could not be installed: {', '.join(names)}.\n"
            f"{quoted(error)}\n{log_of(error)}\n"
            f"Check that the Debian mirror can be reached, or install them by hand: {command}"
        ) from error


def _with_fresh_lists(words: list[str], log: Path, processes: Processes, cwd: Path | None = None) -> None:
    """Runs apt-get, and once more with new package lists: a bare machine has none, an old one names what is gone."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    command = ["apt-get", *_OPTIONS, *words]
    try:
        processes.run(command, log=log, cwd=cwd, env=env)
    except CommandError:
        if os.geteuid() != 0:
            raise
        processes.run(["apt-get", *_OPTIONS, "update"], log=log, env=env)
        processes.run(command, log=log, cwd=cwd, env=env)
