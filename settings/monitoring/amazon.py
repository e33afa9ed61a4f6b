"""`temporal:monitoring: {kind: amazon}`: Amazon Managed Service for Prometheus."""

from typing import Annotated, Literal

from settings.aws import OnAws
from settings.aws_scalars import LogDays
from settings.facts import changing
from settings.monitoring.deployed import STORAGE, Deployed, Stored
from settings.monitoring.watched import Place
from settings.scalars import Bytes
from settings.sizes import Part


class Agent(Stored):
    """One Prometheus that reads, sends on and keeps nothing but what it has not sent yet. It serves TLS to whoever
    shows a certificate of the stack's monitoring."""

    storage: Annotated[Bytes, STORAGE] = "5Gi"
    """Size of the volume, for what waits to be sent."""


class Amazon(Deployed, OnAws):
    """A workspace of Amazon Managed Service for Prometheus, which keeps metrics, evaluates rules and tells SNS, and an
    agent of the stack's own, which sends it what it reads."""

    kind: Annotated[
        Literal["amazon"], changing("replaced", "its workspace goes with all metrics; the server's pods restart")
    ]
    """This way's name."""
    agent: Agent = Agent()
    """What reads metrics and sends them."""
    log_days: Annotated[LogDays, changing("nothing", "what is older is deleted", unit="days")] = 365
    """How long CloudWatch keeps the workspace's logs: rules that cannot be evaluated, messages that cannot be sent."""
    grafana: Annotated[Place | None, changing("nothing", "the rules are loaded again")] = None
    """Where people open Grafana, for the links in alerts; no such links when left out."""

    def parts(self) -> dict[Part, Stored]:
        """What is deployed, by its key."""
        return {"agent": self.agent}
