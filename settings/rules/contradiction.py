"""What a rule over several keys finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One key that does not fit the others."""

    location: tuple[int | str, ...]
    """Keys and indexes from the top."""
    found: Any
    """Its value; None when it is missing."""
    allowed: str
    """What would fit."""
    instead: str = ""
    """Words to use instead of `found …`."""
    figures: str = ""
    """What `allowed` ends with: values of the file, left out when they are secret."""
    figures_of: str = ""
    """The top-level key those values stand under; the location's own when left out."""


class ContradictionsError(ValueError):
    """Every contradiction of one stack file."""

    def __init__(self, contradictions: Sequence[Contradiction]) -> None:
        self.contradictions = contradictions
        super().__init__(f"{len(contradictions)} contradictions")
