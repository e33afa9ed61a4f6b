"""What no single key can get wrong: keys of one stack file that contradict each other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from settings.access import ByNodePort
from settings.sizes import SERVICE_NAMES

if TYPE_CHECKING:
    from settings.model import Settings

_CONNECTIONS_FOR_JOBS = 10


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """One key that does not fit the others."""

    location: tuple[int | str, ...]
    """Keys and indexes from the top."""
    found: Any
    """Its value."""
    allowed: str
    """What would fit."""
    choices: tuple[str, Sequence[str]] | None = None
    """Values to choose from, and the top-level key they stand under."""


class ContradictionsError(ValueError):
    """Every contradiction of one stack file."""

    def __init__(self, contradictions: Sequence[Contradiction]) -> None:
        self.contradictions = contradictions
        super().__init__(f"{len(contradictions)} contradictions")


def contradictions(settings: "Settings") -> list[Contradiction]:
    """All of them, in the order of the stack file's keys."""
    rules = (_repeated_names, _applications, _node_ports, _connections)
    return list(chain.from_iterable(rule(settings) for rule in rules))


def _repeated_names(settings: "Settings") -> Iterator[Contradiction]:
    lists = {
        ("namespaces", "name"): [n.name for n in settings.namespaces],
        ("applications", "namespace"): [a.namespace for a in settings.applications],
    }
    for (key, field), names in lists.items():
        for name, count in Counter(names).items():
            if count > 1:
                again = names.index(name, names.index(name) + 1)
                yield Contradiction(location=(key, again, field), found=name, allowed="each name once")


def _applications(settings: "Settings") -> Iterator[Contradiction]:
    known = [n.name for n in settings.namespaces]
    for index, application in enumerate(settings.applications):
        if application.temporal_namespace not in known:
            yield Contradiction(
                location=("applications", index, "temporalNamespace"),
                found=application.temporal_namespace,
                allowed="a name from temporal:namespaces",
                choices=("namespaces", known),
            )
        if application.namespace == settings.name:
            yield Contradiction(
                location=("applications", index, "namespace"),
                found=application.namespace,
                allowed="any Kubernetes namespace but the installation's own (temporal:name)",
            )


def _node_ports(settings: "Settings") -> Iterator[Contradiction]:
    ui = settings.access.ui
    ways = {("frontend",): settings.access.frontend} | ({("ui", "exposure"): ui.exposure} if ui else {})
    taken = set()
    for location, way in ways.items():
        if not isinstance(way, ByNodePort):
            continue
        if settings.kubernetes.node_address is None:
            yield Contradiction(
                location=("access", *location, "kind"),
                found=way.kind,
                allowed="node-port with temporal:kubernetes.nodeAddress, the address at which the nodes' ports answer",
            )
        if way.port in taken:
            yield Contradiction(
                location=("access", *location, "port"), found=way.port, allowed="a port that no other way in has"
            )
        if way.port is not None:
            taken.add(way.port)


def _connections(settings: "Settings") -> Iterator[Contradiction]:
    pods = [settings.service(name) for name in SERVICE_NAMES]
    pools = sum((pod.replicas + 1) * (pod.connections + pod.visibility_connections) for pod in pods)
    peak = pools + _CONNECTIONS_FOR_JOBS
    if peak > settings.database.max_connections:
        yield Contradiction(
            location=("database", "maxConnections"),
            found=settings.database.max_connections,
            allowed=f"at least {peak}, which is every pod's pools with one more pod of each service during a roll-out, "
            f"and {_CONNECTIONS_FOR_JOBS} for jobs",
        )
