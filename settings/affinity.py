"""Kubernetes' own words for where pods may run (core/v1 Affinity and Toleration of the API reference)."""

from typing import Annotated, Literal

from settings.base import Model
from settings.checks import Whole
from settings.facts import changing
from settings.scalars import DnsLabel, LabelKey, LabelValue

_ROLLING = changing("rolling", "the pods move")
Weight = Annotated[int, Whole(1, 100)]
_TOLERATED = Annotated[int, Whole(0, 86400)]


class Toleration(Model):
    """A taint of nodes that pods put up with."""

    key: Annotated[LabelKey | None, _ROLLING] = None
    """Key of the taint; every key when left out, which needs `operator: Exists`."""
    operator: Annotated[Literal["Exists", "Equal"], _ROLLING] = "Equal"
    """How the taint's value is compared."""
    value: Annotated[LabelValue | None, _ROLLING] = None
    """Value of the taint, with `operator: Equal`."""
    effect: Annotated[Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None, _ROLLING] = None
    """Effect of the taint; every effect when left out."""
    toleration_seconds: Annotated[_TOLERATED | None, changing("rolling", "the pods move", unit="seconds")] = None
    """How long a pod stays on a node that got a NoExecute taint; for ever when left out."""


class Requirement(Model):
    """One condition on labels."""

    key: Annotated[LabelKey, _ROLLING]
    """Key of the label."""
    operator: Annotated[Literal["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"], _ROLLING]
    """How its value is compared. Gt and Lt are for nodes only."""
    values: Annotated[tuple[LabelValue, ...], _ROLLING] = ()
    """Values to compare with; none for Exists and DoesNotExist."""


class LabelSelector(Model):
    """Pods by their labels; all conditions must hold."""

    match_labels: Annotated[dict[LabelKey, LabelValue], _ROLLING] = {}
    """Labels and their values."""
    match_expressions: Annotated[tuple[Requirement, ...], _ROLLING] = ()
    """Further conditions."""


class NodeTerm(Model):
    """Nodes by their labels; all conditions must hold."""

    match_expressions: Annotated[tuple[Requirement, ...], _ROLLING]
    """Conditions on a node's labels."""


class NodeSelector(Model):
    """Nodes that fit at least one of the terms."""

    node_selector_terms: Annotated[tuple[NodeTerm, ...], _ROLLING]
    """The terms."""


class PreferredNode(Model):
    """A wish for nodes."""

    weight: Annotated[Weight, _ROLLING]
    """How much it counts against other wishes."""
    preference: NodeTerm
    """Which nodes."""


class NodeAffinity(Model):
    """Which nodes pods run on."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    """Nodes that pods must run on."""
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredNode, ...] = ()
    """Nodes that pods should run on."""


class PodTerm(Model):
    """Pods to be near to, or far from."""

    topology_key: Annotated[LabelKey, _ROLLING]
    """Label of nodes that says what near means, such as topology.kubernetes.io/zone."""
    label_selector: LabelSelector
    """Which pods."""
    namespaces: Annotated[tuple[DnsLabel, ...], _ROLLING] = ()
    """Kubernetes namespaces of those pods; the installation's own when left out."""


class PreferredPods(Model):
    """A wish about other pods."""

    weight: Annotated[Weight, _ROLLING]
    """How much it counts against other wishes."""
    pod_affinity_term: PodTerm
    """Which pods."""


class PodAffinity(Model):
    """Which pods to be near to, or far from."""

    required_during_scheduling_ignored_during_execution: tuple[PodTerm, ...] = ()
    """What must hold."""
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredPods, ...] = ()
    """What should hold."""


class Affinity(Model):
    """Kubernetes' affinity, in its own words."""

    node_affinity: NodeAffinity | None = None
    """Which nodes."""
    pod_affinity: PodAffinity | None = None
    """Which pods to be near to."""
    pod_anti_affinity: PodAffinity | None = None
    """Which pods to be far from."""
