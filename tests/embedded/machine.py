"""A machine with a package mirror and finished tools, all made up, and how the images that it makes are read.

`apt-get` is a script of ours that copies from a folder, so no network is used.
"""

import json
import subprocess
import tarfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from embedded import images, toolchain
from embedded.images import postgres
from embedded.progress import Progress
from embedded.toolchain import Tools
from versions import TEMPORAL_SERVER

FOLDERS = ("temporal-schema", "temporal-ui-config")
# What the recipes look for in a package, beside a copyright file that every package has.
CONTENTS = {
    "busybox": {"bin/busybox": "busybox"},
    "bash-static": {"bin/bash-static": "bash"},
    "gosu": {"usr/sbin/gosu": "gosu"},
    "libc6": {"lib/x86_64-linux-gnu/libc.so.6": "libc", "lib/x86_64-linux-gnu/libm.so.6": "libm"},
    "libc-bin": {"usr/bin/getent": "getent", "usr/bin/ldd": "ldd"},
    "ca-certificates": {
        "usr/share/ca-certificates/mozilla/B.crt": "second",
        "usr/share/ca-certificates/mozilla/A.crt": "first\n",
    },
    "tzdata": {"usr/share/zoneinfo/Europe/Berlin": "zone", "usr/share/zoneinfo/right/UTC": "leap"},
    "base-passwd": {
        "usr/share/base-passwd/passwd.master": "root:*:0:0:root:/root:/bin/bash\n",
        "usr/share/base-passwd/group.master": "root:*:0:\n",
    },
    "openjdk-17-jre-headless": {"usr/lib/jvm/java-17-openjdk-amd64/bin/java": "java"},
    "postgresql-15": {
        "usr/share/postgresql/15/postgresql.conf.sample": "a = 1\n#listen_addresses = 'localhost'\t# what\nb = 2\n",
        "usr/lib/postgresql/15/lib/llvmjit.so": "jit",
        "usr/lib/postgresql/15/lib/bitcode/postgres/a.bc": "bitcode",
        "usr/share/man/man1/psql.1.gz": "manual",
    },
}
APT = """#!/bin/sh
echo "$*" >> '{folder}/calls'
case " $* " in *" update"*) exit 0;; esac
for name; do
    [ -e "{folder}/mirror/$name.deb" ] && cp "{folder}/mirror/$name.deb" "$PWD/${{name}}_1%3a2-${{name}}_all.deb"
done
[ ! -e '{folder}/broken' ] || {{ cat '{folder}/broken' >&2; exit 100; }}
"""


class Machine:
    """A machine with a package mirror and finished tools, all made up; `calls` is what apt-get was asked."""

    def __init__(self, folder: Path, mirror: Path) -> None:
        self.folder = folder
        self.tools = folder / "tools"
        self.progress = StringIO()
        (folder / "mirror").symlink_to(mirror)
        (folder / "bin").mkdir()
        (folder / "bin/apt-get").write_text(APT.format(folder=folder))
        (folder / "bin/apt-get").chmod(0o755)
        self.tools.mkdir()

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []

    def ensure_tools(self, names: list[str], _progress: Progress, server: str = TEMPORAL_SERVER) -> Tools:
        folder = self.tools if server == TEMPORAL_SERVER else self.folder / server
        folder.mkdir(exist_ok=True)
        for name in names:
            path = folder / name
            if name in FOLDERS:
                path.mkdir(exist_ok=True)
                (path / "docker.yaml").write_text(f"file of {name}")
            elif not path.exists():
                path.write_text(f"program {name}" if server == TEMPORAL_SERVER else f"program {name} {server}")
        return Tools({name: folder / name for name in names})

    def make(self, server: str = TEMPORAL_SERVER, extra: Collection[str] = ()) -> dict[str, Path]:
        return images.ensure(Progress(self.progress), server, extra)


def packages(names: Collection[str], folder: Path) -> Path:
    """A mirror with a package of each of these names."""
    mirror = folder / "mirror"
    mirror.mkdir()
    for name in sorted(names):
        _package(name, mirror, folder)
    return mirror


def _package(name: str, mirror: Path, folder: Path) -> None:
    root = folder / name
    files = {f"usr/share/doc/{name}/copyright": "free", f"usr/share/doc/{name}/NEWS": "news", **CONTENTS.get(name, {})}
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
        (root / path).chmod(0o755 if "/bin/" in f"/{path}" else 0o644)
    control = (
        f"Package: {name}\nVersion: 1:2-{name}\nArchitecture: all\nMaintainer: nobody <n@example.com>\nDescription: x\n"
    )
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(control)
    words = ("dpkg-deb", "--root-owner-group", "-Znone", "--build")
    subprocess.run([*words, root, mirror / f"{name}.deb"], check=True, capture_output=True)


@contextmanager
def made_up(folder: Path, mirror: Path) -> Iterator[Machine]:
    machine = Machine(folder, mirror)
    locale = folder / "locale"
    locale.mkdir()
    (locale / "LC_CTYPE").write_text("characters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patch.setenv("PATH", f"{folder / 'bin'}:/usr/bin:/bin")
        patch.setattr(toolchain, "ensure", machine.ensure_tools)
        patch.setattr(postgres, "_locale", lambda _: locale)
        yield machine


def read(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, tarfile.TarInfo], dict[str, str]]:
    """The manifest, the configuration, the layer's headers by path, and its files' texts by path."""
    with tarfile.open(path) as outer:
        blobs = {member.name: outer.extractfile(member).read() for member in outer}  # type: ignore[union-attr]
    manifest = json.loads(blobs["manifest.json"])
    configuration = blobs[manifest[0]["Config"]]
    layer = blobs[manifest[0]["Layers"][0]]
    assert set(blobs) == {"manifest.json", manifest[0]["Config"], *manifest[0]["Layers"]}
    assert manifest[0]["Config"] == f"{sha256(configuration).hexdigest()}.json"
    diff_ids = json.loads(configuration)["rootfs"]["diff_ids"]
    assert diff_ids == [f"sha256:{sha256(layer).hexdigest()}"]
    layer_path = path.with_suffix(".unpacked")
    layer_path.write_bytes(layer)
    with tarfile.open(layer_path) as inner:
        headers = {member.name: member for member in inner}
        texts = {
            name: inner.extractfile(member).read().decode()  # type: ignore[union-attr]
            for name, member in headers.items()
            if member.isfile()
        }
    layer_path.unlink()
    return manifest, json.loads(configuration), headers, texts


def owner(header: tarfile.TarInfo) -> tuple[int, int, int]:
    return header.mode, header.uid, header.gid
