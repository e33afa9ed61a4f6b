"""A node's life: up, down, find."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from embedded import images, toolchain
from embedded.errors import EmbeddedError
from embedded.node import cgroups, containers, host, kubeconfigs, namespaces, network, pki, settings
from embedded.node.api import Api
from embedded.node.config import NodeConfig
from embedded.node.places import DATA, RUN, Places
from embedded.node.processes import Processes
from embedded.node.programs import TOOLS, Programs
from embedded.progress import Progress
from versions import TEMPORAL_SERVER

READY_SECONDS: Final = 120.0
POLL: Final = 0.2
SYSTEM_FOLDERS: Final = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")


@dataclass(frozen=True)
class Node:
    """A running node. `address` is its end of the link to the host, where NodePorts answer."""

    kubeconfig: Path
    address: str
    context: str = kubeconfigs.CONTEXT


@dataclass(frozen=True)
class _Wanted:
    """Which images the node has besides those that every node has."""

    server: str
    extra_images: Collection[str]


def require(config: NodeConfig) -> None:
    """What can be refused before tools are built for a node. Changes nothing.

    Raises EmbeddedError when the user is not root, the disk is full, or the node has other addresses than asked for.
    """
    host.require_root("A Kubernetes node on this machine")
    places = Places(config.name)
    _require_same_network(config, places)
    host.require_space(places)


def up(
    config: NodeConfig, progress: Progress, server: str = TEMPORAL_SERVER, extra_images: Collection[str] = ()
) -> Node:
    """Brings the node up, or mends it: whatever already works stays as it is. Needs root. The images of Temporal's
    `server` are there afterwards, besides those of the pinned one, and the `extra_images`, names in images.OPTIONAL.

    Raises EmbeddedError when the machine lacks something, or when a program of the node does not work in time.
    """
    require(config)
    places = Places(config.name)
    with _alone(places, progress):
        _require_same_network(config, places)  # again: another `up` may have made the node meanwhile
        tools = toolchain.ensure(TOOLS, progress)
        _prepare(config, places, tools)
        _start(config, places, tools, _Wanted(server, extra_images), progress)
        return _node(config, places)


def down(config: NodeConfig, progress: Progress) -> None:
    """Removes the node with its data, and leaves the machine as it was before.

    Harmless when nothing, or only a part, is there. Needs root.
    Raises EmbeddedError when something of the node cannot be removed.
    """
    host.require_root("Removing a Kubernetes node")
    places = Places(config.name)
    with _alone(places, progress), progress.step(f"removing the node {config.name}"):
        cgroups.kill(places.cgroup, and_also=lambda: namespaces.inhabitants(places))
        network.disconnect(places)
        namespaces.release(places)
        cgroups.remove(places.cgroup)
        for folder in (places.run, places.data):
            if folder.exists():
                shutil.rmtree(folder)
        namespaces.remove_mount_points()
        places.lock.unlink()
        for folder in (RUN, DATA):
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()


def find(config: NodeConfig) -> Node | None:
    """The node of that name when its API server answers, else None; with the addresses it has. Changes nothing.

    Raises EmbeddedError for a user who may not read the node's files.
    """
    places = Places(config.name)
    try:
        record = _read_record(places)
    except PermissionError as error:
        raise EmbeddedError(f"{places.data} belongs to root. Run the command as root.") from error
    if record is None or not places.kubeconfig.exists() or not Api(places, record.addresses.node).ready():
        return None
    return _node(record, places)


def _prepare(config: NodeConfig, places: Places, tools: toolchain.Tools) -> None:
    """Everything the programs find when they start."""
    plan = config.addresses
    if not network.is_connected(places):
        host.require_free_range(plan, places.interface)
    places.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_record(places, config)
    if not namespaces.exist(places):
        host.require_kernel()
        _clear_run(places)
        namespaces.create(places)
    cgroups.create(places.cgroup)
    network.connect(places, plan)
    pki.ensure(places.pki, pki.leaves(config.name, plan))
    kubeconfigs.write(places, plan.node)
    settings.write(config, places, tools)


def _clear_run(places: Places) -> None:
    """What outlived the namespaces, or the machine's restart where /run is a disk, cannot be used again."""
    cgroups.kill(places.cgroup)
    network.disconnect(places)
    namespaces.release(places)
    if places.run.exists():
        shutil.rmtree(places.run)


