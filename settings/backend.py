"""`temporal:backend`: how Temporal is run."""

from typing import Annotated, Any, Literal, cast

from pydantic import Field

import versions
from settings.autoscaling import Autoscaling
from settings.base import Model
from settings.checks import OneOf, TextOrWhole, Whole
from settings.cloud import Cloud
from settings.disruption import DisruptionBudget
from settings.facts import changing
from settings.pods import Pods
from settings.rollout import Rollout
from settings.scalars import Replicas
from settings.shutdown import (
    FrontendShutdown,
    HistoryShutdown,
    InternalFrontendShutdown,
    MatchingShutdown,
    WorkerShutdown,
)
from settings.sizes import ServiceName

Shards = Annotated[int, Whole(1, 16384)]
_Pool = Annotated[int, Whole(1, 1000)]
_POOL_CHANGE = changing("rolling", "the service's pods restart", unit="connections a pod", source="temporal #6459")

ServerVersion = Annotated[str, OneOf(tuple(versions.SERVERS))]


class Pools(Model):
    """Connections that one pod keeps open to each store. All pods together must fit into the database's limit."""

    default: Annotated[_Pool | None, _POOL_CHANGE] = None
    """To the store of executions; the size's when left out."""
    visibility: Annotated[_Pool | None, _POOL_CHANGE] = None
    """To the store of what is searched; the size's when left out."""


class Service(Pods):
    """One service of the server. What is left out comes from the size preset."""

    replicas: Annotated[Replicas | None, changing("nothing", "pods are added or removed", unit="pods")] = None
    """Number of pods; the size's when left out."""
    pools: Pools = Pools()
    """Database connections of one pod."""
    rollout: Rollout = Rollout()
    """How its pods are replaced."""
    disruption_budget: DisruptionBudget | None = None
    """How many pods an eviction may take; when left out one where there are several, none where there is one."""


class ScalableService(Service):
    """A service whose number of pods may follow the load."""

    autoscaling: Autoscaling | None = None
    """Sets the number of pods instead of `replicas`."""


class FrontendService(ScalableService):
    """A service that takes calls."""

    shutdown: FrontendShutdown = FrontendShutdown()
    """How its pods leave."""


class InternalFrontendService(Service):
    """The service that takes the calls of the server's own workers."""

    shutdown: InternalFrontendShutdown = InternalFrontendShutdown()
    """How its pods leave."""


class HistoryService(ScalableService):
    """The service that holds the shards."""

    shutdown: HistoryShutdown = HistoryShutdown()
    """How its pods leave."""


class MatchingService(ScalableService):
    """The service that holds the task queues."""

    shutdown: MatchingShutdown = MatchingShutdown()
    """How its pods leave."""


class WorkerService(Service):
    """The service that runs the server's own workflows."""

    shutdown: WorkerShutdown = WorkerShutdown()
    """How its pods leave."""


class Services(Model):
    """The server's services, each its own Deployment."""

    frontend: FrontendService = FrontendService()
    """Takes the calls of clients and workers."""
    internal_frontend: Annotated[InternalFrontendService, Field(alias="internal-frontend")] = InternalFrontendService()
    """Takes the calls of the server's own system workers; reachable with an internode certificate only."""
    history: HistoryService = HistoryService()
    """Holds the shards and runs the state machines of executions."""
    matching: MatchingService = MatchingService()
    """Hands tasks to workers."""
    worker: WorkerService = WorkerService()
    """Runs the server's own workflows."""

    def of(self, name: ServiceName) -> Service:
        """The service of that name."""
        return cast("Service", getattr(self, name.replace("-", "_")))

    def autoscaling_of(self, name: ServiceName) -> Autoscaling | None:
        """What makes the number of pods follow the load, if anything does."""
        said = self.of(name)
        return said.autoscaling if isinstance(said, ScalableService) else None


Constraint = Annotated[str | int, TextOrWhole()]


class DynamicValue(Model):
    """One value of a dynamic config key, for everything or for what `constraints` name."""

    value: Annotated[Any, changing("nothing", "the server reads it again within 10 s", source="dynamicconfig/*.go")]
    """The value; its type and its bounds are the key's own."""
    constraints: Annotated[
        dict[str, Constraint], changing("nothing", "the server reads it again within 10 s", source="dynamicconfig/*.go")
    ] = {}
    """What it holds for, such as {namespace: production}; everything when left out. Each key takes its own ones."""


class SelfHosted(Model):
    """Temporal's server on Kubernetes."""

    kind: Annotated[
        Literal["self-hosted"], changing("refused", "a move to Temporal Cloud is another stack beside this one")
    ]
    """This backend's name."""
    version: Annotated[
        ServerVersion,
        changing(
            "rolling",
            "schema jobs, then the services; refused when it goes back or skips a minor",
            source="docs.temporal.io, upgrade-server",
        ),
    ] = versions.TEMPORAL_SERVER
    """Version of the server and of its schema tools."""
    shards: Annotated[Shards, changing("refused", "the server ignores a later change", unit="shards")] = 512
    """Number of history shards, a power of two by rule. Fixed for the life of the database."""
    services: Services = Services()
    """Replicas, autoscaling, resources, pools, rollout, shutdown and scheduling by service."""
    dynamic_config: dict[str, tuple[DynamicValue, ...]] = {}
    """The server's dynamic config: lists of values by key, as in its own file. Keys, types and constraints are checked
    against the catalogue of the server's minor version."""


Backend = Annotated[SelfHosted | Cloud, Field(discriminator="kind")]
