"""Go modules: fetched, compiled, and their caches dropped when nobody needs them any more."""

import atexit
import contextlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from embedded.paths import cache
from embedded.progress import Progress
from embedded.toolchain import store
from embedded.toolchain.processes import Processes
from embedded.toolchain.recipes import (
    COMPILE_FLAGS,
    LINK_FLAGS,
    GoModule,
    ModuleFile,
    ReplacingGoModule,
    TaggedGoModule,
    key,
)
from versions import GO

CACHES_LOCK = "go-caches"
REMOVAL = "removal of Go's caches"
_DROPPED = "go.dropped-"

# Where modules come from and how they are checked stays as the user's Go is configured; what is compiled does not.
_KEPT_SETTINGS = (
    "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS", "GOENV",
)  # fmt: skip


class GoBuilder:
    """Builds Go modules with one Go toolchain, in Go caches of the project's own."""

    def __init__(self, go: Path, processes: Processes) -> None:
        """`go` is the executable inside its toolchain's folder."""
        self._go = go
        self._processes = processes
        self._caches = cache() / "go"
        (self._caches / "tmp").mkdir(parents=True, exist_ok=True)

    def fetch(self, recipe: GoModule) -> None:
        """Brings every source that the recipe's commands need into the module cache, checked by Go's checksum database.

        Raises CommandError.
        """
        workspace = self._workspace(recipe)
        workspace.mkdir(parents=True, exist_ok=True)
        (workspace / "go.mod").write_text(self._go_mod(recipe))
        packages = [recipe.package(tool) for tool in recipe.commands]
        self._run(recipe, "list", *_tags(recipe), "-deps", "-f", "{{/* only for the downloads */}}", *packages)
        for file in recipe.files.values():
            self._module_folder(recipe, file)

    def build(self, recipe: GoModule, target: Path) -> None:
        """Compiles the commands of a fetched recipe and copies its files into `target`. Raises CommandError."""
        made = target / "bin"
        made.mkdir()
        symbols = " ".join(f"-X {variable}={value}" for variable, value in recipe.symbols.items())
        packages = {tool: recipe.package(tool) for tool in recipe.commands}
        flags = [*_tags(recipe), "-ldflags", f"{LINK_FLAGS} {symbols}".strip()]
        self._run(recipe, "build", *flags, "-o", f"{made}/", *packages.values())
        for tool, package in packages.items():
            (made / package.rpartition("/")[2]).rename(made / tool)
        for tool, file in recipe.files.items():
            _copy(self._module_folder(recipe, file) / file.path, made / tool)

    def source(self, module: str, version: str) -> Path:
        """The folder with a module's own source, without what it requires. Raises CommandError."""
        return Path(_answer(self._go_alone("mod", "download", "-json", f"{module}@v{version}"))["Dir"])

    def run(self, program: Path, *arguments: str) -> None:
        """Compiles and runs the Go files in the folder `program`, which need the standard library alone.

        Raises CommandError, also when the program ends with another status than 0.
        """
        self._go_alone("run", *(str(file) for file in sorted(program.glob("*.go"))), *arguments)

    def _go_alone(self, *words: str) -> str:
        """Go without a module around it."""
        return self._processes.run(
            [str(self._go), *words], log=store.log("go-source"), cwd=self._caches, env=self._environment(os.environ)
        )

    def _workspace(self, recipe: GoModule) -> Path:
        return self._caches / "work" / key(recipe)

    def _go_mod(self, recipe: GoModule) -> str:
        lines = ["module embedded.invalid/tools", f"go {GO}", f"require {recipe.module} v{recipe.version}"]
        lines += [f"require {module} v{version}" for module, version in recipe.requires.items()]
        lines += [f"tool {recipe.package(tool)}" for tool in recipe.commands]
        if recipe.staging:
            lines += [f"replace {module} => {module} v{recipe.staging}" for module in self._staged_modules(recipe)]
        if isinstance(recipe, ReplacingGoModule):
            lines += self._own_replacements(recipe)
        return "\n".join(lines) + "\n"

    def _staged_modules(self, recipe: GoModule) -> list[str]:
        """The modules of the recipe's own repository: it requires them as v0.0.0, which no proxy serves."""
        required = self._own_go_mod(recipe)["Require"]
        return [module["Path"] for module in required if module["Version"] == "v0.0.0"]

    def _own_replacements(self, recipe: GoModule) -> list[str]:
        """Lines that put one version of a module in place of another."""
        said = [(each["Old"]["Path"], each["New"]) for each in self._own_go_mod(recipe)["Replace"]]
        return [f"replace {old} => {new['Path']} {new['Version']}" for old, new in said]

    def _own_go_mod(self, recipe: GoModule) -> dict[str, Any]:
        go_mod = self._download(recipe, recipe.module, recipe.version)["GoMod"]
        return _answer(self._run(recipe, "mod", "edit", "-json", go_mod))

    def _module_folder(self, recipe: GoModule, file: ModuleFile) -> Path:
        return Path(self._download(recipe, file.module, file.version)["Dir"])

    def _download(self, recipe: GoModule, module: str, version: str) -> dict[str, str]:
        return _answer(self._run(recipe, "mod", "download", "-json", f"{module}@v{version}"))

    def _run(self, recipe: GoModule, *words: str) -> str:
        return self._processes.run(
            [str(self._go), *words],
            log=store.log(recipe.name),
            cwd=self._workspace(recipe),
            env=self._environment(os.environ),
        )

    def _environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in inherited.items() if not name.startswith("GO") or name in _KEPT_SETTINGS}
        return kept | {
            "GOROOT": str(self._go.parent.parent),
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "GOFLAGS": COMPILE_FLAGS,
            "CGO_ENABLED": "0",
            "GOCACHE": str(self._caches / "build"),
            "GOMODCACHE": str(self._caches / "mod"),
            "GOTMPDIR": str(self._caches / "tmp"),
        }


