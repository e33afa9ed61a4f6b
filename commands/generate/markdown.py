"""Pieces of Markdown."""

import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table's lines."""
    return [_row(head), f"|{'---|' * len(head)}", *map(_row, rows)]


def code(text: str) -> str:
    """`text` as code."""
    return f"`{text}`"


def link(title: str) -> str:
    """A link to the heading `title` of the same document."""
    return f"[{title}](#{slug(title)})"


def slug(title: str) -> str:
    """The name that GitHub gives to a heading: lower case, no punctuation, dashes for spaces."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace('<', '&lt;') for cell in cells)} |"
