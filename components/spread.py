"""Pods of one part kept apart, so that no zone and no node takes all of them with it."""

from collections.abc import Mapping
from typing import Final

import pulumi_kubernetes as k8s

from settings.plans import SchedulingPlan
from settings.spread import Spreading

_UNSATISFIABLE: Final[Mapping[Spreading, str]] = {"preferred": "ScheduleAnyway", "required": "DoNotSchedule"}


def spread_constraints(
    scheduling: SchedulingPlan, selector: Mapping[str, str]
) -> list[k8s.core.v1.TopologySpreadConstraintArgs]:
    """Constraints for the pods that `selector` finds; none where spreading is off."""
    topologies = {"topology.kubernetes.io/zone": scheduling.zones, "kubernetes.io/hostname": scheduling.hosts}
    return [
        k8s.core.v1.TopologySpreadConstraintArgs(
            max_skew=1,
            topology_key=key,
            when_unsatisfiable=_UNSATISFIABLE[spreading],
            label_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=dict(selector)),
            # Pods of a rollout are counted by themselves: the old ones' places would push them aside.
            match_label_keys=["pod-template-hash"],
            # A drained node takes no pods: counted as an empty one it would leave required pods without a place.
            node_taints_policy="Honor",
        )
        for key, spreading in topologies.items()
        if spreading in _UNSATISFIABLE
    ]
