"""How many pods of a part may be taken away at once by what people and node groups do: a drain, a scale-down."""

from typing import Annotated, Final

from settings.base import Model
from settings.checks import Whole
from settings.facts import changing

_Pods = Annotated[int, Whole(0, 100)]
_CHANGE = changing(
    "nothing", "the next eviction follows it", unit="pods", source="kubernetes.io, Specifying a Disruption Budget"
)


class DisruptionBudget(Model):
    """One of the two keys. Only evictions are held to it; rollouts and failures are not."""

    max_unavailable: Annotated[_Pods | None, _CHANGE] = None
    """How many pods may be missing."""
    min_available: Annotated[_Pods | None, _CHANGE] = None
    """How many pods must stay."""


USUAL: Final = DisruptionBudget.model_validate({"maxUnavailable": 1})
"""Where there are several pods and nothing is said."""
