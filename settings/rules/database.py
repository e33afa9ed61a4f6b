"""The database and the connections to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from settings.database import Database, Existing, InCluster
from settings.operated import OPERATOR_CONNECTIONS, Operated
from settings.postgres_memory import A_CONNECTION_MIB, BESIDES_MIB, memory_for, more_for
from settings.postgres_parameters import takes, words
from settings.rds.models import ManagedDatabase, Provisioned, Rds
from settings.rules.contradiction import Contradiction
from settings.scalars import bytes_of
from settings.sizes import SERVICE_NAMES
from settings.visibility import Postgres

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_FOR_JOBS: Final = 10


def pools_fit(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Every pod's pools, with the most pods that autoscaling and a roll-out of each service may add, and the jobs stay
    below the limit.

    Services roll one after the other: what is counted for the others holds the pods that are still leaving.
    """
    parts = {name: settings.service(name) for name in SERVICE_NAMES}
    sums = {
        name: (plan.most + plan.rollout.extra_pods) * (plan.pool + plan.visibility_pool) for name, plan in parts.items()
    }
    peak = sum(sums.values()) + _FOR_JOBS
    limit = _limit(settings.database)
    if limit.connections is not None and peak > limit.connections:
        shown = " + ".join(
            f"({plan.most}+{plan.rollout.extra_pods}) x ({plan.pool}+{plan.visibility_pool}) for {name}"
            for name, plan in parts.items()
        )
        yield Contradiction(
            location=("database", *limit.key),
            found=limit.found,
            allowed=f"{limit.allowed} for every pod's pools, with the pods that a roll-out adds to each service, and "
            f"{_FOR_JOBS} for jobs",
            figures=f": at least {peak} = {shown} + {_FOR_JOBS}{limit.figures}",
            figures_of="backend",
        )


@dataclass(frozen=True, kw_only=True)
class _Limit:
    """How many connections the server may open, which key says so, and in which words."""

    connections: int | None
    key: tuple[str, ...]
    found: Any
    allowed: str = "enough"
    figures: str = ""


def _limit(database: Database) -> _Limit:
    if isinstance(database, Operated):
        return _Limit(
            connections=database.max_connections - OPERATOR_CONNECTIONS,
            key=("maxConnections",),
            found=database.max_connections,
            figures=f", and {OPERATOR_CONNECTIONS} for the operator and superusers",
        )
    if not isinstance(database, ManagedDatabase):
        return _Limit(connections=database.max_connections, key=("maxConnections",), found=database.max_connections)
    most = database.max_connections
    figures = f"; it has {most} by its memory"
    key: tuple[str, ...]
    if isinstance(database, Rds):
        key, found = ("class",), database.class_
    elif isinstance(database.capacity, Provisioned):
        key, found = ("capacity", "class"), database.capacity.class_
    else:
        return _Limit(
            connections=most,
            key=("capacity", "maximum"),
            found=database.capacity.maximum,
            allowed="connections enough",
            figures=figures,
        )
    return _Limit(connections=most, key=key, found=found, allowed="a class with connections enough", figures=figures)


def pools_are_used(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A search engine is asked over HTTP, without a pool."""
    if isinstance(settings.visibility, Postgres):
        return
    for name in SERVICE_NAMES:
        said = settings.backend.services.of(name).pools.visibility
        if said is not None:
            yield Contradiction(
                location=("backend", "services", name, "pools", "visibility"),
                found=said,
                allowed=f"nothing with temporal:visibility.kind {settings.visibility.kind}: only searches in "
                "PostgreSQL have a pool",
            )


def memory_fits(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Every connection that a PostgreSQL in the cluster takes has its memory, and every parameter what it may take."""
    database = settings.database
    if not isinstance(database, InCluster | Operated) or database.resources.limits.memory is None:
        return
    needed = memory_for(database.max_connections, database.parameters)
    more = more_for(database.max_connections, database.parameters)
    if bytes_of(database.resources.limits.memory) < bytes_of(needed):
        yield Contradiction(
            location=("database", "resources", "limits", "memory"),
            found=database.resources.limits.memory,
            allowed=f"enough for maxConnections{' and parameters' if more else ''}",
            figures=f": at least {needed} for {database.max_connections}, a quarter of it for shared_buffers, then "
            f"{A_CONNECTION_MIB}Mi for each connection and {BESIDES_MIB}Mi besides"
            f"{f', and {more}Mi for parameters above their defaults' if more else ''}",
        )


def parameters_mean_something(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """PostgreSQL does not start with a value that a parameter does not take."""
    database = settings.database
    if not isinstance(database, InCluster | Operated):
        return
    for name, value in database.parameters.items():
        if not takes(name, value):
            yield Contradiction(location=("database", "parameters", name), found=value, allowed=words(name))


def stores_are_two_databases(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Both schemas keep their version in a table of the same name, so one database cannot hold both."""
    database = settings.database
    if not isinstance(database, Existing) or database.visibility is None:
        return
    if database.default.database == database.visibility.database:
        yield Contradiction(
            location=("database", "visibility", "database"),
            found=database.visibility.database,
            allowed="another database than temporal:database.default.database: "
            "both schemas keep their version in the same table",
        )
