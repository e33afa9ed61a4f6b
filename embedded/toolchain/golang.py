"""Go modules: fetched, compiled, and their caches dropped when nobody needs them any more."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from embedded.paths import cache
from embedded.progress import Progress
from embedded.toolchain import store
from embedded.toolchain.processes import Processes
from embedded.toolchain.recipes import COMPILE_FLAGS, LINK_FLAGS, GoModule, ModuleFile, key
from versions import GO

CACHES_LOCK = "go-caches"

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
        self._run(recipe, "list", "-deps", "-f", "{{/* only for the downloads */}}", *packages)
        for file in recipe.files.values():
            self._module_folder(recipe, file)

    def build(self, recipe: GoModule, target: Path) -> None:
        """Compiles the commands of a fetched recipe and copies its files into `target`. Raises CommandError."""
        made = target / "bin"
        made.mkdir()
        symbols = " ".join(f"-X {variable}={value}" for variable, value in recipe.symbols.items())
        packages = {tool: recipe.package(tool) for tool in recipe.commands}
        self._run(recipe, "build", "-ldflags", f"{LINK_FLAGS} {symbols}".strip(), "-o", f"{made}/", *packages.values())
        for tool, package in packages.items():
            (made / package.rpartition("/")[2]).rename(made / tool)
        for tool, file in recipe.files.items():
            _copy(self._module_folder(recipe, file) / file.path, made / tool)

    def _workspace(self, recipe: GoModule) -> Path:
        return self._caches / "work" / key(recipe)

    def _go_mod(self, recipe: GoModule) -> str:
        lines = ["module embedded.invalid/tools", f"go {GO}", f"require {recipe.module} v{recipe.version}"]
        lines += [f"require {module} v{version}" for module, version in recipe.requires.items()]
        lines += [f"tool {recipe.package(tool)}" for tool in recipe.commands]
        if recipe.staging:
            lines += [f"replace {module} => {module} v{recipe.staging}" for module in self._staged_modules(recipe)]
        return "\n".join(lines) + "\n"

    def _staged_modules(self, recipe: GoModule) -> list[str]:
        """The modules of the recipe's own repository: it requires them as v0.0.0, which no proxy serves."""
        go_mod = self._download(recipe, recipe.module, recipe.version)["GoMod"]
        content = json.loads(self._run(recipe, "mod", "edit", "-json", go_mod))
        return [required["Path"] for required in content["Require"] if required["Version"] == "v0.0.0"]

    def _module_folder(self, recipe: GoModule, file: ModuleFile) -> Path:
        return Path(self._download(recipe, file.module, file.version)["Dir"])

    def _download(self, recipe: GoModule, module: str, version: str) -> dict[str, str]:
        output = self._run(recipe, "mod", "download", "-json", f"{module}@v{version}")
        answer: dict[str, str] = json.loads(output[output.index("{") : output.rindex("}") + 1])
        return answer

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
    """Removes Go's module and build caches, more than 5 GB; leaves them when another process builds with them."""
    caches, dropped = cache() / "go", cache() / "go.dropped"
    if not caches.exists() and not dropped.exists():
        return
    with store.exclusive(CACHES_LOCK) as alone:
        if not alone:
            return
        with progress.step("removing Go's caches, which are not needed any more"):
            # Renamed first: a cache that an interrupt left half removed would break the next build.
            _remove(dropped)
            if caches.exists():
                caches.rename(dropped)
            _remove(dropped)


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    _make_writable(folder)
    shutil.rmtree(folder)


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
