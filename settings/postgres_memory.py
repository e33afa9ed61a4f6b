"""How much memory an in-cluster PostgreSQL needs: without it the kernel kills one of its processes in the middle of a
roll-out, and PostgreSQL then ends all of them and recovers, some ten seconds without a database.

Seen on the embedded node under load: 2.5 MiB for each of 69 connections besides shared_buffers, and with 512 MiB and
some 120 connections a process killed.
"""

import math
from typing import Final

A_CONNECTION_MIB: Final = 3
BESIDES_MIB: Final = 64
SHARED_BUFFERS: Final = 4
"""The part of the memory that is shared_buffers: a quarter (PostgreSQL's documentation, resource consumption)."""
_STEP_MIB: Final = 64


def memory_for(connections: int) -> str:
    """The least memory limit for `max_connections`, as Kubernetes takes it."""
    alone = BESIDES_MIB + A_CONNECTION_MIB * connections
    whole = alone * SHARED_BUFFERS / (SHARED_BUFFERS - 1)
    return f"{math.ceil(whole / _STEP_MIB) * _STEP_MIB}Mi"
