"""The number of a service's pods after its load. Each change moves what pods own, so it is made in small steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from settings.autoscaling import Autoscaling
from settings.sizes import ServiceName


@dataclass(frozen=True, kw_only=True)
class _Pace:
    """Pods added or taken away in a period, and for how long the load must have been low; in seconds."""

    up: int
    up_seconds: int
    down_seconds: int
    calm_seconds: int


_PACES: Final[Mapping[ServiceName, _Pace]] = {
    # Owns nothing; clients find new pods by themselves.
    "frontend": _Pace(up=2, up_seconds=60, down_seconds=60, calm_seconds=300),
    # Task queues move with every change of the membership.
    "matching": _Pace(up=1, up_seconds=60, down_seconds=120, calm_seconds=300),
    # Shards move with it, and their caches are filled again from the database.
    "history": _Pace(up=1, up_seconds=60, down_seconds=300, calm_seconds=600),
}


def autoscaler(
    name: str,
    service: ServiceName,
    autoscaling: Autoscaling,
    *,
    metadata: k8s.meta.v1.ObjectMetaArgs,
    deployment: k8s.apps.v1.Deployment,
    parent: pulumi.Resource,
) -> None:
    """A HorizontalPodAutoscaler of the Deployment, by its pods' CPU."""
    pace = _PACES[service]
    k8s.autoscaling.v2.HorizontalPodAutoscaler(
        name,
        metadata=metadata,
        spec=k8s.autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=k8s.autoscaling.v2.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=deployment.metadata.name
            ),
            min_replicas=autoscaling.min,
            max_replicas=autoscaling.max,
            metrics=[
                k8s.autoscaling.v2.MetricSpecArgs(
                    type="Resource",
                    resource=k8s.autoscaling.v2.ResourceMetricSourceArgs(
                        name="cpu",
                        target=k8s.autoscaling.v2.MetricTargetArgs(
                            type="Utilization", average_utilization=autoscaling.cpu
                        ),
                    ),
                )
            ],
            behavior=k8s.autoscaling.v2.HorizontalPodAutoscalerBehaviorArgs(
                scale_up=_rules(pace.up, pace.up_seconds, 0),
                scale_down=_rules(1, pace.down_seconds, pace.calm_seconds),
            ),
        ),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[deployment]),
    )


def _rules(pods: int, seconds: int, calm_seconds: int) -> k8s.autoscaling.v2.HPAScalingRulesArgs:
    policy = k8s.autoscaling.v2.HPAScalingPolicyArgs(type="Pods", value=pods, period_seconds=seconds)
    return k8s.autoscaling.v2.HPAScalingRulesArgs(stabilization_window_seconds=calm_seconds, policies=[policy])
