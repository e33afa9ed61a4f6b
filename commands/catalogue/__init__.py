"""What Temporal servers let an operator configure, read from their own Go source.

For each minor version `settings/catalogue/<minor>/` holds `dynamic_config.json` and `configuration.json`, so that a
stack's settings are held against the very server that will read them: the server itself only warns about a dynamic
config key that it does not know, and says nothing at all about an unknown key of its configuration. `metrics.json`
holds what the server emits: a query for a metric that does not exist is answered with nothing, and an alert on it never
fires.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from commands.catalogue import configuration, dynamic_config, metrics, source
from commands.errors import CommandError
from commands.stackfile import HERE
from embedded.progress import Progress

FOLDER = HERE.root / "settings" / "catalogue"


def write(versions: Sequence[str], progress: Progress, folder: Path = FOLDER) -> None:
    """Renews the files of each server in `versions`, such as `1.32.2`, of which every minor has one.

    Raises:
        CommandError: two versions of one minor, a source that could not be fetched, or one that says what this reader
            does not understand; no file is written for that version then.
        EmbeddedError: the Go toolchain could not be had.
    """
    minors = [minor(version) for version in versions]
    if len(set(minors)) != len(minors):
        raise CommandError(f"{', '.join(versions)}: only one version of each minor can have a catalogue.")
    with source.reader(progress) as reader:
        for version in versions:
            with progress.step(f"reading the source of the Temporal server {version}"):
                server = reader.server(version)
                files = {
                    "dynamic_config.json": dynamic_config.catalogue(server),
                    "configuration.json": configuration.catalogue(server),
                    "metrics.json": metrics.catalogue(server),
                }
            _write(folder / minor(version), files)


def minor(version: str) -> str:
    """`1.32` for `1.32.2`."""
    return version.rpartition(".")[0]


def _write(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
