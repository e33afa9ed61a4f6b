"""What may be said of pods: resources, where they run, what they are told."""

from typing import Annotated

from settings.affinity import Affinity, Toleration
from settings.base import Model
from settings.facts import changing
from settings.references import SecretKey
from settings.scalars import (
    AnnotationValue,
    Bytes,
    Cpu,
    EnvironmentName,
    EnvironmentValue,
    LabelKey,
    LabelValue,
    ObjectName,
)
from settings.spread import Spread

_ROLLING = changing("rolling", "the pods restart")


class Requests(Model):
    """What the scheduler reserves for a pod."""

    cpu: Annotated[Cpu | None, changing("rolling", "the pods restart", unit="cores")] = None
    """CPU request; the size's when left out."""
    memory: Annotated[Bytes | None, changing("rolling", "the pods restart", unit="bytes")] = None
    """Memory request; the memory limit when left out, so that no pod is surprised by its node."""


class Limits(Model):
    """What a pod may use at most."""

    cpu: Annotated[Cpu | None, changing("rolling", "the pods restart", unit="cores")] = None
    """CPU limit. None when left out, and that is meant: throttling a history pod that holds shard locks slows all."""
    memory: Annotated[Bytes | None, changing("rolling", "the pods restart", unit="bytes")] = None
    """Memory limit; the size's when left out. The server's Go runtime is told to stay below nine tenths of it."""


class Resources(Model):
    """Kubernetes' resources of a pod."""

    requests: Requests = Requests()
    """What is reserved."""
    limits: Limits = Limits()
    """What is allowed."""


class Scheduling(Model):
    """Where pods run and what they carry. What a part leaves out comes from `temporal:kubernetes.pods`."""

    affinity: Affinity | None = None
    """Nodes and pods to be near to, or far from."""
    tolerations: tuple[Toleration, ...] | None = None
    """Taints to put up with."""
    node_selector: Annotated[dict[LabelKey, LabelValue] | None, changing("rolling", "the pods move")] = None
    """Labels that a node must have."""
    priority_class: Annotated[ObjectName | None, _ROLLING] = None
    """PriorityClass, which must exist."""
    annotations: Annotated[dict[LabelKey, AnnotationValue] | None, _ROLLING] = None
    """Annotations of the pods."""
    spread: Spread = Spread()
    """What keeps the pods of a part apart. For parts with several pods: the services and the UI."""


class Pods(Scheduling):
    """Everything that may be said of the pods of one part."""

    resources: Resources = Resources()
    """CPU and memory."""
    environment: Annotated[dict[EnvironmentName, EnvironmentValue], _ROLLING] = {}
    """Further environment variables, in the clear. What the platform sets itself is refused."""
    secret_environment: dict[EnvironmentName, SecretKey] = {}
    """Further environment variables whose values are in Secrets of the pods' own namespace."""
