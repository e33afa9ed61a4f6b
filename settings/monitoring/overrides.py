"""What a stack may say of an alert of the catalogue."""

from typing import Annotated, Final

from pydantic import Field

from settings.base import Model
from settings.checks import OneOfMany, TextOrNumber
from settings.facts import changing
from settings.monitoring.alerts import CATALOGUE, Severity
from settings.scalars import Duration

_RULES: Final = changing("nothing", "the rules are loaded again")

_Threshold = Annotated[str | int | float, TextOrNumber()]

AlertName = Annotated[str, OneOfMany(tuple(CATALOGUE), "the name of an alert (docs/runbooks lists them)")]


class Override(Model):
    """One alert as this stack wants it. What is left out stays as it is in the catalogue."""

    enabled: Annotated[bool, _RULES] = True
    """Whether there is such an alert."""
    threshold: Annotated[_Threshold | None, _RULES] = None
    """What is too much, in the unit of this alert's own threshold."""
    lasting: Annotated[Duration | None, _RULES, Field(alias="for")] = None
    """How long it has to be so."""
    severity: Annotated[Severity | None, _RULES] = None
    """Who is told: critical wakes somebody up, warning waits for the morning, info is only to be seen."""
