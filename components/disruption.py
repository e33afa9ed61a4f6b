"""What evictions are held to."""

from collections.abc import Mapping

import pulumi
import pulumi_kubernetes as k8s

from settings.disruption import DisruptionBudget


def disruption_budget(
    name: str,
    selector: Mapping[str, str],
    *,
    metadata: k8s.meta.v1.ObjectMetaArgs,
    budget: DisruptionBudget | None,
    opts: pulumi.ResourceOptions,
) -> None:
    """A PodDisruptionBudget for the pods that `selector` finds, when there is a budget."""
    if budget is None:
        return
    k8s.policy.v1.PodDisruptionBudget(
        name,
        metadata=metadata,
        spec=k8s.policy.v1.PodDisruptionBudgetSpecArgs(
            max_unavailable=budget.max_unavailable,
            min_available=budget.min_available,
            selector=k8s.meta.v1.LabelSelectorArgs(match_labels=dict(selector)),
            # Pods that cannot start serve nobody: they must not hold a drain.
            unhealthy_pod_eviction_policy="AlwaysAllow",
        ),
        opts=opts,
    )
