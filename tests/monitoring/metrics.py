"""Every metric that a query may name.

The server's are from its catalogue, with the labels that `catalogue/server.toml` tells; the others have a file of each
family there.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from settings.catalogue import minor_of
from versions import TEMPORAL_SERVER

FOLDER = Path(__file__).resolve().parent / "catalogue"
SERVER = Path(__file__).resolve().parents[2] / "settings" / "catalogue" / minor_of(TEMPORAL_SERVER) / "metrics.json"
SUFFIXES = ("_bucket", "_count", "_sum")
"""What a histogram's series are called in place of its own name."""
TARGET = frozenset({"job", "installation", "namespace", "pod", "container", "instance"})
"""Labels of every series that is scraped, whoever scrapes it."""

Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric, by the name that its source gives it."""

    name: str
    kind: Kind
    labels: frozenset[str]
    """Those a series may have; `le` is not counted in."""
    scope: tuple[str, ...]
    """Labels of which a selector has to name the installation in one."""
    family: str
    """The file that it comes from."""
    emitted: bool = True
    """False where the server only defines it."""
    boundaries: Sequence[float] = field(default=())
    """Where the buckets end, if that is known."""


@cache
def metrics() -> Mapping[str, Metric]:
    """Every metric by its name. A name has one meaning: ValueError where two files have it."""
    found: dict[str, Metric] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for metric in _family(file.stem, tomllib.loads(file.read_text())):
            if metric.name in found:
                raise ValueError(f"{metric.name} is in {found[metric.name].family} and {metric.family}.")
            found[metric.name] = metric
    return found


def series(name: str) -> Metric | None:
    """The metric that a series of this name belongs to; None for a name that no series has."""
    known = metrics()
    metric = known.get(name)
    if metric is not None:
        return metric if metric.kind != "histogram" else None
    for suffix in SUFFIXES:
        metric = known.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if metric is not None and metric.kind == "histogram":
            return metric
    return None


def _family(name: str, said: Mapping[str, Any]) -> Iterator[Metric]:
    scope = tuple(said["scope"])
    common = frozenset(said["labels"]) | frozenset(scope) | (TARGET if said.get("target", True) else {"installation"})
    kinds: tuple[Kind, ...] = ("counter", "gauge", "histogram")
    for kind in kinds:
        for metric, labels in said.get(f"{kind}s", {}).items():
            yield Metric(name=metric, kind=kind, labels=common | frozenset(labels), scope=scope, family=name)
    if name == "server":
        yield from _server(said)


def _server(said: Mapping[str, Any]) -> Iterator[Metric]:
    """What the server's source defines. A metric whose labels nobody has looked up has the common ones."""
    kinds: Mapping[str, Kind] = {"counter": "counter", "gauge": "gauge"}
    for name, defined in json.loads(SERVER.read_text())["metrics"].items():
        kind = kinds.get(defined["kind"], "histogram")
        common = TARGET if name in said["bare"] else TARGET | set(said["labels"])
        labels = common | frozenset(said["server"].get(name, ()))
        boundaries = said["boundaries"] if defined["kind"] == "timer" else ()
        for prefix in ("", *said["prefixes"]):
            yield Metric(
                name=prefix + name,
                kind=kind,
                labels=labels,
                scope=tuple(said["scope"]),
                family="server",
                emitted=defined["used"],
                boundaries=boundaries,
            )
