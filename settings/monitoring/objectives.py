"""`temporal:monitoring.objectives`: what the frontend promises. Two alerts say how fast the promises are broken."""

from typing import Annotated, Final, Literal

from settings.base import Model
from settings.checks import Text
from settings.facts import changing

_RULES: Final = changing("nothing", "the rules are loaded again")

Share = Annotated[
    str,
    Text(
        r"9[5-9](\.[0-9]{1,4})?%",
        "text of a share from 95% to 99.9999%: with less, errors could not burn what is left over fast enough to tell",
        ("99.9%",),
    ),
]
"""The fast alert wants 14.4 times as many errors as the promise leaves: of 5 % that is 72 %."""
Within = Literal["100ms", "200ms", "500ms", "1s", "2s", "5s", "10s"]
"""Bounds of the server's histograms (components/server/metrics.py)."""


class Objectives(Model):
    """What the frontend promises, over 30 days."""

    availability: Annotated[Share, _RULES] = "99.9%"
    """Calls that do not fail unexpectedly, of all but polls."""
    latency: Annotated[Share, _RULES] = "99%"
    """Starts and signals of workflows that are answered in time."""
    within: Annotated[Within, _RULES] = "500ms"
    """What in time is, for those."""
