"""Files of Maven Central as parts of images: each pinned by its SHA-256, so where they come from is no matter of trust.

MAVEN_REPOSITORY names a mirror of the repository. What was downloaded once is kept and used again.
"""

import os
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from http.client import HTTPException
from pathlib import Path

from embedded.errors import EmbeddedError
from embedded.images.tree import Tree
from embedded.progress import Progress

CENTRAL = "https://repo1.maven.org/maven2"
_SECONDS = 60


@dataclass(frozen=True)
class Artifact:
    """One file of a repository: its coordinates, what kind of file it is, and its digest."""

    group: str
    name: str
    version: str
    kind: str
    sha256: str

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"{self.name}-{self.version}.{self.kind}"

    @property
    def path(self) -> str:
        """Its place in a repository, by Maven's layout."""
        return f"{self.group.replace('.', '/')}/{self.name}/{self.version}/{self.file}"


def ensure(artifacts: Sequence[Artifact], folder: Path, progress: Progress) -> dict[str, Path]:
    """The artifacts' files by name, from `folder` when they were downloaded before. Digests are checked every time.

    Raises EmbeddedError when the repository cannot be reached, lacks one, or gives other bytes.
    """
    places = {artifact: folder / artifact.file for artifact in artifacts}
    missing = [
        artifact for artifact, place in places.items() if not place.exists() or _digest(place) != artifact.sha256
    ]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            progress.step(f"downloading {len(missing)} files from Maven Central"),
            tempfile.TemporaryDirectory(dir=folder, prefix="download-") as work,
        ):
            for artifact in missing:
                _download(artifact, Path(work) / artifact.file).rename(places[artifact])
    return {artifact.name: place for artifact, place in places.items()}


def unpack(file: Path, work: Path, wanted: Callable[[str], bool], owner: int = 0) -> Tree:
    """What a zip holds and is `wanted`, with the zip's modes; everything belongs to `owner`.

    File contents are put into `work`.
    """
    tree = Tree()
    store = Path(tempfile.mkdtemp(dir=work))
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if not wanted(member.filename):
                continue
            mode = member.external_attr >> 16 & 0o777
            if member.is_dir():
                tree.directory(member.filename, mode=mode, owner=owner)
                continue
            content = store / str(len(tree.entries))
            with archive.open(member) as source, content.open("wb") as target:
                shutil.copyfileobj(source, target)
            tree.file(member.filename, content, mode=mode, owner=owner)
    return tree


def _download(artifact: Artifact, target: Path) -> Path:
    repository = os.environ.get("MAVEN_REPOSITORY") or CENTRAL
    url = f"{repository.rstrip('/')}/{artifact.path}"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer, target.open("wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file)
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        raise EmbeddedError(
            "A file of Maven Central that the embedded images are made of cannot be downloaded.\n"
            f"Missing: {url}\n"
            f"The reason: {error}\n"
            "What to do: check that this machine reaches the repository (proxy: https_proxy; a mirror:"
            " MAVEN_REPOSITORY=<its address>), then run the command again."
        ) from error
    found = _digest(target)
    if found != artifact.sha256:
        raise EmbeddedError(
            f"{url} is not the file that is pinned: its SHA-256 is {found}, not {artifact.sha256}.\n"
            "What to do: check what stands between this machine and Maven Central (https_proxy, MAVEN_REPOSITORY), then"
            " run the command again; the file was not kept."
        )
    return target


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
