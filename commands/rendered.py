"""The folder of a render: files that a later render may replace or remove, beside others that it must not touch."""

from collections.abc import Mapping
from pathlib import Path

from commands.errors import CommandError

LIST = ".rendered"
_HEAD = "# Written by make render, which replaces these files and removes what it no longer makes:"


class Folder:
    """`root` is made by the first render. The file `.rendered` in it lists what renders wrote."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._list = root / LIST

    def refuse_if_not_ours(self) -> None:
        """Raises CommandError when there is something else than a folder of renders."""
        if self._root.is_dir():
            if self._list.is_file() or not any(self._root.iterdir()):
                return
            raise CommandError(
                f"OUT={self._root}: the folder holds files that make render did not write (there is no {LIST}). "
                "Name a new or an empty folder."
            )
        if self._root.exists() or self._root.is_symlink():
            raise CommandError(f"OUT={self._root} is not a folder. Name a new or an empty folder.")

    def write(self, files: Mapping[str, str]) -> None:
        """Makes the folder's own files exactly these; keys are paths in it. Everything else in it stays.

        Raises:
            CommandError: a file of that name is there and no render wrote it; nothing is changed then.
        """
        before = self._listed()
        foreign = [name for name in files if name not in before and (self._root / name).exists()]
        if foreign:
            raise CommandError(
                f"OUT={self._root}: {', '.join(foreign)} would be overwritten, and make render did not write that. "
                "Move it away, or name another folder."
            )
        self._root.mkdir(parents=True, exist_ok=True)
        self._remember({*before, *files})  # an interrupted render leaves nothing that the next one would not know
        for name, text in files.items():
            file = self._root / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        for name in before - set(files):
            (self._root / name).unlink(missing_ok=True)
        self._remember(set(files))

    def _listed(self) -> set[str]:
        lines = self._list.read_text().splitlines() if self._list.is_file() else []
        return {line for line in lines if _is_inside(line)}

    def _remember(self, names: set[str]) -> None:
        self._list.write_text("\n".join([_HEAD, *sorted(names)]) + "\n")


def _is_inside(line: str) -> bool:
    """A line that someone wrote by hand must not lead to a file elsewhere."""
    return line == "aws.json" or (line.startswith("kubernetes/") and line.count("/") == 1 and line.endswith(".yaml"))
