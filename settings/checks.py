"""Checks of single values. Each replaces pydantic's own, so that a wrong type and a wrong form get the same words."""

import ipaddress
import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from settings.nearest import nearest

_PERCENT: Final = r"(100|[1-9]?[0-9])%"
_OCTET: Final = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_CIDR: Final = (
    rf"({_OCTET}\.){{3}}{_OCTET}/(3[0-2]|[12]?[0-9])"
    r"|(?=[^:]*:)[0-9a-fA-F:.]{2,45}/(12[0-8]|1[01][0-9]|[1-9]?[0-9])"
)


class Check(ABC):
    """What may stand there."""

    @abstractmethod
    def words(self) -> str:
        """The words for what is allowed."""

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Whether `value` may stand there."""

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The same rule for editors."""

    def hint(self, value: Any) -> str:
        """What to do about a value that nearly fits, if anything; never the value itself."""
        del value
        return ""

    def checked(self, value: Any) -> Any:
        """`value` itself. Raises ValueError with the words for what is allowed."""
        if not self.fits(value):
            raise ValueError(f"{self.words()}{self.hint(value)}")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """pydantic asks for it."""
        return core_schema.no_info_plain_validator_function(self.checked)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """pydantic asks for it."""
        return self.schema()


@dataclass(frozen=True)
class Text(Check):
    """Text that matches `pattern` as a whole and is not one of `reserved`; `allowed` are the words for it."""

    pattern: str
    allowed: str
    examples: tuple[str, ...] = ()
    longest: int = 0
    reserved: tuple[str, ...] = ()

    def words(self) -> str:
        return self.allowed

    def fits(self, value: Any) -> bool:
        if not isinstance(value, str) or value in self.reserved or (self.longest and len(value) > self.longest):
            return False
        return re.fullmatch(self.pattern, value) is not None

    def hint(self, value: Any) -> str:
        return "; write it in quotes" if isinstance(value, int | float) and self.fits(json.dumps(value)) else ""

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string", "pattern": f"^({self.pattern})$", "x-allowed": self.allowed}
        if self.longest:
            found["maxLength"] = self.longest
        if self.examples:
            found["examples"] = list(self.examples)
        if self.reserved:
            found["not"] = {"enum": list(self.reserved)}
        return found


@dataclass(frozen=True)
class Address(Text):
    """An IP address, or text that matches. No zones (`fe80::1%eth0`): they mean something on one machine only."""

    def fits(self, value: Any) -> bool:
        return super().fits(value) or (isinstance(value, str) and "%" not in value and _is_address(value))

    def schema(self) -> dict[str, Any]:
        name = super().schema()
        shown = {"x-allowed": name.pop("x-allowed"), "examples": name.pop("examples")}
        return {"anyOf": [name, {"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}], **shown}


@dataclass(frozen=True)
class IpAddress(Check):
    """An IP address as text, and no name."""

    examples: tuple[str, ...]

    def words(self) -> str:
        return "an IP address"

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and "%" not in value and _is_address(value)

    def schema(self) -> dict[str, Any]:
        formats = [{"type": "string", "format": name} for name in ("ipv4", "ipv6")]
        return {"anyOf": formats, "x-allowed": self.words(), "examples": list(self.examples)}


@dataclass(frozen=True)
class IpNetwork(Check):
    """A network in CIDR notation."""

    examples: tuple[str, ...]

    def words(self) -> str:
        return "an IP network in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32"

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(_CIDR, value) is not None and _is_network(value)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": f"^({_CIDR})$",
            "x-allowed": self.words(),
            "examples": list(self.examples),
        }


@dataclass(frozen=True)
class Whole(Check):
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def words(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def fits(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most

    def hint(self, value: Any) -> str:
        is_number = isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value)
        return "; write it without quotes" if is_number and self.fits(int(value)) else ""

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "x-allowed": self.words()}


@dataclass(frozen=True)
class Number(Check):
    """A number, whole or not, from `least` to `most`."""

    least: float
    most: float

    def words(self) -> str:
        return f"a number from {self.least:g} to {self.most:.0f}"

    def fits(self, value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and self.least <= value <= self.most

    def hint(self, value: Any) -> str:
        is_number = isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value)
        return "; write it without quotes" if is_number and self.fits(float(value)) else ""

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.least, "maximum": self.most, "x-allowed": self.words()}


@dataclass(frozen=True)
class Halves(Number):
    """A number from `least` to `most` in steps of a half."""

    def words(self) -> str:
        return f"{super().words()} in steps of 0.5"

    def fits(self, value: Any) -> bool:
        return super().fits(value) and value * 2 % 1 == 0

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "multipleOf": 0.5}


@dataclass(frozen=True)
class WholeOrPercent(Check):
    """A whole number from 0 to `most`, or text of a percentage."""

    most: int

    def words(self) -> str:
        return f"a whole number from 0 to {self.most}, or a percentage from '0%' to '100%'"

    def fits(self, value: Any) -> bool:
        if isinstance(value, str):
            return re.fullmatch(_PERCENT, value) is not None
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= self.most

    def hint(self, value: Any) -> str:
        is_number = isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value)
        return "; write it without quotes" if is_number and self.fits(int(value)) else ""

    def schema(self) -> dict[str, Any]:
        whole = {"type": "integer", "minimum": 0, "maximum": self.most}
        percent = {"type": "string", "pattern": f"^({_PERCENT})$"}
        return {"anyOf": [whole, percent], "x-allowed": self.words()}


@dataclass(frozen=True)
class TextOrWhole(Check):
    """Text or a whole number: which of them, something else decides."""

    def words(self) -> str:
        return "text or a whole number"

    def fits(self, value: Any) -> bool:
        return isinstance(value, str | int) and not isinstance(value, bool)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "integer"}], "x-allowed": self.words()}


@dataclass(frozen=True)
class TextOrNumber(Check):
    """Text or a number, whole or not: which of them, something else decides."""

    def words(self) -> str:
        return "text or a number"

    def fits(self, value: Any) -> bool:
        return isinstance(value, str | int | float) and not isinstance(value, bool)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "number"}], "x-allowed": self.words()}


@dataclass(frozen=True)
class OneOfWhole(Check):
    """One of a few whole numbers."""

    choices: tuple[int, ...]

    def words(self) -> str:
        return ", ".join(map(str, self.choices))

    def fits(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and value in self.choices

    def hint(self, value: Any) -> str:
        return "; write it without quotes" if value in [*map(str, self.choices)] else ""

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "enum": list(self.choices)}


@dataclass(frozen=True)
class OneOf(Check):
    """One of a few texts that are kept as data elsewhere."""

    choices: tuple[str, ...]

    def words(self) -> str:
        return ", ".join(map(repr, self.choices))

    def fits(self, value: Any) -> bool:
        return value in self.choices

    def hint(self, value: Any) -> str:
        return "; write it in quotes" if isinstance(value, float) and self.fits(json.dumps(value)) else ""

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices)}


@dataclass(frozen=True)
class OneOfMany(OneOf):
    """One of so many texts that a message speaks of them all in the words `allowed`, and names the nearest."""

    allowed: str

    def words(self) -> str:
        return self.allowed

    def hint(self, value: Any) -> str:
        return nearest(value, self.choices) if isinstance(value, str) else ""

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "x-allowed": self.allowed}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
