"""docs/performance.md: one marked section a part of the benchmark; the rest of the file belongs to people."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.marked import put
from commands.measure import Figures

_MEBIBYTE = 2**20
_TITLE = "# Performance\n\nWhat `make bench` measured. Each section is written by it and tells its own conditions.\n"


@dataclass(frozen=True)
class Row:
    """One measurement; `ratio` is its wall time over the baseline's."""

    title: str
    wall: float
    cpu: float
    peak_memory: int
    ratio: float


@dataclass(frozen=True)
class Section:
    title: str
    rows: Sequence[Row]
    note: str = ""

    def text(self) -> str:
        if not self.rows:
            return "\n".join([f"## {self.title}", "", self.note])
        lines = [
            f"## {self.title}",
            "",
            "| | wall | CPU | peak memory | wall / baseline |",
            "|---|---|---|---|---|",
            *(
                f"| {row.title} | {row.wall:.1f} s | {row.cpu:.1f} s | {row.peak_memory / _MEBIBYTE:.0f} MiB "
                f"| {row.ratio:.1f} |"
                for row in self.rows
            ),
        ]
        return "\n".join([*lines, "", self.note] if self.note else lines)


def write(file: Path, name: str, section: Section, baseline: Figures) -> None:
    """Puts the section between its marks in `file`, at the end when it is new."""
    conditions = (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[0]:.1f}. "
        f"Baseline, the engine's preview of an empty program: {baseline.wall:.1f} s, {baseline.cpu:.1f} s CPU, "
        f"{baseline.peak_memory / _MEBIBYTE:.0f} MiB. CPU and memory are of the command and what it started, "
        "the node's own processes not included."
    )
    put(file, _TITLE, f"bench:{name}", "\n".join([section.text(), "", conditions]))
