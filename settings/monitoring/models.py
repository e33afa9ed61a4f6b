"""`temporal:monitoring`: who reads the metrics, and who is told when something is wrong."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Model
from settings.facts import changing
from settings.monitoring.amazon import Amazon
from settings.monitoring.bundled import Bundled
from settings.monitoring.cloud import CloudMetrics
from settings.monitoring.watched import Place, Watched
from settings.scalars import DnsLabel, LabelKey, LabelValue

_SELECTED: Final = changing("nothing", "the operator reads the objects again")
_SERVED: Final = changing("rolling", "the server's pods restart")
_RULES: Final = changing("nothing", "the rules are loaded again")


class Nobody(Model):
    """Nothing serves metrics, nothing is watched."""

    kind: Annotated[Literal["none"], _SERVED]
    """This way's name."""


class Anybody(Model):
    """Every pod of the cluster may read the metrics. They are in plain text and tell names of namespaces, task queues
    and types of workflows. Said in words, never a default."""

    kind: Annotated[Literal["cluster"], changing("nothing", "the network policy is taken away")]
    """This choice's name."""


class OneNamespace(Model):
    """Only pods of one Kubernetes namespace may read the metrics, where the cluster's network enforces policies."""

    kind: Annotated[Literal["namespace"], changing("nothing", "the network policy is made or changed")]
    """This choice's name."""
    name: Annotated[DnsLabel, changing("nothing", "the network policy follows it")]
    """The namespace that Prometheus runs in."""


Readers = Annotated[Anybody | OneNamespace, Field(discriminator="kind")]


class ByOperator(Watched):
    """Objects for a Prometheus Operator that is there already, such as kube-prometheus-stack's: monitors, rules,
    dashboards, routes."""

    kind: Annotated[Literal["operator"], changing("replaced", "its objects go; the server's pods restart")]
    """This way's name."""
    readers: Readers
    """Who may read the metrics of the server's pods."""
    labels: Annotated[dict[LabelKey, LabelValue], _SELECTED] = {}
    """Labels by which its Prometheus and Alertmanager choose objects; none when they take all of them."""
    dashboard_labels: Annotated[
        dict[LabelKey, LabelValue], changing("nothing", "Grafana's sidecar reads the dashboards again")
    ] = {"grafana_dashboard": "1"}
    """Labels by which Grafana's sidecar chooses ConfigMaps with dashboards."""
    grafana: Annotated[Place | None, _RULES] = None
    """Where people open Grafana, for the links in alerts; no such links when left out."""
    kube_state_metrics: Annotated[bool, _RULES] = True
    """Whether its Prometheus reads kube-state-metrics. Some alerts are made of those."""
    cloud: CloudMetrics | None = None
    """With `temporal:backend.kind: cloud`: what Temporal Cloud counts on its side. Not read when left out."""


Monitoring = Annotated[Nobody | ByOperator | Bundled | Amazon, Field(discriminator="kind")]
