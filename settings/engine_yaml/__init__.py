"""YAML as the engine reads it (gopkg.in/yaml.v3), with the line of everything. PyYAML only splits the text.

Refused with a line and words are also: what the engine refuses without them (keys that are no text, `.nan`), what it
changes (a date without quotes), what nobody needs (tags, a second document), and what never ends (nesting, anchors that
multiply).
"""

from settings.engine_yaml.builder import parsed
from settings.engine_yaml.errors import DocumentError
from settings.engine_yaml.nodes import Items, Keys, Node, Scalar, lines_below, value_of

__all__ = ["DocumentError", "Items", "Keys", "Node", "Scalar", "lines_below", "parsed", "value_of"]
