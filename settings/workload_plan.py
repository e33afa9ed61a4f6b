"""What a workload really gets, and what its program is told by environment variables."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from settings.affinity import Affinity
from settings.disruption import DisruptionBudget
from settings.plans import PodPlan, budget_plan, pod_plan
from settings.pods import Scheduling
from settings.scalars import milliseconds_of
from settings.volumes import ClaimVolume, ExistingClaim
from settings.workloads import Api, Worker, Workload

OWN_PREFIX: Final = "TEMPORAL_"
"""How every variable begins that the connection or the workload sets, but for the port."""
PORT: Final = "PORT"
KILLED_AFTER: Final = 10
"""Seconds between the end of what the program was given and Kubernetes' last word."""
TURNED_AWAY: Final = 5
"""Seconds in which a Service and its ingress learn that an API's pod leaves, before it is asked to."""
SPOT_NOTICE: Final = 120
"""Seconds between AWS' notice and the end of a spot node."""
_SPOT_NODES: Final[Mapping[str, str]] = {"eks.amazonaws.com/capacityType": "SPOT", "karpenter.sh/capacity-type": "spot"}
"""Labels of spot nodes: of EKS' managed node groups, of Karpenter."""
SURGE: Final = "25%"
"""How many pods more there are in a rollout, rounded up."""
_ROUNDS: Final = 4
_SCHEDULING: Final = 120
"""Seconds until a pod has a node and its image."""
_LEAST_DEADLINE: Final = 600
_CPU: Final = "200m"
_MEMORY: Final = "512Mi"


@dataclass(frozen=True, kw_only=True)
class WorkloadPlan:
    """One workload. `replicas` is what it starts with, fewest where autoscaled; `most` what it may grow to."""

    replicas: int
    most: int
    budget: DisruptionBudget | None
    pod: PodPlan
    variables: Mapping[str, str]
    """What the program is told besides its connection."""
    grace_seconds: int
    """After SIGTERM, or after what comes before that."""
    is_alone: bool
    """Whether the pod of before has to be gone before the next one starts."""
    deadline: int
    """Seconds in which a rollout has to be over."""


def workload_plan(said: Workload) -> WorkloadPlan:
    """One workload from its own words; what holds for the installation's pods does not hold for an application's."""
    scaled = said.autoscaling if isinstance(said, Worker) else None
    replicas = scaled.min if scaled else said.replicas or 1
    most = scaled.max if scaled else replicas
    shown = said.model_copy(update={"affinity": _affinity(said)})
    return WorkloadPlan(
        replicas=replicas,
        most=most,
        budget=budget_plan(said.disruption_budget, most),
        pod=pod_plan(_CPU, _MEMORY, Scheduling(), shown),
        variables=dict(_variables(said)),
        grace_seconds=leaving_seconds(said),
        is_alone=any(True for _ in single_volumes(said)),
        deadline=max(_LEAST_DEADLINE, (min(most, _ROUNDS) + 1) * _round_seconds(said)),
    )


def shutdown_seconds(said: Workload) -> int:
    """What the program has for what is under way."""
    return math.ceil(milliseconds_of(said.graceful_shutdown) / 1000)


def leaving_seconds(said: Workload) -> int:
    """From the moment that Kubernetes wants a pod to go until it kills it."""
    return shutdown_seconds(said) + KILLED_AFTER + (TURNED_AWAY if isinstance(said, Api) else 0)


def _round_seconds(said: Workload) -> int:
    """How long it takes at most that a pod takes the place of another."""
    return _SCHEDULING + math.ceil(milliseconds_of(said.probes.start_within) / 1000) + leaving_seconds(said)


def single_volumes(said: Workload) -> Iterator[int]:
    """Indexes of the volumes that one pod has at a time."""
    for index, volume in enumerate(said.volumes):
        if isinstance(volume, ClaimVolume | ExistingClaim) and volume.access_mode == "ReadWriteOnce":
            yield index


def _variables(said: Workload) -> Iterator[tuple[str, str]]:
    yield f"{OWN_PREFIX}GRACEFUL_SHUTDOWN_SECONDS", str(shutdown_seconds(said))
    if said.metrics_port:
        yield f"{OWN_PREFIX}METRICS_ADDRESS", f"0.0.0.0:{said.metrics_port}"
    if isinstance(said, Worker):
        yield f"{OWN_PREFIX}TASK_QUEUE", said.task_queue
        numbers = {
            "MAX_CONCURRENT_WORKFLOW_TASKS": said.slots.workflow_tasks,
            "MAX_CONCURRENT_ACTIVITIES": said.slots.activities,
            "MAX_CONCURRENT_LOCAL_ACTIVITIES": said.slots.local_activities,
            "MAX_CONCURRENT_WORKFLOW_TASK_POLLS": said.pollers.workflow_tasks,
            "MAX_CONCURRENT_ACTIVITY_TASK_POLLS": said.pollers.activities,
        }
        yield from ((f"{OWN_PREFIX}{name}", str(number)) for name, number in numbers.items() if number)
    if isinstance(said, Api):
        yield PORT, str(said.port)


def _affinity(said: Workload) -> Affinity | None:
    """Its own, with the nodes that `spot` asks for."""
    if said.spot == "off":
        return said.affinity
    terms: list[dict[str, Any]] = [
        {"matchExpressions": [{"key": key, "operator": "In", "values": [value]}]} for key, value in _SPOT_NODES.items()
    ]
    when = f"{said.spot}DuringSchedulingIgnoredDuringExecution"
    wanted = (
        {"nodeSelectorTerms": terms}
        if said.spot == "required"
        else [{"weight": 100, "preference": term} for term in terms]
    )
    spot = Affinity.model_validate_json(json.dumps({"nodeAffinity": {when: wanted}}))
    return (said.affinity or spot).model_copy(update={"node_affinity": spot.node_affinity})
