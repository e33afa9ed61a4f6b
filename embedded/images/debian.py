"""Debian packages as parts of images: downloaded with apt, never installed on this machine.

Package lists live in a folder of our own, so the machine's apt state is neither needed nor changed; its configured
sources are used as they are. What was downloaded once is kept and used again without a question to the network.
"""

import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from urllib.parse import unquote

from embedded.errors import EmbeddedError
from embedded.images.tree import Entry, Tree
from embedded.progress import Progress

_INDEX = "index.json"
# Debian 12 has /bin, /sbin and the library folders as links into /usr; its packages still carry the old paths.
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")


@dataclass(frozen=True)
class Package:
    """A downloaded package: its Debian version, the digest of its file, and where the file is."""

    version: str
    sha256: str
    file: Path


def ensure(names: Sequence[str], folder: Path, progress: Progress) -> Mapping[str, Package]:
    """The packages of these names, from `folder` when they were downloaded before, else the newest that apt offers.

    Raises EmbeddedError naming what is missing when the package sources cannot be reached or lack a package.
    """
    store = folder / sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]
    if not (store / _INDEX).exists():
        folder.mkdir(parents=True, exist_ok=True)
        with (
            progress.step(f"downloading {len(names)} Debian packages for the images"),
            tempfile.TemporaryDirectory(dir=folder, prefix="download-") as work,
        ):
            fresh = Path(work) / "packages"
            fresh.mkdir()
            _download(names, fresh, Path(work))
            _write_index(fresh)
            fresh.rename(store)
    index: dict[str, dict[str, str]] = json.loads((store / _INDEX).read_text())
    return {name: Package(found["version"], found["sha256"], store / found["file"]) for name, found in index.items()}


def unpack(package: Package, work: Path, wanted: Callable[[str], bool]) -> Tree:
    """The package's files whose path (without a leading slash, below /usr as Debian 12 has it) is `wanted`.

    File contents are put into `work`. Raises EmbeddedError when the package's file is damaged.
    """
    tree = Tree()
    store = Path(tempfile.mkdtemp(dir=work))
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package.file], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as stream:
                for member in stream:
                    path = _merged(member.name)
                    if path and wanted(path):
                        tree.entries[path] = _entry(tree, stream, member, store / str(len(tree.entries)))
        except tarfile.TarError as error:
            raise EmbeddedError(
                f"The downloaded package {package.file} is damaged: {error}.\n"
                f"What to do: remove {package.file.parent} and run the command again; it is downloaded anew."
            ) from error
    return tree


def _merged(name: str) -> str:
    path = name.removeprefix(".").strip("/")
    return f"usr/{path}" if path.split("/", 1)[0] in _MERGED else path


def _entry(tree: Tree, stream: tarfile.TarFile, member: tarfile.TarInfo, content: Path) -> Entry:
    if member.isdir():
        return Entry("directory", member.mode, member.uid, member.gid)
    if member.issym():
        return Entry("link", 0o777, target=member.linkname)
    if member.islnk():
        return tree.entries[_merged(member.linkname)]
    data = stream.extractfile(member)
    if data is None:
        raise tarfile.ReadError(f"unexpected kind of entry {member.name}")
    with data, content.open("wb") as file:
        while block := data.read(1 << 20):
            file.write(block)
    return Entry("file", member.mode, member.uid, member.gid, content=content)


def _download(names: Sequence[str], into: Path, work: Path) -> None:
    lists = work / "lists"
    (lists / "partial").mkdir(parents=True)
    options = {
        "Dir::State::lists": str(lists),
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root",  # the sandbox user cannot write into a folder of ours
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "30",
        "Acquire::Languages": "none",
    }
    apt = ["apt-get", "-q", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]
    # A source that we do not need may fail here; what counts is whether the packages come.
    update = _run([*apt, "update"], into)
    download = _run([*apt, "download", *names], into)
    present = {path.name.split("_", 1)[0] for path in into.glob("*.deb")}
    missing = sorted(set(names) - present)
    if missing or download.returncode:
        raise EmbeddedError(
            "Debian packages that the embedded images are made of cannot be downloaded.\n"
            f"Missing: {', '.join(missing)}\n"
            f"apt says: {_complaints(download) or _complaints(update)}\n"
            "What to do: check that this machine is a Debian 12 and reaches its package sources"
            " (apt-get update), then run the command again."
        )


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise EmbeddedError(
            f"{command[0]} is not on this machine; the embedded images are made of Debian packages.\n"
            "What to do: use a Debian 12 machine, or another cluster with CONTEXT=<kube context>."
        ) from error


def _complaints(result: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in result.stderr.splitlines() if line.startswith(("E:", "Err:", "W:"))]
    return " / ".join(lines[-3:])


def _write_index(folder: Path) -> None:
    index = {}
    for file in sorted(folder.glob("*.deb")):
        name, version, _ = file.name.split("_", 2)
        with file.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
        index[name] = {"version": unquote(version), "sha256": digest, "file": file.name}
    (folder / _INDEX).write_text(json.dumps(index, indent=1, sort_keys=True))
