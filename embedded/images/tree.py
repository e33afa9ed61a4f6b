"""The files of an image, before they become a layer: a plain table from path to entry."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal


@dataclass(frozen=True)
class Entry:
    """One directory, file or symbolic link, with its owner and mode as they stand in the image."""

    kind: Literal["directory", "file", "link"]
    mode: int
    uid: int = 0
    gid: int = 0
    content: bytes | Path = b""
    target: str = ""


@dataclass
class Tree:
    """Entries by path, without a leading slash. Later entries replace earlier ones of the same path."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def directory(self, path: str, mode: int = 0o755, owner: int = 0) -> None:
        """A directory; `owner` is its uid and gid."""
        self.entries[_key(path)] = Entry("directory", mode, owner, owner)

    def file(self, path: str, content: str | bytes | Path, mode: int = 0o644, owner: int = 0) -> None:
        """A file with this text, these bytes, or what a file of this machine holds when the layer is made."""
        data = content.encode() if isinstance(content, str) else content
        self.entries[_key(path)] = Entry("file", mode, owner, owner, content=data)

    def link(self, path: str, target: str) -> None:
        """A symbolic link."""
        self.entries[_key(path)] = Entry("link", 0o777, target=target)

    def folder(self, path: str, source: Path, owner: int = 0) -> None:
        """Everything below `source`, as readable files and directories."""
        self.directory(path, owner=owner)
        for item in sorted(source.rglob("*")):
            name = f"{path}/{item.relative_to(source)}"
            if item.is_dir():
                self.directory(name, owner=owner)
            else:
                self.file(name, item, owner=owner)

    def add(self, other: "Tree") -> None:
        """All entries of `other`; a directory that is here already keeps its owner and mode."""
        for path, entry in other.entries.items():
            if entry.kind != "directory" or path not in self.entries:
                self.entries[path] = entry

    def move(self, path: str, to: str) -> None:
        """Puts an entry at another path. Raises KeyError when there is none."""
        self.entries[_key(to)] = self.entries.pop(_key(path))

    def change(self, path: str, mode: int) -> None:
        """Gives an entry another mode. Raises KeyError when there is none."""
        self.entries[_key(path)] = replace(self.entries[_key(path)], mode=mode)

    def text(self, path: str) -> str:
        """The text of a file that is here. Raises KeyError when there is none."""
        content = self.entries[_key(path)].content
        return (content if isinstance(content, bytes) else content.read_bytes()).decode()

    def complete(self) -> Iterator[tuple[str, Entry]]:
        """All entries sorted by path, every parent directory before what it holds."""
        missing = Entry("directory", 0o755)
        parents = {str(parent): missing for path in self.entries for parent in PurePosixPath(path).parents}
        parents.pop(".", None)
        yield from sorted({**parents, **self.entries}.items())


def _key(path: str) -> str:
    return path.strip("/")
