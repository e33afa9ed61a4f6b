"""The tables of the size presets, sizes side by side."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from commands.generate.markdown import code, table
from settings.backend import Services
from settings.plans import service_plan
from settings.pods import Scheduling
from settings.sizes import PRESETS, ROLLOUT, SERVICE_NAMES, SHUTDOWN, Part, ServiceName, Size

_SIZES: Final = tuple(PRESETS)
_PARTS: Final = tuple(PRESETS["dev"])
_SHUTDOWN: Final = {
    "fail_health_check": "frontend: `failHealthCheck`",
    "drain": "frontend: `drain`",
    "align": "history, matching: `align`",
    "join_delay": "history: `joinDelay`",
    "grace_period": "all: `gracePeriod`",
}


def tables() -> Iterator[str]:
    """Pods, their connections to the database, how they are replaced, how they leave."""
    sizes = list(map(code, _SIZES))
    yield from table(
        ("replicas: CPU request, memory", *sizes), [(part, *(_pods(size, part) for size in _SIZES)) for part in _PARTS]
    )
    yield ""
    yield from table(
        ("connections of a pod: default + visibility", *sizes),
        [(part, *(_pools(size, part) for size in _SIZES)) for part in _PARTS if PRESETS["dev"][part].pool],
    )
    yield ""
    yield from table(("rollout", *sizes), _rollouts())
    yield ""
    leaves = [field.name for field in fields(SHUTDOWN["dev"])]
    yield from table(
        ("shutdown", *sizes),
        [(_SHUTDOWN[name], *(getattr(SHUTDOWN[size], name) for size in _SIZES)) for name in leaves],
    )


def _rollouts() -> Iterator[tuple[str, ...]]:
    yield "all: `maxSurge`", *(str(ROLLOUT[size].max_surge) for size in _SIZES)
    yield "all: `maxUnavailable`", *(str(ROLLOUT[size].max_unavailable) for size in _SIZES)
    for name in SERVICE_NAMES:
        yield f"{name}: `minReady`", *(_min_ready(size, name) for size in _SIZES)


def _min_ready(size: Size, name: ServiceName) -> str:
    return f"{service_plan(name, size, Scheduling(), Services(), searches_sql=True).rollout.min_ready}s"


def _pods(size: Size, part: Part) -> str:
    preset = PRESETS[size][part]
    return f"{preset.replicas}: {preset.cpu}, {preset.memory}"


def _pools(size: Size, part: Part) -> str:
    preset = PRESETS[size][part]
    return f"{preset.pool} + {preset.visibility_pool}"
