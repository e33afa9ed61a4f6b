"""The keys of one server's configuration file.

The server decodes it with yaml.v3 into the struct `Config` of its package `common/config` and lets unknown keys pass,
so that struct, with yaml.v3's rules (`getStructInfo` in its yaml.go), says what has an effect. Case matters.

A struct is an object of its keys, a map `{"*": …}`, a list `{"[]": …}`. Everything else is a word: string, bool, int,
uint, float, duration (Go's text such as `1h30m`; yaml.v3 refuses numbers), any.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from commands.catalogue.source import MODULE, Server
from commands.errors import CommandError

ROOT = f"{MODULE}/common/config.Config"
Tree = str | dict[str, Any]
_WORDS = {"time.Duration": "duration", "time.Time": "time"}


def catalogue(server: Server) -> dict[str, Any]:
    """The content of `configuration.json`. Raises CommandError for what no YAML can fill or cannot be followed here."""
    return {"server": server.version, "keys": tree(server.facts["types"], ROOT)}


def tree(types: Mapping[str, Any], root: str) -> Tree:
    """What YAML may fill in a value of the type `root`, one of `types`, which the program in `reader/` describes."""
    return _Walk(types).named(root, (), root.rpartition("/")[2])


class _Walk:
    """Follows types from one to the next. `above` are the named types around; `at` names the place to people."""

    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types = types

    def named(self, name: str, above: Sequence[str], at: str) -> Tree:
        """A type that contains itself is a word, its name, where it appears again."""
        if name in _WORDS:
            return _WORDS[name]
        if name in above:
            return name.rpartition("/")[2]
        declared = self._types[name]
        inside = (*above, name)
        if declared["decoder"]:
            return self._decoded(declared, inside, at)
        if declared["text"] and declared["underlying"]["kind"] != "basic":
            raise CommandError(f"{at}: {name} reads itself from a text; teach the reader what it is.")
        return self._shape(declared["underlying"], inside, at)

    def _shape(self, shape: Mapping[str, Any], above: Sequence[str], at: str) -> Tree:
        match shape["kind"]:
            case "named":
                return self.named(shape["name"], above, at)
            case "struct":
                return self._struct(shape["fields"], above, at)
            case "map":
                return {"*": self._shape(shape["of"], above, f"{at}.*")}
            case "list":
                return {"[]": self._shape(shape["of"], above, f"{at}[]")}
            case "any":
                return "any"
            case "basic":
                return str(shape["name"]).rstrip("0123456789")
        raise CommandError(f"{at}: no YAML can fill {shape['name']}.")

    def _struct(self, fields: Sequence[Mapping[str, Any]], above: Sequence[str], at: str) -> dict[str, Any]:
        keys: dict[str, Any] = {}
        for field in fields:
            tag, *flags = field["tag"].split(",")
            if field["tag"] == "-" or not (field["exported"] or field["embedded"]):
                continue
            if "inline" in flags:
                inlined = self._shape(field["type"], above, at)
                _add(keys, inlined if isinstance(inlined, dict) else {field["name"]: inlined}, at)
                continue
            key = tag or field["name"].lower()
            _add(keys, {key: self._shape(field["type"], above, f"{at}.{key}")}, at)
        return keys

    def _decoded(self, declared: Mapping[str, Any], above: Sequence[str], at: str) -> Tree:
        """A type with a method UnmarshalYAML: it either decodes the whole into one of its fields, or itself and then,
        by what was found, one field into one of several types, whose keys are all taken together.
        """
        decoder, fields = declared["decoder"], declared["underlying"]["fields"]
        whole = [field for field in fields if field["name"] in decoder["decoded"]]
        if len(whole) == 1 and not decoder["assigned"]:
            return self._shape(whole[0]["type"], above, at)
        if whole or not decoder["assigned"]:
            raise CommandError(f"{at}: what the method UnmarshalYAML of {above[-1]} does is not understood.")
        keys = self._struct(fields, above, at)
        for name, alternatives in decoder["assigned"].items():
            key = decoder["tags"][name]
            keys[key] = {}
            for alternative in alternatives:
                _merge(keys[key], self._shape(alternative, above, f"{at}.{key}"))
        return keys


def _add(keys: dict[str, Any], more: Mapping[str, Any], at: str) -> None:
    for key, value in more.items():
        if key in keys:
            raise CommandError(f"{at}: two fields have the key {key}, which yaml.v3 refuses.")
        keys[key] = value


def _merge(keys: dict[str, Any], more: Tree) -> None:
    for key, value in more.items() if isinstance(more, dict) else ():
        if isinstance(value, dict) and isinstance(keys.get(key), dict):
            _merge(keys[key], value)
        else:
            keys[key] = value
