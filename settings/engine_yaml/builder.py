"""From a text to its tree, in one pass over the parser's events."""

from typing import Any, Final, NamedTuple

import yaml

from settings.engine_yaml.errors import DocumentError, no_yaml
from settings.engine_yaml.nodes import Items, Keys, Node, Scalar, value_of
from settings.engine_yaml.scalars import ScalarError, meaning
from settings.places import Location, path
from settings.shown import shown, shown_key

_Loader: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE: Final = "<<"
_VERSION: Final = (1, 1)
_DEEPEST: Final = 64
_LARGEST: Final = 200_000


class Parsed(NamedTuple):
    """The one document of a text, None for an empty one, and problems that did not keep the rest from being read."""

    root: Node | None
    problems: list[tuple[int, str]]


def parsed(text: str) -> Parsed:
    """The tree of a text. Raises DocumentError for what keeps it from being read."""
    text = text.removeprefix("\ufeff")
    builder = _Builder(text)
    try:
        root = builder.document()
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError, UnicodeEncodeError) as error:
        raise no_yaml(text, error) from None
    return Parsed(root, builder.problems)


class _Builder:
    """Problems that keep the rest from being read are raised, the others kept."""

    def __init__(self, text: str) -> None:
        self._events: Any = yaml.parse(text, Loader=_Loader)
        self._anchors: dict[str, Node] = {}
        self.problems: list[tuple[int, str]] = []

    def document(self) -> Node | None:
        """The first document, which must be the only one."""
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return None
        if start.version not in (None, _VERSION):
            raise DocumentError(
                [(_line(start), "found %YAML of a version that the engine does not read; drop the line")]
            )
        root = self._node(next(self._events), ())
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise DocumentError([(_line(after), "a second document begins here; a stack file has one")])
        return root

    def _node(self, event: Any, location: Location) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._anchored(event, location)
        line = _line(event)
        if len(location) > _DEEPEST:
            raise DocumentError([(line, f"nested more than {_DEEPEST} deep")])
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._complain(line, location, f"found the tag {shown_key(tag)}; allowed: no tag, and text in quotes")
        if isinstance(event, yaml.MappingStartEvent):
            node = self._keys(line, location)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._items(line, location)
        else:
            node = self._scalar(event, location)
        if node.size > _LARGEST:
            raise DocumentError([(line, f"more than {_LARGEST} keys and values, with every anchor written out")])
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _anchored(self, event: Any, location: Location) -> Node:
        if event.anchor not in self._anchors:
            words = f"found *{event.anchor}; allowed: an anchor whose value ends above this line"
            raise DocumentError([(_line(event), f"{_written(location)}: {words}")])
        return self._anchors[event.anchor]

    def _scalar(self, event: Any, location: Location) -> Node:
        value = event.value
        if event.implicit[0]:
            try:
                value = meaning(event.value)
            except ScalarError as error:
                self._complain(_line(event), location, f"found {shown_key(event.value)}; allowed: {error}")
        return Scalar(_line(event), value)

    def _items(self, line: int, location: Location) -> Node:
        nodes: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            nodes.append(self._node(event, (*location, len(nodes))))
        return Items(line, tuple(nodes), 1 + sum(node.size for node in nodes))

    def _keys(self, line: int, location: Location) -> Node:
        nodes: dict[str, tuple[int, Node]] = {}
        merged: dict[str, tuple[int, Node]] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, location)
            below = self._node(next(self._events), (*location, "?" if key is None else key))
            if key is None:
                continue
            if key in nodes:
                words = f"the key stands here again, first in line {nodes[key][0]}"
                self._complain(_line(event), (*location, key), words)
            nodes.setdefault(key, (_line(event), below))
            if key == _MERGE:
                merged = self._merged(_line(event), below, (*location, key))
        nodes.pop(_MERGE, None)
        nodes = merged | nodes
        return Keys(line, nodes, 1 + sum(below.size for _, below in nodes.values()))

    def _key(self, event: Any, location: Location) -> str | None:
        """None for a key that is no text."""
        node = self._node(event, location if isinstance(event, yaml.ScalarEvent) else (*location, "?"))
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        found = value_of(node)
        hint = f"; write it in quotes: {shown(event.value)}" if isinstance(event, yaml.ScalarEvent) else ""
        self._complain(_line(event), location, f"found the key {shown(found)}; allowed: text{hint}")
        return None

    def _merged(self, line: int, below: Node, location: Location) -> dict[str, tuple[int, Node]]:
        """What `<<` brings; of several mappings the first wins."""
        mappings = below.nodes if isinstance(below, Items) else (below,)
        merged: dict[str, tuple[int, Node]] = {}
        for mapping in mappings:
            if not isinstance(mapping, Keys):
                self._complain(line, location, "found what cannot be merged; allowed: a mapping, such as *anchor")
                continue
            merged = {**mapping.nodes, **merged}
        return merged

    def _complain(self, line: int, location: Location, words: str) -> None:
        self.problems.append((line, f"{_written(location)}: {words}"))


def _written(location: Location) -> str:
    """A location of the whole file as messages name it: `temporal:database.storage`, not `config.temporal:…`."""
    below = location[1:] if location[:1] == ("config",) and len(location) > 1 else location
    return path(below).removeprefix("temporal:") or "the top of the file"


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
