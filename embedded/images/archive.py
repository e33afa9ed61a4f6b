"""Writes an image as a docker-archive: the tar that `ctr images import` and `docker load` read.

The bytes depend on the arguments alone: entries are sorted, all times are zero, owners are numbers.
"""

import hashlib
import io
import json
import os
import platform
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.images.tree import Entry, Tree

_EPOCH = "1970-01-01T00:00:00Z"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_TYPES = {"directory": tarfile.DIRTYPE, "file": tarfile.REGTYPE, "link": tarfile.SYMTYPE}


@dataclass(frozen=True, kw_only=True)
class Config:
    """How a container of the image starts, in the words of the OCI image configuration. Empty means not set."""

    user: str = ""
    working_directory: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    stop_signal: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def architecture() -> str:
    """This machine's architecture by the name that images use. Raises EmbeddedError for one without builds."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise EmbeddedError(
            f"Images for the architecture {machine} cannot be made here: only {', '.join(_ARCHITECTURES)} are known.\n"
            "What to do: use a machine with one of these, or another cluster with CONTEXT=<kube context>."
        )
    return _ARCHITECTURES[machine]


def write(target: Path, reference: str, tree: Tree, config: Config) -> None:
    """Writes the archive of an image of one layer to `target`, named `reference` exactly."""
    layer = target.with_suffix(".layer")
    try:
        _write_layer(layer, tree)
        diff_id = _sha256(layer)
        configuration = _json(_configuration(config, diff_id))
        configuration_name = f"{hashlib.sha256(configuration).hexdigest()}.json"
        layer_name = f"{diff_id}/layer.tar"
        manifest = [{"Config": configuration_name, "RepoTags": [reference], "Layers": [layer_name]}]
        with tarfile.open(target, "w") as archive:
            _add(archive, configuration_name, Entry("file", 0o644, content=configuration))
            _add(archive, layer_name, Entry("file", 0o644, content=layer))
            _add(archive, "manifest.json", Entry("file", 0o644, content=_json(manifest)))
        with target.open("rb") as written:
            os.fsync(written.fileno())
    finally:
        layer.unlink(missing_ok=True)


def _write_layer(path: Path, tree: Tree) -> None:
    with tarfile.open(path, "w") as layer:
        for name, entry in tree.complete():
            _add(layer, name, entry)


def _add(archive: tarfile.TarFile, name: str, entry: Entry) -> None:
    header = tarfile.TarInfo(name)
    header.type = _TYPES[entry.kind]
    header.mode = entry.mode
    header.uid, header.gid = entry.uid, entry.gid
    header.linkname = entry.target
    if isinstance(entry.content, bytes):
        header.size = len(entry.content)
        archive.addfile(header, io.BytesIO(entry.content))
        return
    with entry.content.open("rb") as content:
        header.size = os.fstat(content.fileno()).st_size
        archive.addfile(header, content)


def _configuration(config: Config, diff_id: str) -> object:
    running = {
        "User": config.user,
        "WorkingDir": config.working_directory,
        "Env": [f"{name}={value}" for name, value in config.environment.items()],
        "Entrypoint": list(config.entrypoint),
        "Cmd": list(config.command),
        "ExposedPorts": {port: {} for port in config.ports},
        "Volumes": {volume: {} for volume in config.volumes},
        "StopSignal": config.stop_signal,
        "Labels": dict(config.labels),
    }
    return {
        "architecture": architecture(),
        "os": "linux",
        "created": _EPOCH,
        "config": {key: value for key, value in running.items() if value},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_id}"]},
        "history": [{"created": _EPOCH, "created_by": "temporal-platform, embedded images"}],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
