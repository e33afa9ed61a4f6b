"""A text's tree: values with their lines."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settings.places import Location


@dataclass(frozen=True)
class Scalar:
    """Text, a number, true, false or nothing."""

    line: int
    value: Any
    size: int = 1


@dataclass(frozen=True)
class Items:
    """A list."""

    line: int
    nodes: tuple["Node", ...]
    size: int


@dataclass(frozen=True)
class Keys:
    """A mapping: the line of each key and what it stands for. Keys of a merge (`<<`) stand where they were written."""

    line: int
    nodes: Mapping[str, tuple[int, "Node"]]
    size: int


Node = Scalar | Items | Keys


def value_of(node: Node) -> Any:
    """What the engine makes of it."""
    match node:
        case Items():
            return [value_of(item) for item in node.nodes]
        case Keys():
            return {key: value_of(below) for key, (_, below) in node.nodes.items()}
        case Scalar():
            return node.value


def lines_below(node: Node) -> Iterator[tuple[Location, int]]:
    """The line of every key and item below."""
    found: list[tuple[int | str, int, Node]] = []
    if isinstance(node, Keys):
        found = [(key, line, below) for key, (line, below) in node.nodes.items()]
    elif isinstance(node, Items):
        found = [(index, item.line, item) for index, item in enumerate(node.nodes)]
    for step, line, below in found:
        yield (step,), line
        yield from (((step, *rest), deeper) for rest, deeper in lines_below(below))
