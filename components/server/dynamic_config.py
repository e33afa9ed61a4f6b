"""The server's dynamic config file: what the platform needs, then what the stack file says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import yaml

from components.durations import go_duration
from settings.backend import DynamicValue
from settings.plans import ServicePlan

_PLATFORM: Final[dict[str, Any]] = {
    # PostgreSQL's id columns are VARCHAR(255); the server's default of 1000 would fail inside a transaction.
    "limit.maxIDLength": 255,
    # No request to the vendor's version service.
    "frontend.enableServerVersionCheck": False,
}


def dynamic_config_text(plans: Iterable[ServicePlan], said: Mapping[str, Sequence[DynamicValue]]) -> str:
    """The file that the server re-reads every ten seconds. The stack file's words for a key replace the platform's."""
    shutdown = {key: go_duration(value) for plan in plans for key, value in plan.shutdown.dynamic_config.items()}
    own = {key: [{"value": value}] for key, value in {**_PLATFORM, **shutdown}.items()}
    words = {key.lower(): key for key in said}
    kept = {key: values for key, values in own.items() if key.lower() not in words}
    return yaml.safe_dump({**kept, **{key: [_entry(value) for value in values] for key, values in said.items()}})


def _entry(value: DynamicValue) -> dict[str, Any]:
    return {"value": value.value} | ({"constraints": dict(value.constraints)} if value.constraints else {})
