"""`temporal:workloads`: an application's workers and APIs, as they run in the cluster."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Model
from settings.checks import Whole
from settings.disruption import DisruptionBudget
from settings.facts import changing
from settings.ingress import Ingress
from settings.pods import Pods
from settings.scalars import (
    CommandWord,
    DnsLabel,
    Duration,
    HttpPath,
    ImageReference,
    ObjectName,
    Port,
    Replicas,
    TaskQueue,
    WorkloadName,
)
from settings.volumes import Volume

_ROLLING: Final = changing("rolling", "the workload's pods restart")
_SCALING: Final = changing("nothing", "KEDA follows it", source="keda.sh, Temporal scaler")
_SLOTS: Final = changing("rolling", "the workload's pods restart", unit="at once in a pod")
_POLLS: Final = changing("rolling", "the workload's pods restart", unit="calls of a pod")
_Few = Annotated[int, Whole(0, 100)]
_User = Annotated[int, Whole(1, 2_147_483_647)]
_Slots = Annotated[int, Whole(1, 100_000)]
_Polls = Annotated[int, Whole(1, 1000)]
_WorkflowPolls = Annotated[int, Whole(2, 1000)]


class HttpProbe(Model):
    """The pod is asked by HTTP; an answer below 400 is well."""

    kind: Annotated[Literal["http"], _ROLLING]
    """This probe's kind."""
    path: Annotated[HttpPath, _ROLLING]
    """What is asked for."""
    port: Annotated[Port | None, _ROLLING] = None
    """Where it is asked; an API's own port when left out."""


class CommandProbe(Model):
    """A command runs in the container; an end with 0 is well."""

    kind: Annotated[Literal["command"], _ROLLING]
    """This probe's kind."""
    command: Annotated[tuple[CommandWord, ...], _ROLLING]
    """Program and arguments; no shell reads them."""


Probe = Annotated[HttpProbe | CommandProbe, Field(discriminator="kind")]


class Probes(Model):
    """What Kubernetes asks a pod."""

    readiness: Probe | None = None
    """Whether it works, which a rollout waits for. Left out, an API has to open its port, a worker only to run."""
    liveness: Probe | None = None
    """Whether it is alive: it is asked every 10 seconds, and after six failures in a row the container starts again."""
    start_within: Annotated[Duration, _ROLLING] = "60s"
    """How long a start may take before `liveness` counts."""


class Workload(Pods):
    """A program of an application. Its pods get the application's connection, nothing of the installation's. Of CPU and
    memory they get 200m and 512Mi where `resources` says nothing; what `temporal:kubernetes.pods` says is not for
    them."""

    name: Annotated[WorkloadName, changing("replaced", "its objects are made anew under the other name")]
    """Name of its Deployment and of all that belongs to it."""
    application: Annotated[DnsLabel, changing("replaced", "its objects are made anew in the other namespace")]
    """Where it runs and whose connection it has: one of `temporal:applications`, by its Kubernetes namespace."""
    image: Annotated[ImageReference, _ROLLING]
    """Its image. A tag that moves is not noticed."""
    pull_secrets: Annotated[tuple[ObjectName, ...], _ROLLING] = ()
    """Secrets of the application's namespace with logins to the image's registry."""
    command: Annotated[tuple[CommandWord, ...], _ROLLING] = ()
    """Program to start instead of the image's."""
    args: Annotated[tuple[CommandWord, ...], _ROLLING] = ()
    """Its arguments instead of the image's."""
    user: Annotated[_User, _ROLLING] = 10001
    """Number of the user, and of the group, that it runs as. Never root."""
    replicas: Annotated[Replicas | None, changing("nothing", "pods are added or removed", unit="pods")] = None
    """Number of pods; one when left out."""
    disruption_budget: DisruptionBudget | None = None
    """How many pods an eviction may take; when left out one where there are several, none where there is one."""
    spot: Annotated[Literal["off", "preferred", "required"], changing("rolling", "the pods move")] = "off"
    """Whether pods run on spot nodes of EKS or Karpenter, which AWS takes away after a notice of two minutes. For what
    is not critical."""
    graceful_shutdown: Annotated[Duration, changing("rolling", "the workload's pods restart", unit="duration")] = "30s"
    """How long what is under way may take after SIGTERM: at least as long as the longest activity, or request, that
    must not be cut off. The program is told; Kubernetes kills the pod 10 seconds later."""
    probes: Probes = Probes()
    """How Kubernetes learns whether a pod is well."""
    volumes: tuple[Volume, ...] = ()
    """What pods find in their file system. The root is read-only; /tmp is theirs."""
    metrics_port: Annotated[Port | None, _ROLLING] = None
    """Port at which the program serves its SDK's metrics for Prometheus; it is told. None when left out."""


class Slots(Model):
    """What one pod works on at most; what the program itself says when left out."""

    workflow_tasks: Annotated[_Slots | None, _SLOTS] = None
    """Workflow tasks."""
    activities: Annotated[_Slots | None, _SLOTS] = None
    """Activities."""
    local_activities: Annotated[_Slots | None, _SLOTS] = None
    """Local activities."""


class Pollers(Model):
    """How many calls of one pod wait for tasks; what the program itself says when left out."""

    workflow_tasks: Annotated[_WorkflowPolls | None, _POLLS] = None
    """For workflow tasks."""
    activities: Annotated[_Polls | None, _POLLS] = None
    """For activities."""


class BacklogScaling(Model):
    """KEDA sets the number of pods by what waits in the task queue. It must be in the cluster, 2.18 or later."""

    kind: Annotated[Literal["keda"], _SCALING]
    """This scaler's name."""
    min: Annotated[_Few, _SCALING]
    """Fewest pods. With 0 there is none while nothing waits, and the first task waits for a pod."""
    max: Annotated[Replicas, _SCALING]
    """Most pods."""
    backlog: Annotated[_Slots, changing("nothing", "KEDA follows it", unit="tasks a pod")]
    """Tasks that wait, of workflows and activities together, for which there should be one pod."""


class Worker(Workload):
    """A program that polls a task queue."""

    kind: Annotated[Literal["worker"], _ROLLING]
    """This workload's kind."""
    task_queue: Annotated[TaskQueue, _ROLLING]
    """The task queue. The program is told, and KEDA."""
    slots: Slots = Slots()
    """What one pod works on at most."""
    pollers: Pollers = Pollers()
    """How many calls of one pod wait for tasks."""
    autoscaling: BacklogScaling | None = None
    """Sets the number of pods instead of `replicas`."""


class Api(Workload):
    """A program that is called by HTTP, and calls Temporal."""

    kind: Annotated[Literal["api"], _ROLLING]
    """This workload's kind."""
    port: Annotated[Port, _ROLLING]
    """Port at which it serves; it is told. Its Service has the same one."""
    ingress: Ingress | None = None
    """How it is reached from outside the cluster; not at all when left out."""


AnyWorkload = Annotated[Worker | Api, Field(discriminator="kind")]
