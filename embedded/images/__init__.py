"""The images that the embedded node runs, made on this machine under their official names.

What each is made of and where it differs from the official one stands in docs/embedded.md.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from hashlib import file_digest, sha256
from pathlib import Path

from embedded import paths, toolchain
from embedded.images import archive, debian, maven, opensearch, pause, postgres, prometheus, temporal, versitygw
from embedded.images.debian import Package
from embedded.images.recipes import Inputs, Recipe
from embedded.progress import Progress
from embedded.toolchain import Tools, space, store
from versions import TEMPORAL_SERVER

RECIPES: tuple[Recipe, ...] = (
    temporal.server(TEMPORAL_SERVER),
    temporal.admin_tools(TEMPORAL_SERVER),
    temporal.UI,
    postgres.RECIPE,
    pause.RECIPE,
)
"""What every node has."""

OPTIONAL: Mapping[str, Recipe] = {
    recipe.reference: recipe
    for recipe in (
        opensearch.RECIPE,
        versitygw.RECIPE,
        prometheus.PROMETHEUS,
        prometheus.ALERTMANAGER,
        prometheus.POSTGRES_EXPORTER,
        prometheus.ELASTICSEARCH_EXPORTER,
    )
}
"""What a node has when a stack on it needs it, by reference."""


def tools_of(extra: Collection[str]) -> tuple[str, ...]:
    """The tools that only these references in OPTIONAL need: asked for together with all others, they are there before
    Go's caches go."""
    wanted = {tool for reference in extra for tool in OPTIONAL[reference].tools}
    return tuple(name for name in toolchain.OPTIONAL_NAMES if name in wanted)


def ensure(progress: Progress, server: str = TEMPORAL_SERVER, extra: Collection[str] = ()) -> dict[str, Path]:
    """Image reference (`versions.*_IMAGE`) to its docker-archive tar in the cache; makes what is missing. With another
    version of `server` than the pinned one, that server's images too, and the `extra` ones, references in OPTIONAL.

    An archive is made again when anything that goes in has changed. With all tools, packages and archives in the cache
    the network is not asked. Several processes may call this at once: one makes, the others wait.
    Raises EmbeddedError when a tool, a package or a file cannot be had, or the disk is full.
    """
    standard = (*RECIPES, *_other_server(server))
    # Packages are kept by the set they were asked for in, so what is optional leaves the standard set as it is.
    groups = (standard, *((OPTIONAL[reference],) for reference in sorted(set(extra))))
    recipes = [recipe for group in groups for recipe in group]
    tools = {version: _tools(recipes, version, progress) for version in {recipe.server for recipe in recipes}}
    folder = paths.cache() / "images"
    what = "the images of the embedded node"
    with space.told(what), store.lock("images", what, progress, threading.Event()):
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        made: dict[str, Path] = {}
        for group in groups:
            packages = _packages(group, folder, progress)
            made |= {
                recipe.reference: _image(recipe, tools[recipe.server], packages, folder, progress) for recipe in group
            }
        return made


def _other_server(version: str) -> tuple[Recipe, ...]:
    return () if version == TEMPORAL_SERVER else (temporal.server(version), temporal.admin_tools(version))


def _packages(recipes: Sequence[Recipe], folder: Path, progress: Progress) -> Mapping[str, Package]:
    names = sorted({package for recipe in recipes for package in recipe.packages})
    return debian.ensure(names, folder / "debian", progress)


def _tools(recipes: Sequence[Recipe], server: str, progress: Progress) -> Tools:
    names = sorted({tool for recipe in recipes if recipe.server == server for tool in recipe.tools})
    return toolchain.ensure(names, progress, server)


def _image(recipe: Recipe, tools: Tools, packages: Mapping[str, Package], folder: Path, progress: Progress) -> Path:
    target = folder / f"{recipe.title}-{_key(recipe, tools, packages)}.tar"
    if not target.exists():
        files = maven.ensure(recipe.artifacts, folder / "maven", progress)
        with (
            progress.step(f"making image {recipe.reference}"),
            tempfile.TemporaryDirectory(dir=folder, prefix="making-") as work,
        ):
            tree, config = recipe.build(Inputs(tools, packages, files, Path(work)))
            made = Path(work) / "image.tar"
            archive.write(made, recipe.reference, tree, config)
            made.rename(target)
    return target


def _key(recipe: Recipe, tools: Tools, packages: Mapping[str, Package]) -> str:
    """A digest of everything that goes into the image: its name, this code, the tools' bytes, packages and files."""
    parts = {
        "reference": recipe.reference,
        "architecture": archive.architecture(),
        "code": _digest(Path(__file__).parent),
        "tools": {name: _digest(tools.path(name)) for name in recipe.tools},
        "packages": {name: packages[name].sha256 for name in recipe.packages},
        "artifacts": {artifact.path: artifact.sha256 for artifact in recipe.artifacts},
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _digest(path: Path) -> str:
    if path.is_dir():
        files = sorted(item for item in path.rglob("*") if item.is_file() and item.suffix != ".pyc")
        return sha256("".join(f"{item.relative_to(path)} {_digest(item)}\n" for item in files).encode()).hexdigest()
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _remove_leftovers(folder: Path) -> None:
    """What a killed process left; called under the lock, so nobody works in these folders."""
    for leftover in (*folder.glob("making-*"), *folder.glob("debian/download-*"), *folder.glob("maven/download-*")):
        shutil.rmtree(leftover)