def drop_caches(progress: Progress) -> None:
    """Takes Go's module and build caches away, some 17 GB, unless another process builds with them.

    Renaming them is enough to go on; the removal, minutes on some disks, runs beside what follows. The process waits
    for it at its end, and what an interrupted one leaves is removed by the next call.
    """
    caches = cache() / "go"
    with store.exclusive(CACHES_LOCK) as alone:
        if alone and caches.exists():
            # Never removed in place: a cache that an interrupt left half removed would break the next build.
            # A name of its own each time: the removal of earlier ones may still be under way.
            caches.rename(tempfile.mkdtemp(prefix=_DROPPED, dir=cache()))
    dropped = sorted(cache().glob(f"{_DROPPED}*"))
    if dropped:
        removal = threading.Thread(target=_remove, args=(dropped, progress), name=REMOVAL, daemon=True)
        removal.start()
        atexit.register(_wait_for, removal, progress)


def _remove(folders: Sequence[Path], progress: Progress) -> None:
    with progress.step("removing Go's caches, which are not needed any more"):
        for folder in folders:
            shutil.rmtree(folder, onerror=_unlock_and_remove)


def _unlock_and_remove(remove: Callable[[str], None], path: str, _reason: object) -> None:
    """Folders of modules are read-only where Go was once run without -modcacherw. What cannot go is left, and what
    another removal was faster with is gone: only then is it opening or listing a folder that failed."""
    with contextlib.suppress(OSError):
        Path(path).parent.chmod(0o755)
        if remove in (os.unlink, os.rmdir):
            remove(path)


def _wait_for(removal: threading.Thread, progress: Progress) -> None:
    if removal.is_alive():
        progress.say("waiting until Go's caches are removed (Ctrl-C leaves the rest to the next run)")
        with contextlib.suppress(KeyboardInterrupt):
            removal.join()


def _tags(recipe: GoModule) -> list[str]:
    return ["-tags", ",".join(recipe.tags)] if isinstance(recipe, TaggedGoModule) else []


def _answer(output: str) -> dict[str, str]:
    """The one JSON object in what Go printed, among the lines that tell what it downloads."""
    answer: dict[str, str] = json.loads(output[output.index("{") : output.rindex("}") + 1])
    return answer


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=shutil.copyfile)
        _make_writable(target)
    else:
        shutil.copyfile(source, target)
        target.chmod(0o755)


def _make_writable(folder: Path) -> None:
    """Go's module cache is read-only unless told otherwise, and that was not always done."""
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o755)
