"""How pods of one part are spread, so that no single failure takes all of them."""

from typing import Annotated, Literal

from settings.base import Model
from settings.facts import changing

Spreading = Literal["preferred", "required", "off"]
_ROLLING = changing("rolling", "the pods move", source="kubernetes.io, Pod Topology Spread Constraints")


class Spread(Model):
    """What pods of one part keep apart. `required` leaves a pod Pending rather than put it where the others are."""

    zones: Annotated[Spreading | None, _ROLLING] = None
    """Over zones, the values of topology.kubernetes.io/zone; preferred when nothing says otherwise."""
    hosts: Annotated[Spreading | None, _ROLLING] = None
    """Over nodes; preferred when nothing says otherwise."""
