"""What a scalar without quotes means to the engine: yaml.v3's resolve.go, and one trip of its numbers through YAML.

PyYAML's own rules would make `description: no` false and 1:30 a number.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_BASES: Final = (
    (10, re.compile(r"([-+]?)(0|[1-9][0-9]*)")),
    (16, re.compile(r"([-+]?)0[xX]([0-9a-fA-F]+)")),
    (8, re.compile(r"([-+]?)0[oO]?([0-7]+)")),
    (2, re.compile(r"([-+]?)0[bB]([01]+)")),
)
_MOST_DIGITS: Final = 64
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_EXPONENT_FROM: Final = 1e21
_NO_NUMBER: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?"
)


class ScalarError(ValueError):
    """A scalar that the engine refuses or rewrites; the text says what is allowed."""


def meaning(text: str) -> Any:
    """The value of a scalar without quotes. Raises ScalarError."""
    if text in _WORDS:
        return _WORDS[text]
    if _NO_NUMBER.fullmatch(text):
        raise ScalarError("a number, or text in quotes")
    if _DATE.fullmatch(text):
        raise ScalarError("text in quotes: without them the engine writes the date anew")
    number = _number(text) if text[0] in "-+.0123456789" else None
    return text if number is None else number


def _number(text: str) -> int | float | None:
    plain = text.replace("_", "")
    for base, pattern in _BASES:
        digits = pattern.fullmatch(plain)
        if (
            digits
            and len(digits[2]) <= _MOST_DIGITS
            and -(2**63) <= (whole := int(digits[1] + digits[2], base)) < 2**64
        ):
            return whole
    number = float(plain) if _FLOAT.fullmatch(plain) else math.inf
    if math.isinf(number):
        return None
    if not number.is_integer() or abs(number) >= _EXPONENT_FROM:
        return number
    return int(Decimal(repr(number)))  # its shortest digits, as the engine writes it down
