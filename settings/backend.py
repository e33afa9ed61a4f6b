"""`temporal:backend`: how Temporal is run."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.scalars import Bytes, Cpu

Shards = Annotated[int, Field(ge=1, le=16384)]
Replicas = Annotated[int, Field(ge=1, le=100)]


class Service(Model):
    """One service of the server. What is left out comes from the size preset."""

    replicas: Replicas | None = None
    """Number of pods."""
    cpu: Cpu | None = None
    """CPU request of a pod. There is no CPU limit: throttling a history pod that holds shard locks slows everybody."""
    memory: Bytes | None = None
    """Memory request and limit of a pod; the Go runtime is told to stay below nine tenths of it."""


class Services(Model):
    """The server's services, each its own Deployment."""

    frontend: Service = Service()
    """Takes the calls of clients and workers."""
    internal_frontend: Annotated[Service, Field(alias="internal-frontend")] = Service()
    """Takes the calls of the server's own system workers; reachable with an internode certificate only."""
    history: Service = Service()
    """Holds the shards and runs the state machines of executions."""
    matching: Service = Service()
    """Hands tasks to workers."""
    worker: Service = Service()
    """Runs the server's own workflows."""


class SelfHosted(Model):
    """Temporal's server on Kubernetes."""

    kind: Literal["self-hosted"]
    """This backend's name."""
    shards: Shards = 512
    """Number of history shards. Fixed for the life of the database: the server ignores a later change."""
    services: Services = Services()
    """Replicas and resources by service."""


Backend = SelfHosted
