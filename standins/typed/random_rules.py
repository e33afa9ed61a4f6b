"""What random resources refuse beyond their table, and how their values come about from a source of chance."""

import base64
import random
from collections.abc import Iterator
from typing import Final

from standins.provider import UNKNOWN, CheckFailure, Properties
from standins.typed.provider import Rules

PASSWORD: Final = "random:index/randomPassword:RandomPassword"  # noqa: S105
ID: Final = "random:index/randomId:RandomId"

# input that allows a class of characters -> (input that asks for a number of them, the characters)
_CLASSES: Final = {
    "upper": ("minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lower": ("minLower", "abcdefghijklmnopqrstuvwxyz"),
    "numeric": ("minNumeric", "0123456789"),
    "special": ("minSpecial", "!@#$%&*()-_=+[]{}<>:?"),
}


def _refused_password(inputs: Properties) -> Iterator[CheckFailure]:
    if {inputs["number"], inputs["numeric"]} == {True, False}:
        yield CheckFailure("number", "differs from numeric; it is deprecated, use numeric alone")
    if all(inputs[allowed] is False for allowed in _CLASSES):
        yield CheckFailure("special", "one of special, upper, lower and numeric must be true")
    needed = [inputs[minimum] for minimum, _ in _CLASSES.values()]
    if UNKNOWN not in (inputs["length"], *needed) and inputs["length"] < sum(needed):
        yield CheckFailure("length", f"must be at least the sum of the minimums, {sum(needed)}")


RULES: Final = {PASSWORD: Rules(refused=_refused_password), ID: Rules()}


def password(inputs: Properties, chance: random.Random) -> str:
    """A text of `length` characters that holds the asked number of each class, in random order."""
    classes = {allowed: characters for allowed, (_, characters) in _CLASSES.items()}
    classes["special"] = inputs.get("overrideSpecial") or classes["special"]
    chosen: list[str] = []
    for allowed, (minimum, _) in _CLASSES.items():
        chosen += chance.choices(classes[allowed], k=inputs[minimum])
    alphabet = "".join(characters for allowed, characters in classes.items() if inputs[allowed])
    chosen += chance.choices(alphabet, k=inputs["length"] - len(chosen))
    chance.shuffle(chosen)
    return "".join(chosen)


def identifier(inputs: Properties, chance: random.Random) -> Properties:
    """The outputs of a RandomId; its id is the URL form without the prefix."""
    content = chance.randbytes(inputs["byteLength"])
    prefix = inputs.get("prefix") or ""
    url_form = base64.urlsafe_b64encode(content).decode().rstrip("=")
    return {
        "id": url_form,
        "b64Url": prefix + url_form,
        "b64Std": prefix + base64.b64encode(content).decode(),
        "hex": prefix + content.hex(),
        "dec": prefix + str(int.from_bytes(content)),
    }
