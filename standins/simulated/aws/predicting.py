"""Outputs in the shapes that AWS gives them, from the templates of `types.toml`.

In a template `{name}` is an input, another output, the `region` or the `account`; `{hex:17}`, `{digits:3}`,
`{lower:12}`, `{upper:26}` and `{mixed:6}` are characters by chance, `{uuid}` an identifier by chance, the same wherever
one resource has them. `[…]` is left out when nothing is known of the names in it. After a bar stands how a value is
written: `lower` case, `bare` without scheme and leading slash, `key` after its last slash. A list of tables with `is`
is the first one whose `where` holds, a pattern for each input.
"""

import random
import re
import string
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from standins.provider import UNKNOWN, Properties, Value
from standins.simulated.aws.settings import Settings
from standins.simulated.aws.table import AwsType
from standins.typed.conditions import at, matches, patterns

_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_PLACE: Final = re.compile(r"\{(\w+)(?::(\d+))?(?:\|(\w+))?\}")
_ALPHABETS: Final[Mapping[str, str]] = {
    "hex": string.hexdigits[:16],
    "digits": string.digits,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "mixed": string.ascii_letters + string.digits,
}
_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    "": str,
    "lower": str.lower,
    "bare": lambda text: text.removeprefix("https://").removeprefix("/"),
    "key": lambda text: text.rpartition("/")[2],
}
_EMPTY: Final[Mapping[str, Callable[[], Value]]] = {"[": list, "{": dict}
_DIGITS_OF_A_PREFIXED_NAME: Final = 26


class Prediction:
    """The outputs of one resource. `seed` makes the values by chance, `state` holds the inputs without marks."""

    def __init__(self, kind: AwsType, settings: Settings, seed: str, state: Properties) -> None:
        self._kind = kind
        self._settings = settings
        self._seed = seed
        self._state = state

    def outputs(self) -> Properties:
        """The id, everything the type puts out, and the inputs that the program left to it.

        A text of which nothing is known says that it is simulated; other values of which nothing is known are left out.
        """
        names = (*self._kind.resource.outputs, *self._kind.resource.left_out(self._state))
        found = {name: self._value(name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, name: str) -> Value:
        """Of an output, or of an input that the program left to the resource; None of one that is simply not given."""
        inputs = self._kind.resource.inputs
        if name in inputs and not inputs[name].computed:
            return None
        template = self._kind.id if name == "id" else self._kind.outputs.get(name)
        if f"{name}Prefix" in self._state:
            template = f"{{{name}Prefix}}{{digits:{_DIGITS_OF_A_PREFIXED_NAME}}}"
        found = self._filled(template)
        if found is not None or name.endswith("Prefix"):
            return found
        wanted = self._kind.plain.get(name, "string")
        return f"SIMULATED {name}" if wanted == "string" else _EMPTY.get(wanted[0], lambda: None)()

    def _filled(self, template: Any) -> Value:
        if isinstance(template, list):
            return self._chosen(template) if _is_choice(template) else [self._filled(item) for item in template]
        if isinstance(template, dict):
            filled = {key: self._filled(item) for key, item in template.items()}
            return {key: value for key, value in filled.items() if value is not None}
        return self._text(template) if isinstance(template, str) else template

    def _chosen(self, choices: list[dict[str, Any]]) -> Value:
        for choice in choices:
            wanted = patterns(choice.get("where", {}))
            if any(at(self._state, path) is UNKNOWN for path in wanted):
                return UNKNOWN
            if matches(wanted, self._state):
                return self._filled(choice["is"])
        return None

    def _text(self, template: str) -> Value:
        """None when a place in it has no value, or nothing is left of it."""
        for match in _OPTIONAL.finditer(template):
            template = template.replace(match[0], match[1] if self._known_places(match[1]) else "")
        values = {match[0]: self._place(match) for match in _PLACE.finditer(template)}
        if UNKNOWN in values.values():
            return UNKNOWN
        if None in values.values():
            return None
        return _PLACE.sub(lambda match: str(values[match[0]]), template) or None

    def _known_places(self, part: str) -> bool:
        return all(self._place(match) is not None for match in _PLACE.finditer(part))

    def _place(self, match: re.Match[str]) -> Value:
        name, length, written = match.groups(default="")
        value = self._named(name, int(length or 0))
        return _WRITTEN[written](value) if isinstance(value, str) else value

    def _named(self, name: str, length: int) -> Value:
        if length:
            return self._by_chance(name, length)
        if name == "uuid":
            return str(uuid.UUID(int=self._chance().getrandbits(128), version=4))
        if name in self._kind.resource.inputs and name in self._state:
            return self._state[name]
        if name in ("region", "account"):
            return getattr(self._settings, name)
        return self._value(name)

    def _by_chance(self, alphabet: str, length: int) -> str:
        return "".join(self._chance().choices(_ALPHABETS[alphabet], k=length))

    def _chance(self) -> random.Random:
        return random.Random(self._seed)  # noqa: S311 - repeatable on purpose


def _is_choice(template: list[Any]) -> bool:
    return bool(template) and all(isinstance(item, dict) and "is" in item for item in template)
