"""An image with the Python that runs these tests, the SDKs of this checkout, and programs of an application.

The files stand where they stand on this machine, for a Python knows its own place. Nothing else is in it: no shell.
"""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from embedded.images import archive
from embedded.images.archive import Config
from embedded.images.tree import Tree

PROGRAMS: Final = Path(__file__).with_name("programs")
_PACKAGES: Final = (
    *("temporalio", "google", "nexusrpc", "typing_extensions.py"),
    *("opentelemetry", "grpc", "opentelemetry_*.dist-info"),
)
"""Patterns. OpenTelemetry finds its parts by what its distributions say of themselves."""
_LEFT_OUT: Final = re.compile(r"test|tests|site-packages|dist-packages|__pycache__|idlelib|tkinter|ensurepip|config-.*")
_LIBRARY: Final = re.compile(r"(?:.* => )?(/\S+) \(0x")


def write(target: Path, reference: str, programs: Mapping[str, str] | None = None) -> None:
    """The archive of the image. Programs are in /app, where it works; `worker.py` is what it starts.

    `programs` are further ones by path: the text of each.
    """
    python = Path(sys.executable).resolve()
    stdlib = Path(sysconfig.get_path("stdlib"))
    packages = Path(sysconfig.get_path("purelib"))
    tree = Tree()
    tree.file(str(python), python, mode=0o755)
    tree.link("usr/local/bin/python", str(python))
    for item in _files(stdlib):
        tree.file(str(item), item)
    for source in (source for pattern in _PACKAGES for source in sorted(packages.glob(pattern))):
        for item in _files(source) if source.is_dir() else [source]:
            tree.file(f"app/site/{item.relative_to(packages)}", item)
    for program in sorted(PROGRAMS.glob("*.py")):
        tree.file(f"app/{program.name}", program)
    for path, text in (programs or {}).items():
        tree.file(path, f"#!{python}\n{text}", mode=0o755)
    native = [
        python,
        *stdlib.rglob("lib-dynload/*.so"),
        *(so for name in ("temporalio", "grpc") for so in (packages / name).rglob("*.so")),
    ]
    libraries = {*_libraries(native)}
    for library in libraries:
        tree.file(library, Path(library).resolve(), mode=0o755)
    archive.write(
        target,
        reference,
        tree,
        Config(
            working_directory="/app",
            command=("python", "/app/worker.py"),
            environment={
                "PATH": "/usr/local/bin",
                "PYTHONHOME": sys.base_prefix,
                "PYTHONPATH": "/app/site",
                "PYTHONDONTWRITEBYTECODE": "1",
                "LD_LIBRARY_PATH": ":".join(sorted({str(Path(library).parent) for library in libraries})),
            },
        ),
    )


def _files(folder: Path) -> Iterator[Path]:
    for item in sorted(folder.iterdir()):
        if _LEFT_OUT.fullmatch(item.name):
            continue
        if item.is_dir():
            yield from _files(item)
        else:
            yield item


def _libraries(files: Iterable[Path]) -> Iterator[str]:
    """What the dynamic linker loads for them, itself included."""
    done = subprocess.run(["ldd", *files], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        if found := _LIBRARY.match(line.strip()):
            yield found[1]
