"""How much memory an in-cluster PostgreSQL needs: without it the kernel kills one of its processes in the middle of a
roll-out, and PostgreSQL then ends all of them and recovers, some ten seconds without a database.

Seen on the embedded node under load: 2.5 MiB for each of 69 connections besides shared_buffers, and with 512 MiB and
some 120 connections a process killed.
"""

import math
from collections.abc import Mapping
from typing import Final

from settings.postgres_parameters import mebibytes, takes

A_CONNECTION_MIB: Final = 3
BESIDES_MIB: Final = 64
SHARED_BUFFERS: Final = 4
"""The part of the memory that is shared_buffers: a quarter (PostgreSQL's documentation, resource consumption)."""
_STEP_MIB: Final = 64
_DEFAULTS_MIB: Final = {"work_mem": 4, "maintenance_work_mem": 64, "wal_buffers": 16}
"""PostgreSQL's own, which the figures above were seen with; wal_buffers grow up to that by themselves."""
_VACUUMS: Final = 3
"""autovacuum_max_workers by default. Each may take maintenance_work_mem, unless autovacuum_work_mem says otherwise."""


def memory_for(connections: int, parameters: Mapping[str, str]) -> str:
    """The least memory limit for `max_connections` and parameters, as Kubernetes takes it."""
    alone = BESIDES_MIB + A_CONNECTION_MIB * connections + more_for(connections, parameters)
    whole = alone * SHARED_BUFFERS / (SHARED_BUFFERS - 1)
    return f"{math.ceil(whole / _STEP_MIB) * _STEP_MIB}Mi"


def more_for(connections: int, parameters: Mapping[str, str]) -> int:
    """Mebibytes that parameters may take beyond their defaults, all at once. Values that PostgreSQL does not take count
    for nothing: a rule refuses them."""
    said = {name: value for name, value in parameters.items() if takes(name, value)}
    more = {
        name: max(0.0, mebibytes(name, said[name]) - default) if name in said else 0.0
        for name, default in _DEFAULTS_MIB.items()
    }
    vacuums = int(said.get("autovacuum_max_workers", _VACUUMS))
    vacuum = mebibytes("autovacuum_work_mem", said.get("autovacuum_work_mem", "-1"))
    by_vacuum = more["maintenance_work_mem"] if vacuum < 0 else max(0.0, vacuum - _DEFAULTS_MIB["maintenance_work_mem"])
    whole = more["work_mem"] * connections + more["maintenance_work_mem"] + by_vacuum * vacuums + more["wal_buffers"]
    return math.ceil(whole)
