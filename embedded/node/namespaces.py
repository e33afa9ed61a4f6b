"""The node's network and mount namespaces: what it mounts and listens on exists in them alone.

Both are held by a file each, so they outlive the processes in them. The mount namespace keeps every mount of the
kubelet and of containerd out of the host's table, gives the node its own folder in each place that a program has
compiled in, and covers the kernel settings that a kubelet would change for the whole machine.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from embedded.node.execute import execute, succeeds
from embedded.node.places import DATA, RUN, Places

COMPILED_IN: Final = {
    "kubelet": Path("/var/lib/kubelet"),  # device plugin socket
    "cni": Path("/var/lib/cni"),  # results of the network plugins
    "container-logs": Path("/var/log/containers"),  # links the kubelet makes to the logs of pods
    "shims": Path("/run/containerd"),  # sockets of containerd's shims
}
"""Folder in the node's data: where the programs insist on it (kubelet, libcni and containerd have no option)."""

KUBELET_SETTINGS: Final = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}
"""What a kubelet writes under /proc/sys at its start (pkg/kubelet/cm and k8s.io/component-helpers/node/util/sysctl)."""


def enter(places: Places) -> list[str]:
    """The words before a command that put it into the node's namespaces."""
    return ["nsenter", f"--net={places.network_namespace}", f"--mount={places.mount_namespace}", "--"]


def exist(places: Places) -> bool:
    """Whether both namespaces are held, and were completed."""
    return _complete(places).exists() and all(_is_mounted(file) for _, file in _files(places))


def create(places: Places) -> None:
    """Makes both namespaces."""
    folder = places.namespaces
    folder.mkdir(parents=True, exist_ok=True)
    execute(["mount", "--bind", folder, folder], purpose="prepare the node's namespaces")
    execute(["mount", "--make-private", folder], purpose="prepare the node's namespaces")
    places.network_namespace.touch()
    places.mount_namespace.touch()
    _make_mount_points()
    execute(
        [
            "unshare",
            f"--net={places.network_namespace}",
            f"--mount={places.mount_namespace}",
            "--propagation=slave",  # what the host unmounts must not stay busy in here
            *("sh", "-ec", _mounts(places)),
        ],
        purpose="make the node's namespaces",
    )
    _complete(places).touch()


def release(places: Places) -> None:
    """Lets both namespaces go; with the last process in them their mounts and interfaces vanish."""
    for file in (places.mount_namespace, places.network_namespace, places.namespaces):
        while _is_mounted(file):
            execute(["umount", file], purpose="let the node's namespaces go")


def inhabitants(places: Places) -> set[int]:
    """The processes in one of the node's two namespaces."""
    held = {(kind, file.stat().st_ino) for kind, file in _files(places) if _is_mounted(file)}
    found: set[int] = set()
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            found.update(int(process.name) for kind, inode in held if _namespace(process, kind) == inode)
    return found


def remove_mount_points() -> None:
    """Removes the empty folders that were made only to mount on, once no node is left."""
    if any(RUN.glob("*/namespaces")):
        return
    for place in COMPILED_IN.values():
        if (marker := _marker(place)).exists():
            if place.exists() and not any(place.iterdir()):
                place.rmdir()
            marker.unlink()


def _complete(places: Places) -> Path:
    """There once everything is mounted; an interrupted start leaves namespaces without it."""
    return places.run / "namespaces-complete"


def _files(places: Places) -> Sequence[tuple[str, Path]]:
    return [("net", places.network_namespace), ("mnt", places.mount_namespace)]


def _namespace(process: Path, kind: str) -> int | None:
    try:
        return (process / "ns" / kind).stat().st_ino
    except OSError:  # the process has ended
        return None


def _is_mounted(file: Path) -> bool:
    """A bind mount of a folder onto itself is no mount point to os.path.ismount, so the mount table is asked."""
    return any(line.split()[4] == os.fspath(file) for line in Path("/proc/self/mountinfo").read_text().splitlines())


def _make_mount_points() -> None:
    for place in COMPILED_IN.values():
        if not place.exists():
            _marker(place).touch()
            place.mkdir(parents=True)


def _marker(place: Path) -> Path:
    return DATA / f"made{str(place).replace('/', '-')}"


def _mounts(places: Places) -> str:
    """A shell script that mounts, inside the new mount namespace, what the node needs to see differently."""
    lines = ["mount --make-rshared /"]
    for name, place in COMPILED_IN.items():
        own = (places.run if place.is_relative_to("/run") else places.data) / name
        own.mkdir(parents=True, exist_ok=True)
        # A peer group of its own: else each mount below appears a second time in the node's data.
        lines += [f"mount --bind {own} {place}", f"mount --make-private {place}", f"mount --make-shared {place}"]
    for setting, value in KUBELET_SETTINGS.items():
        own = places.run / "sysctl" / setting
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(f"{value}\n")
        lines.append(f"mount --bind {own} /proc/sys/{setting}")
    return "\n".join(lines)


def kernel_offers(command: Sequence[str]) -> bool:
    """Whether `command` succeeds in a network namespace that ends with it."""
    return succeeds(["unshare", "--net", *command])
