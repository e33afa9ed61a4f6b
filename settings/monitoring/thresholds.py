"""Figures at which alerts fire, in the notation of the stack file and in Prometheus' base units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal, get_args

Unit = Literal["duration", "ratio", "count", "rate", "bytes"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)


@dataclass(frozen=True)
class _Notation:
    pattern: str
    says: str
    factors: Mapping[str, Decimal]


def _factors(**factors: str) -> Mapping[str, Decimal]:
    return MappingProxyType({unit: Decimal(factor) for unit, factor in factors.items()})


_NUMBER: Final = r"(?P<number>0|[1-9][0-9]{0,11})"
_FRACTION: Final = r"(?P<number>(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?)"
_PLAIN: Final = MappingProxyType({"": Decimal(1)})
_NOTATIONS: Final[Mapping[Unit, _Notation]] = {
    "duration": _Notation(
        rf"{_NUMBER}(?P<unit>ms|s|m|h|d)",
        "a duration: a whole number with ms, s, m, h or d, such as 500ms, 30s or 14d",
        _factors(ms="0.001", s="1", m="60", h="3600", d="86400"),
    ),
    "ratio": _Notation(
        r"(?P<number>(0|[1-9][0-9]?)(\.[0-9]{1,4})?|100)(?P<unit>%)",
        "a share: a number from 0 to 100 with '%', such as 10% or 0.5%",
        MappingProxyType({"%": Decimal("0.01")}),
    ),
    "count": _Notation(rf"{_NUMBER}(?P<unit>)", "a whole number, such as 1000", _PLAIN),
    "rate": _Notation(rf"{_FRACTION}(?P<unit>)", "a number of events a second, such as 1000 or 0.1", _PLAIN),
    "bytes": _Notation(
        rf"{_NUMBER}(?P<unit>Mi|Gi|Ti|M|G|T)",
        "a size: a whole number with Mi, Gi, Ti, M, G or T, such as 8Gi",
        _factors(Mi=str(1024**2), Gi=str(1024**3), Ti=str(1024**4), M=str(1000**2), G=str(1000**3), T=str(1000**4)),
    ),
}


@dataclass(frozen=True)
class Threshold:
    """A figure that was chosen."""

    value: str
    """As it is written: `5s`, `10%`, `1000`, `0.1`, `8Gi`."""
    unit: Unit
    """What it counts."""

    @classmethod
    def of(cls, value: object, unit: Unit) -> "Threshold":
        """A threshold as a stack file says it. Raises ValueError with what is allowed in its place."""
        notation = _NOTATIONS[unit]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        written = format(Decimal(str(value)), "f") if is_number else value
        if not isinstance(written, str) or not re.fullmatch(notation.pattern, written, re.ASCII):
            raise ValueError(f"must be {notation.says}")
        return cls(written, unit)

    @property
    def number(self) -> str:
        """The figure as a number of PromQL in Prometheus' base units: seconds, bytes, a share of 1, events a second."""
        notation = _NOTATIONS[self.unit]
        match = re.fullmatch(notation.pattern, self.value, re.ASCII)
        if match is None:
            raise ValueError(f"must be {notation.says}")
        figure = format(Decimal(match["number"]) * notation.factors[match["unit"]], "f")
        return figure.rstrip("0").rstrip(".") if "." in figure else figure


def allowed(unit: Unit) -> str:
    """The words for what may stand for a figure of this unit."""
    return _NOTATIONS[unit].says
