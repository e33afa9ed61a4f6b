"""Images in the node's containerd."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from embedded.node.execute import execute
from embedded.node.places import Places
from embedded.progress import Progress

RECORD: Final = "images.json"
PINNED: Final = "io.cri-containerd.pinned=pinned"
"""Keeps the kubelet from collecting an image that no registry could give back."""


def load(images: Mapping[str, Path], ctr: Sequence[str], places: Places, progress: Progress) -> None:
    """Imports each archive in `images` under its reference, unless that very archive is there already."""
    record = places.data / RECORD
    loaded: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    present = set(execute([*ctr, "images", "list", "--quiet"], purpose="list the node's images").split())
    for reference, archive in images.items():
        mark = _mark(archive)
        if reference in present and loaded.get(reference) == mark:
            continue
        with progress.step(f"loading {reference}"):
            execute([*ctr, "images", "import", archive], purpose=f"load the image {reference} from {archive}")
            execute([*ctr, "images", "label", reference, PINNED], purpose=f"keep the image {reference}")
        loaded[reference] = mark
        record.write_text(json.dumps(loaded, indent=2))


def _mark(archive: Path) -> str:
    """Tells one build of an archive from another without reading gigabytes."""
    status = archive.stat()
    return f"{archive} {status.st_size} {status.st_mtime_ns}"
