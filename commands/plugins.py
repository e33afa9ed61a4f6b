"""Which provider plugins a run of the engine gets.

The official one of exactly the pinned version where this machine has it, else the stand-in that speaks the same
protocol; nothing stands in for AWS or Temporal Cloud where it is about to act. The engine takes the first
`pulumi-resource-NAME` on its PATH, so a choice is an order of folders.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import versions
from commands.errors import CommandError
from commands.stackfile import HERE
from embedded.progress import Progress

PINNED = {
    "kubernetes": versions.PLUGIN_KUBERNETES,
    "random": versions.PLUGIN_RANDOM,
    "tls": versions.PLUGIN_TLS,
    "aws": versions.PLUGIN_AWS,
    "terraform-provider": versions.PLUGIN_TERRAFORM_PROVIDER,
}
AWS = "aws"
TERRAFORM = "terraform-provider"
LIVE = HERE.root / "standins" / "live" / "bin"
SIMULATED = HERE.root / "standins" / "simulated" / "bin"


@dataclass(frozen=True)
class Plugins:
    """The folders that go first on the engine's PATH, in this order, the plugins that one of them must have, and which
    of these are official."""

    folders: tuple[Path, ...]
    names: tuple[str, ...] = tuple(PINNED)
    official: frozenset[str] = frozenset()


def simulated() -> Plugins:
    """Plugins that touch nothing: inputs checked, outputs predicted."""
    return Plugins((SIMULATED,))


def live(links: Path, progress: Progress, *, names_aws: bool, acts_in_temporal_cloud: bool = False) -> Plugins:
    """Plugins that act. The official ones found are linked into `links`; for the others says what stands in.

    Raises:
        CommandError: the stack names AWS, or makes something in Temporal Cloud, and the official plugin for that
            is not on this machine.
    """
    is_needed = {AWS: names_aws, TERRAFORM: acts_in_temporal_cloud}
    names = tuple(name for name in PINNED if is_needed.get(name, True))
    official = {name: path for name in names if (path := find_official(name, PINNED[name]))}
    if names_aws and AWS not in official:
        raise CommandError(
            f"this stack names AWS, and only Pulumi's own plugin acts there. Install it: {_install(AWS)}"
        )
    if acts_in_temporal_cloud and TERRAFORM not in official:
        raise CommandError(
            "this stack makes something in Temporal Cloud, and only Pulumi's own plugin acts there, with "
            f"Temporal's provider, which it fetches itself. Install it: {_install(TERRAFORM)}"
        )
    shutil.rmtree(links, ignore_errors=True)
    links.mkdir(parents=True)
    for name, path in official.items():
        (links / f"pulumi-resource-{name}").symlink_to(path)
    missing = [name for name in names if name not in official]
    if missing:
        progress.say(_note(missing))
    return Plugins((links, LIVE) if missing else (links,), names, frozenset(official))


def find_official(name: str, version: str) -> Path | None:
    """The executable of the official plugin: installed by Pulumi, or on the PATH and of that very version."""
    for home in _pulumi_homes():
        installed = home / "plugins" / f"resource-{name}-v{version}" / f"pulumi-resource-{name}"
        if os.access(installed, os.X_OK):
            return installed
    on_path = shutil.which(f"pulumi-resource-{name}")
    if on_path is None or Path(on_path).resolve().is_relative_to(HERE.root):
        return None
    from commands.plugin_version import plugin_version  # noqa: PLC0415 - gRPC takes half a second to load

    return Path(on_path) if plugin_version(Path(on_path)) == version else None


def check(plugins: Plugins) -> None:
    """Raises CommandError when a plugin of this checkout lost its executable bit or is gone."""
    for name in plugins.names:
        file = f"pulumi-resource-{name}"
        if not any(os.access(folder / file, os.X_OK) for folder in plugins.folders):
            raise CommandError(
                f"{plugins.folders[-1] / file} is missing or not executable. Restore the checkout: "
                f"git checkout -- {plugins.folders[-1].relative_to(HERE.root)}"
            )


def _pulumi_homes() -> list[Path]:
    configured = os.environ.get("PULUMI_HOME")
    return [*([Path(configured)] if configured else []), Path.home() / ".pulumi"]


def _note(missing: list[str]) -> str:
    installs = "; ".join(map(_install, missing))
    return (
        f"no official plugin for {', '.join(missing)} on this machine: the stand-ins of standins/live act instead. "
        f"For the official ones: {installs}"
    )


def _install(name: str) -> str:
    return f"pulumi plugin install resource {name} {PINNED[name]}"
