"""Proves which images reach the node's containerd, and that a running node gets what it lacks; `ctr` is a script."""

from collections.abc import Collection
from io import StringIO
from pathlib import Path

import pytest

from embedded import images
from embedded.node import containers, lifecycle
from embedded.node.places import Places
from embedded.progress import Progress

CTR = """#!/bin/sh
case "$*" in
    "images list --quiet") cat '{folder}/present' 2> /dev/null || true ;;
    "images import "*) basename "$3" .tar >> '{folder}/present'; echo "$*" >> '{folder}/calls' ;;
    "images label "*) echo "$*" >> '{folder}/calls' ;;
esac
"""


class Folder(Places):
    """Places below a test's folder."""

    base: Path

    @property
    def data(self) -> Path:
        return self.base


class Ctr:
    """The node's containerd: which images it holds, and what `ctr` was asked to change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "ctr"
        self.program.write_text(CTR.format(folder=folder))
        self.program.chmod(0o755)

    def ctr(self) -> list[str]:
        return [str(self.program)]

    @property
    def calls(self) -> list[str]:
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def containerd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ctr:
    """A containerd, and archives that are called like their images: `server`, and what is extra."""
    monkeypatch.setattr(Folder, "base", tmp_path, raising=False)

    def ensure(_: Progress, server: str, extra: Collection[str]) -> dict[str, Path]:
        archives = {name: tmp_path / f"{name}.tar" for name in (server, *extra)}
        for archive in archives.values():
            if not archive.exists():
                archive.write_text("an archive")
        return archives

    monkeypatch.setattr(images, "ensure", ensure)
    return Ctr(tmp_path)


def load(containerd: Ctr, server: str, *extra: str) -> None:
    wanted = lifecycle._Wanted(server, extra)
    lifecycle._load_images(containerd, Folder("trial"), wanted, Progress(StringIO()))  # type: ignore[arg-type]


def test_a_running_node_gets_the_extra_images_and_no_other_again(containerd: Ctr) -> None:
    """Without them nothing but the standard images; later the one that is missing, kept from being collected."""
    load(containerd, "server")
    assert containerd.calls == [
        f"images import {containerd.folder}/server.tar",
        f"images label server {containers.PINNED}",
    ]
    load(containerd, "server", "search")
    assert containerd.calls[2:] == [
        f"images import {containerd.folder}/search.tar",
        f"images label search {containers.PINNED}",
    ]
    load(containerd, "server", "search")
    assert len(containerd.calls) == 4


def test_what_one_stack_needed_stays_when_the_next_does_not_ask_for_it(containerd: Ctr) -> None:
    """One node serves every stack."""
    load(containerd, "server", "search")
    load(containerd, "server")
    load(containerd, "server", "search")
    assert len(containerd.calls) == 4


def test_an_image_of_another_build_is_loaded_again(containerd: Ctr) -> None:
    """Its name says nothing of what is inside."""
    load(containerd, "server", "search")
    (containerd.folder / "search.tar").write_text("another archive")
    load(containerd, "server", "search")
    assert [call for call in containerd.calls if "import" in call][2:] == [
        f"images import {containerd.folder}/search.tar"
    ]
