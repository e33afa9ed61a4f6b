"""The server's dynamic config file: what the platform needs, then what the stack file says."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from components.durations import go_duration
from components.handles import ArchiveStore
from components.server import archival, visibility
from components.server.caches import history_caches
from settings import queries
from settings.backend import DynamicValue
from settings.plans import ServicePlan
from settings.sizes import ServiceName
from settings.visibility import Stage

_PLATFORM: Final[dict[str, Any]] = {
    # PostgreSQL's id columns are VARCHAR(255); the server's default of 1000 would fail inside a transaction.
    "limit.maxIDLength": 255,
    # No request to the vendor's version service.
    "frontend.enableServerVersionCheck": False,
}


def dynamic_config_text(
    plans: Mapping[ServiceName, ServicePlan],
    queries_per_second: int | None,
    archive: ArchiveStore | None,
    stage: Stage | None,
    said: Mapping[str, Sequence[DynamicValue]],
) -> str:
    """The file that the server re-reads every ten seconds. The stack file's words for a key replace the platform's."""
    written = {
        **_PLATFORM,
        **{key: go_duration(value) for plan in plans.values() for key, value in plan.shutdown.dynamic_config.items()},
        **history_caches(plans["history"].pod.memory_limit),
        **queries.dynamic_config(queries_per_second),
        **archival.dynamic_config(archive),
        **visibility.dynamic_config(stage),
    }
    words = {key.lower() for key in said}
    kept = {key: [{"value": value}] for key, value in written.items() if key.lower() not in words}
    return yaml.safe_dump({**kept, **{key: [_entry(value) for value in values] for key, values in said.items()}})


def _entry(value: DynamicValue) -> dict[str, Any]:
    return {"value": value.value} | ({"constraints": dict(value.constraints)} if value.constraints else {})
