"""PostgreSQL's parameters for tuning, read from `postgres_parameters.toml`: what each takes, in its own units.

Source: PostgreSQL 15 to 17 documentation, "Setting Parameters": a number without a unit is in the parameter's own.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

from settings.checks import OneOfMany, Text

_MEMORY: Final = {"B": 1, "kB": 1024, "8kB": 8192, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_TIME: Final = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_VALUE: Final = re.compile(r"(-?[0-9]{1,10}(?:\.[0-9]{1,6})?)([a-zA-Z]{0,3})")


@cache
def _described() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("settings").joinpath("postgres_parameters.toml").read_text(encoding="utf-8"))


ParameterName = Annotated[str, OneOfMany(tuple(_described()), "a parameter for tuning that docs/databases.md lists")]
ParameterValue = Annotated[
    str,
    Text(
        r"-?[A-Za-z0-9_.]{1,40}",
        "text as PostgreSQL takes it, such as '64MB', '1.1' or 'on'",
        ("64MB", "1.1", "on"),
    ),
]


def takes(name: str, value: str) -> bool:
    """Whether the parameter takes the value."""
    parameter = _described()[name]
    if parameter["type"] == "enum":
        return value in parameter["values"]
    found = _VALUE.fullmatch(value)
    if found is None:
        return False
    number, unit = float(found[1]), found[2]
    units = _units(parameter)
    if unit and unit not in units:
        return False
    own = number * (units[unit] / units[parameter["unit"]] if unit else 1)
    is_whole = own.is_integer() or bool(unit)  # PostgreSQL rounds what a unit makes broken
    return (parameter["type"] == "real" or is_whole) and bool(parameter["least"] <= own <= parameter["most"])


def mebibytes(name: str, value: str) -> float:
    """What a parameter of memory comes to; less than nothing stands for another one."""
    found = _VALUE.fullmatch(value)
    unit = (found[2] if found else "") or _described()[name]["unit"]
    return float(found[1]) * _MEMORY[unit] / _MEMORY["MB"] if found else 0.0


def words(name: str) -> str:
    """What the parameter takes, in words."""
    parameter = _described()[name]
    if parameter["type"] == "enum":
        return ", ".join(f"'{value}'" for value in parameter["values"])
    kind = "a number" if parameter["type"] == "real" else "a whole number"
    units = [unit for unit in _units(parameter) if unit != "8kB"]
    in_units = f" in {parameter['unit']}, or one with {', '.join(units[:-1])} or {units[-1]}" if units else ""
    return f"{kind} from {parameter['least']:g} to {parameter['most']}{in_units}"


def _units(parameter: Mapping[str, Any]) -> Mapping[str, float]:
    unit = parameter.get("unit", "")
    return _MEMORY if unit in _MEMORY else _TIME if unit in _TIME else {}
