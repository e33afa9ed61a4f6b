"""`temporal:database`: where executions and visibility are stored."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.scalars import Bytes, Cpu, DnsLabel

Connections = Annotated[int, Field(ge=50, le=10000)]


class InCluster(Model):
    """One PostgreSQL pod with a volume, for development and tests: no replica, no backup."""

    kind: Literal["in-cluster"]
    """This database's name."""
    storage: Bytes = "10Gi"
    """Size of the volume. Cannot be changed later without replacing the database."""
    storage_class: DnsLabel | None = None
    """StorageClass of the volume; the cluster's default class when left out."""
    cpu: Cpu = "100m"
    """CPU request of the pod."""
    memory: Bytes = "512Mi"
    """Memory request and limit of the pod; a quarter of it becomes shared_buffers."""
    max_connections: Connections = 200
    """PostgreSQL's max_connections. Must hold every pod's pools, one roll-out's extra pods and the jobs."""


Database = InCluster
