"""What `temporal:database` says of a PostgreSQL cluster that an operator of Kubernetes runs for this stack."""

from typing import Annotated, Any, Final

from settings.checks import OneOf, Whole
from settings.facts import changing
from settings.pods import Pods
from settings.postgres_parameters import ParameterName, ParameterValue
from settings.queries import BUDGET, Queries
from settings.scalars import Bytes, Connections, ObjectName

BEHIND: Final = "the operator deletes its cluster and the data with it"
OPERATOR_CONNECTIONS: Final = 10
"""Of maxConnections: PostgreSQL keeps three for superusers; operators look, measure and repair by a few more."""

Instances = Annotated[int, Whole(1, 9)]
# Before 15 the schema public is not the database owner's, who could then make no grants there; the server takes no 18.
Version = Annotated[str, OneOf(("15", "16", "17"))]


def by_operator(does: str, unit: str = "", source: str = "") -> Any:
    """Metadata of what the operator changes by itself: no pod of the server restarts."""
    return changing("nothing", does, unit=unit, source=source)


_RESTARTED: Final = "the operator restarts PostgreSQL, replicas first"


class Operated(Pods):
    """What the clusters of all operators have in common. `resources`, scheduling and environment are those of each
    instance; its memory follows from `maxConnections` unless `resources.limits.memory` says more."""

    instances: Annotated[Instances, by_operator("the operator adds or removes replicas", "instances")] = 3
    """How many there are: one writes, the others follow it, and one of them takes over. The operators agree by way of
    Kubernetes, so an even number is as good as an odd one."""
    synchronous: Annotated[bool, by_operator("the operator changes it in place")] = True
    """Whether a commit waits for one replica while there is any, so that a failover loses nothing. With one instance
    there is nothing to wait for."""
    version: Annotated[Version, by_operator("the operator upgrades it, down for minutes; back is refused")] = "17"
    """Major version of PostgreSQL."""
    storage: Annotated[Bytes, by_operator("the operator enlarges the volumes; less is refused", "bytes")] = "20Gi"
    """Size of each instance's volume."""
    storage_class: Annotated[ObjectName | None, by_operator("only volumes of further instances follow it")] = None
    """StorageClass of the volumes; `temporal:kubernetes.storageClass` when left out."""
    max_connections: Annotated[
        Connections, by_operator(_RESTARTED, "connections", source="PostgreSQL: max_connections")
    ] = 200
    """PostgreSQL's max_connections. Must hold every pod's pools, one roll-out's extra pods, the jobs and the
    operator."""
    parameters: Annotated[
        dict[ParameterName, ParameterValue],
        by_operator("the operator reloads PostgreSQL, or restarts it where the parameter needs that"),
    ] = {}
    """Further parameters of PostgreSQL, for tuning. shared_buffers is a quarter of the memory limit. What those of
    memory may take above their defaults is memory that it needs, too."""
    queries_per_second: Annotated[Queries | None, BUDGET] = None
    """Queries to the store of executions that all pods together may send; beyond it callers are told to try again. When
    left out, only the server's own limit for each pod holds."""
