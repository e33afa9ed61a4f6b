"""`temporal:access`: how the frontend and the Web UI are reached from outside the cluster."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.disruption import DisruptionBudget
from settings.facts import changing
from settings.pods import Pods
from settings.scalars import NodePort, Replicas

_WAY = changing("nothing", "the way in from outside is made, changed or taken away")


class ClusterOnly(Model):
    """Reached from inside the cluster only."""

    kind: Annotated[Literal["cluster"], _WAY]
    """This way's name."""


class ByNodePort(Model):
    """Reached at a port of every node; needs `temporal:kubernetes.nodeAddress`."""

    kind: Annotated[Literal["node-port"], _WAY]
    """This way's name."""
    port: Annotated[NodePort | None, _WAY] = None
    """The port; the cluster picks a free one when left out and keeps it."""


Way = Annotated[ClusterOnly | ByNodePort, Field(discriminator="kind")]


class NoLogin(Model):
    """Whoever reaches the UI sees and does everything its certificate allows. Said in words, never a default."""

    kind: Annotated[Literal["none"], changing("rolling", "the UI's pods restart")]
    """This login's name."""


class Ui(Pods):
    """The Web UI. It serves TLS and speaks to the frontend with a client certificate of its own."""

    replicas: Annotated[Replicas | None, changing("nothing", "pods are added or removed", unit="pods")] = None
    """Number of pods; the size's when left out."""
    disruption_budget: DisruptionBudget | None = None
    """How many pods an eviction may take; when left out one where there are several, none where there is one."""

    exposure: Way = ClusterOnly(kind="cluster")
    """How it is reached."""
    login: NoLogin
    """Who may use it."""


class Access(Model):
    """Ways in from outside the cluster."""

    frontend: Way = ClusterOnly(kind="cluster")
    """How clients reach the frontend. They need a client certificate whatever the way."""
    ui: Ui | None = None
    """The Web UI; not deployed when left out."""
