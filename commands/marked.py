"""Sections of a document that a command writes; the rest of the file belongs to people."""

from pathlib import Path


def put(file: Path, title: str, mark: str, text: str) -> None:
    """Puts `text` between the marks `<!-- mark -->` of `file`, at its end when they are new; `title` begins a new
    file."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    block = "\n".join([begin, text, end])
    known = file.read_text() if file.exists() else title
    head, found, rest = known.partition(begin)
    file.write_text(head + block + rest.partition(end)[2] if found else f"{known.rstrip()}\n\n{block}\n")
