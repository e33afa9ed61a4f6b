"""`temporal:access`: how the frontend and the Web UI are reached from outside the cluster."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.scalars import NodePort


class ClusterOnly(Model):
    """Reached from inside the cluster only."""

    kind: Literal["cluster"]
    """This way's name."""


class ByNodePort(Model):
    """Reached at a port of every node; needs `temporal:kubernetes.nodeAddress`."""

    kind: Literal["node-port"]
    """This way's name."""
    port: NodePort | None = None
    """The port; the cluster picks a free one when left out and keeps it."""


Way = Annotated[ClusterOnly | ByNodePort, Field(discriminator="kind")]


class NoLogin(Model):
    """Whoever reaches the UI sees and does everything its certificate allows. Said in words, never a default."""

    kind: Literal["none"]
    """This login's name."""


class Ui(Model):
    """The Web UI. It serves TLS and speaks to the frontend with a client certificate of its own."""

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
