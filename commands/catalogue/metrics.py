"""The metrics of one server: the ones that its source defines, by name.

The names are those of the framework tally, which is the server's default: a counter or a gauge is one series of that
name, a timer is a histogram in seconds, so `_bucket`, `_sum` and `_count` follow.

- `kind`: counter, gauge, timer, bytesHistogram or dimensionlessHistogram.
- `used`: false for a definition that nothing else in the server names, which is therefore never emitted.

A few more are emitted by names that no definition has; the tests hold those as data of their own.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commands.catalogue import source
from commands.catalogue.source import Server
from commands.errors import CommandError

NOT_METRICS = {"common/metrics/defs.go": "the constructors themselves"}
"""Files whose calls of constructors make no metric, and why."""

_CONSTRUCTOR = re.compile(r"New(Counter|Gauge|Timer|BytesHistogram|DimensionlessHistogram)Def")
_CALL = re.compile(rf"(?<!func )\b{_CONSTRUCTOR.pattern}\s*\(")


def catalogue(server: Server) -> dict[str, Any]:
    """The content of `metrics.json`.

    Raises:
        CommandError: a metric whose name is no constant, two metrics of one name, a call of a constructor that the
            reader missed.
    """
    found = server.facts["metrics"]
    read = [metric["position"] for metric in found]
    source.refuse_unread("define metrics", read, calls(server.folder), server.folder)
    metrics: dict[str, dict[str, Any]] = {}
    for metric in found:
        name = metric["name"]
        if not name:
            raise CommandError(f"{metric['position']}: the name of this metric is not a constant.")
        if name in metrics:
            raise CommandError(f"{metric['position']}: there is another metric {name}.")
        metrics[name] = {"kind": _kind(metric), "used": metric["used"]}
    return {"server": server.version, "metrics": dict(sorted(metrics.items()))}


def calls(folder: Path) -> list[str]:
    """Every call of a constructor, as `source.calls` finds it."""
    return source.calls(folder, _CALL, NOT_METRICS)


def _kind(metric: Mapping[str, Any]) -> str:
    constructor = _CONSTRUCTOR.fullmatch(metric["constructor"])
    if constructor is None:
        raise CommandError(f"{metric['position']}: {metric['constructor']} is no known constructor of metrics.")
    return constructor[1][0].lower() + constructor[1][1:]
