"""From the words of pulumi-aws to those of AWS' API and of CloudFormation, which differ little.

A name is written with a capital unless a table says another. Paths in a table are names of pulumi-aws with dots
between them, without the numbers of lists:

- `names`: what something is called instead, `Object.Name` where it stands in an object there
- `left_out`: what there is no word for
- `flat`: what stands in an object here and beside it there; `listed`: one thing here, a list there;
  `single`: the other way round
- `wrapped`: a list here, an object with one key there, which is named
- `kept`: maps whose keys are the stack's own; `texts`: JSON that is an object there
- `pairs`: maps that are lists of pairs there, by the two names; `keyed`: lists that are maps there, by the name that
  becomes the key and the one that becomes the value ("" for all the rest)
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

TAGS = ("Key", "Value")


@dataclass(frozen=True)
class Words:
    """How one type is said."""

    names: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    wrapped: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    pairs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    keyed: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """Of a table that may say more than this."""
        return cls(**{each.name: table[each.name] for each in fields(cls) if each.name in table})

    def said(self, inputs: Mapping[str, Any], under: str = "") -> dict[str, Any]:
        """An object in the other words."""
        found: dict[str, Any] = {}
        for key, value in inputs.items():
            path = f"{under}{key}"
            if path in self.left_out:
                continue
            if path in self.flat:
                found |= self.said(value, f"{path}.")
            else:
                put(found, self.names.get(path) or key[0].upper() + key[1:], self._value(value, path))
        return found

    def _value(self, value: Any, path: str) -> Any:
        if path in self.texts and isinstance(value, str):
            return json.loads(value)
        if path in self.pairs or (path == "tags" and path not in self.kept):
            first, second = self.pairs.get(path, TAGS)
            return [{first: key, second: item} for key, item in value.items()]
        if path in self.keyed:
            key, wanted = self.keyed[path]
            return {each[key]: each[wanted] if wanted else self.said(_without(each, key), f"{path}.") for each in value}
        if path in self.kept:
            return value
        if path in self.wrapped:
            return {self.wrapped[path]: value}
        if path in self.single:
            [value] = value
        return [self._plain(value, path)] if path in self.listed else self._plain(value, path)

    def _plain(self, value: Any, path: str) -> Any:
        if isinstance(value, list):
            return [self._plain(each, path) for each in value]
        return self.said(value, f"{path}.") if isinstance(value, dict) else value


def put(owner: dict[str, Any], path: str, value: Any) -> None:
    """Sets what stands at a path such as `Object.Name`, making objects on the way."""
    *way, name = path.split(".")
    for step in way:
        owner = owner.setdefault(step, {})
    owner[name] = value


def _without(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name != key}