def _start(config: NodeConfig, places: Places, tools: toolchain.Tools, wanted: _Wanted, progress: Progress) -> None:
    """Starts what does not run, each when what it needs is there, and waits until the node takes pods."""
    api = Api(places, config.addresses.node)
    programs = Programs(config, places, tools, api)
    processes = Processes(places, _environment(tools))
    storage, containerd, apiserver = programs.etcd(), programs.containerd(), programs.apiserver()
    others = [programs.kubelet(), programs.controller_manager(), programs.scheduler(), programs.proxy()]
    guests = [programs.dns(), programs.volumes()]  # their rights are among the objects
    everything = [storage, containerd, apiserver, *others, *guests]
    with ThreadPoolExecutor(1) as beside, progress.step(f"bringing up the node {config.name}"):
        processes.ensure([storage, containerd])
        processes.wait([storage])
        processes.ensure([apiserver])
        processes.wait([containerd])
        loading = beside.submit(_load_images, programs, places, wanted, progress)
        processes.wait([apiserver])
        processes.ensure(others)
        for document in settings.objects(config, places, tools):
            api.apply(document)
        processes.ensure(guests)
        processes.wait([*others, *guests])
        _wait_until_ready(api, config.name, lambda: processes.require_alive(everything))
        loading.result()
        processes.require_alive(everything)


def _load_images(programs: Programs, places: Places, wanted: _Wanted, progress: Progress) -> None:
    made = images.ensure(progress, wanted.server, wanted.extra_images)
    containers.load(made, programs.ctr(), places, progress)


def _wait_until_ready(api: Api, name: str, require_alive: Callable[[], None]) -> None:
    """Ready to take pods: the kubelet says so, and the account that pods get by default is there."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        account = api.get("/api/v1/namespaces/default/serviceaccounts/default")
        node = api.get(f"/api/v1/nodes/{name}")
        conditions = node["status"].get("conditions", []) if node else []
        ready = next((condition for condition in conditions if condition["type"] == "Ready"), None)
        if account and ready and ready["status"] == "True":
            return
        if time.monotonic() > deadline:
            reason = ready["message"] if ready else "its kubelet has not registered it"
            raise EmbeddedError(f"The node {name} is not ready after {READY_SECONDS:.0f} s: {reason}.")
        require_alive()
        time.sleep(POLL)


def _node(config: NodeConfig, places: Places) -> Node:
    return Node(kubeconfig=places.kubeconfig, address=str(config.addresses.node))


def _require_same_network(config: NodeConfig, places: Places) -> None:
    """What is in etcd carries addresses of the range the node was made with."""
    record = _read_record(places)
    if record and record != config:
        raise EmbeddedError(
            f"The node {config.name} was made with the addresses {record.network}, not {config.network}. "
            f"Say EMBEDDED_NETWORK={record.network}, or remove the node first with `make down`."
        )


def _read_record(places: Places) -> NodeConfig | None:
    """What the node was made with, or None where there is none."""
    try:
        return NodeConfig(**json.loads(_record(places).read_text()))
    except FileNotFoundError:
        return None


def _write_record(places: Places, config: NodeConfig) -> None:
    """At once: whoever looks for the node meanwhile finds the old record or the new one."""
    fresh = places.data / f".node.json.{os.getpid()}"
    fresh.write_text(json.dumps(asdict(config)))
    fresh.replace(_record(places))


def _record(places: Places) -> Path:
    return places.data / "node.json"


def _environment(tools: toolchain.Tools) -> dict[str, str]:
    """The programs find one another and the system's commands, and nothing else of the caller's environment."""
    folders = dict.fromkeys(str(tools.path(name).parent) for name in TOOLS)
    return {"PATH": os.pathsep.join([*folders, *SYSTEM_FOLDERS]), "HOME": "/root", "LC_ALL": "C.UTF-8"}


@contextmanager
def _alone(places: Places, progress: Progress) -> Iterator[None]:
    """One `up` or `down` of a node at a time; the second waits. `down` may have removed the lock meanwhile."""
    while True:
        places.lock.parent.mkdir(parents=True, exist_ok=True)
        with places.lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress.say(f"waiting for another command that works on the node {places.node}")
                fcntl.flock(lock, fcntl.LOCK_EX)
            if places.lock.exists() and places.lock.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                yield
                return
