"""What CloudWatch is to watch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One store, or one of its instances, as `alarms.toml` speaks of it."""

    kind: str
    """Its section there: `search`, `database`."""
    name: str
    """What it is called in the account; alarms are called after it and its kind."""
    dimensions: Mapping[str, pulumi.Input[str]]
    """What tells its metrics apart: `{"DBInstanceIdentifier": "temporal-orders"}`."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What thresholds are made of, in the unit of the metric, and by their names what says which alarms it has."""
