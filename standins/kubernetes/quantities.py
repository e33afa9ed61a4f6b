"""Canonical form of resource quantities, as the API server writes them back ("0.5" cpu is "500m", 1024Mi is 1Gi).

Rules: k8s.io/apimachinery pkg/api/resource, "Before serializing, Quantity will be put in canonical form".
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standins.provider import Value

_FORM = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$")
_BINARY = {f"{unit}i": 1024**power for power, unit in enumerate("KMGTPE", start=1)}
_DECIMAL_EXPONENTS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_NANO = Decimal(10) ** -9


def canonical(text: str) -> str | None:
    """The canonical text of a quantity, or None when `text` is none."""
    match = _FORM.match(text)
    if match is None:
        return None
    number, suffix = Decimal(match[1]), match[2] or ""
    if suffix in _BINARY:
        amount = number * _BINARY[suffix]
        return (
            _binary(int(amount)) if amount == amount.to_integral_value() and abs(amount) >= 1024 else _decimal(amount)
        )
    if suffix in _DECIMAL_EXPONENTS:
        return _decimal(number.scaleb(_DECIMAL_EXPONENTS[suffix]))
    return _exponent(number.scaleb(int(suffix[1:])))


def _binary(amount: int) -> str:
    for suffix, factor in reversed(_BINARY.items()):
        if amount % factor == 0:
            return f"{amount // factor}{suffix}"
    return str(amount)


def _decimal(amount: Decimal) -> str:
    mantissa, exponent = _whole(amount)
    suffix = next(suffix for suffix, value in _DECIMAL_EXPONENTS.items() if value == exponent)
    return f"{mantissa}{suffix}"


def _exponent(amount: Decimal) -> str:
    mantissa, exponent = _whole(amount)
    return f"{mantissa}e{exponent}" if exponent else str(mantissa)


def _whole(amount: Decimal) -> tuple[int, int]:
    """Whole mantissa and the largest exponent (a multiple of three); finer than a nano is rounded up."""
    amount = amount.quantize(_NANO, rounding=ROUND_CEILING)
    if amount == 0:
        return 0, 0
    for exponent in range(18, -10, -3):
        scaled = amount.scaleb(-exponent)
        if scaled == scaled.to_integral_value():
            return int(scaled), exponent
    raise AssertionError("a value quantized to nanos is a whole number of nanos")


# Where the API has quantities: maps of them, and single fields, by the name of the field that holds them.
_MAPS = frozenset(
    {"limits", "requests", "capacity", "allocatable", "hard", "overhead", "podFixed", "default", "defaultRequest"}
    | {"max", "min", "maxLimitRequestRatio"}
)
_FIELDS = frozenset({"sizeLimit", "divisor", "averageValue"})


def normalize_quantities(value: Value, key: str = "") -> Value:
    """`value` with every quantity in canonical form; `key` is the field that holds it."""
    if isinstance(value, dict):
        if key in _MAPS and all(isinstance(item, (str, int, float)) for item in value.values()):
            return {name: _normalize(item) for name, item in value.items()}
        return {name: normalize_quantities(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [normalize_quantities(item) for item in value]
    return _normalize(value) if key in _FIELDS else value


def _normalize(value: Value) -> Value:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return value
    text = canonical(str(value))
    return value if text is None else text
