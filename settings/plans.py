"""What one part of the installation really gets: the size preset, with the installation's and the part's own words
over it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from settings.affinity import Affinity, Toleration
from settings.autoscaling import Autoscaling
from settings.backend import Services
from settings.disruption import USUAL, DisruptionBudget
from settings.pods import Pods, Resources, Scheduling
from settings.references import SecretKey
from settings.rollout_plan import RolloutPlan, rollout_plan
from settings.scalars import milliseconds_of
from settings.shutdown import frontend_leaves_in, history_leaves_in, matching_leaves_in, worker_leaves_in
from settings.sizes import PRESETS, SHUTDOWN, ServiceName, Size
from settings.spread import Spreading


@dataclass(frozen=True, kw_only=True)
class SchedulingPlan:
    """Where pods run and what they carry."""

    affinity: Affinity | None
    tolerations: tuple[Toleration, ...]
    node_selector: Mapping[str, str]
    priority_class: str | None
    annotations: Mapping[str, str]
    zones: Spreading
    hosts: Spreading


@dataclass(frozen=True, kw_only=True)
class PodPlan:
    """Resources, scheduling and environment of a pod; quantities are Kubernetes' own texts."""

    cpu_request: str
    cpu_limit: str | None
    memory_request: str
    memory_limit: str
    scheduling: SchedulingPlan
    environment: Mapping[str, str]
    secret_environment: Mapping[str, SecretKey]


@dataclass(frozen=True, kw_only=True)
class ShutdownPlan:
    """How a pod leaves: dynamic config values by key, what the server needs for them, and the grace period."""

    dynamic_config: Mapping[str, str]
    leaves_in_ms: int
    grace_period: str

    @property
    def grace_ms(self) -> int:
        """The grace period in milliseconds."""
        return milliseconds_of(self.grace_period)

    @property
    def grace_seconds(self) -> int:
        """The grace period as Kubernetes takes it."""
        return math.ceil(self.grace_ms / 1000)


@dataclass(frozen=True, kw_only=True)
class ServicePlan:
    """One service of the server. `replicas` is what it starts with, fewest where autoscaled; `most` what it may
    grow to."""

    replicas: int
    most: int
    autoscaling: Autoscaling | None
    budget: DisruptionBudget | None
    pod: PodPlan
    pool: int
    visibility_pool: int
    rollout: RolloutPlan
    shutdown: ShutdownPlan


@dataclass(frozen=True, kw_only=True)
class UiPlan:
    """The Web UI."""

    replicas: int
    budget: DisruptionBudget | None
    pod: PodPlan


@dataclass(frozen=True, kw_only=True)
class SearchPlan:
    """The nodes of an in-cluster OpenSearch."""

    budget: DisruptionBudget | None
    pod: PodPlan


def scheduling_plan(common: Scheduling, said: Scheduling) -> SchedulingPlan:
    """The part's own words where it has some, else those that hold for all pods."""
    return SchedulingPlan(
        affinity=said.affinity if said.affinity is not None else common.affinity,
        tolerations=(said.tolerations if said.tolerations is not None else common.tolerations) or (),
        node_selector=(said.node_selector if said.node_selector is not None else common.node_selector) or {},
        priority_class=said.priority_class if said.priority_class is not None else common.priority_class,
        annotations=(said.annotations if said.annotations is not None else common.annotations) or {},
        zones=said.spread.zones or common.spread.zones or "preferred",
        hosts=said.spread.hosts or common.spread.hosts or "preferred",
    )


def pod_plan(cpu: str, memory: str, common: Scheduling, said: Pods) -> PodPlan:
    """`cpu` is the size's request, `memory` its request and limit."""
    resources: Resources = said.resources
    memory_limit = resources.limits.memory or memory
    return PodPlan(
        cpu_request=resources.requests.cpu or cpu,
        cpu_limit=resources.limits.cpu,
        memory_request=resources.requests.memory or memory_limit,
        memory_limit=memory_limit,
        scheduling=scheduling_plan(common, said),
        environment=said.environment,
        secret_environment=said.secret_environment,
    )


def budget_plan(said: DisruptionBudget | None, most: int) -> DisruptionBudget | None:
    """The part's own budget, else one pod where there may be several: with one, it could never be evicted."""
    return said or (USUAL if most > 1 else None)


def service_plan(
    name: ServiceName, size: Size, common: Scheduling, services: Services, *, searches_sql: bool
) -> ServicePlan:
    """One service from its size's presets and the stack's own words; a store that is no database has no pool."""
    said, preset = services.of(name), PRESETS[size][name]
    autoscaling = services.autoscaling_of(name)
    replicas = autoscaling.min if autoscaling else said.replicas or preset.replicas
    most = autoscaling.max if autoscaling else replicas
    shutdown = _shutdown(name, size, services)
    return ServicePlan(
        replicas=replicas,
        most=most,
        autoscaling=autoscaling,
        budget=budget_plan(said.disruption_budget, most),
        pod=pod_plan(preset.cpu, preset.memory, common, said),
        pool=said.pools.default or preset.pool,
        visibility_pool=(said.pools.visibility or preset.visibility_pool) if searches_sql else 0,
        rollout=rollout_plan(name, size, services, most=most, grace_seconds=shutdown.grace_seconds),
        shutdown=shutdown,
    )


def _shutdown(name: ServiceName, size: Size, services: Services) -> ShutdownPlan:
    leave = SHUTDOWN[size]
    frontend, matching, history = services.frontend.shutdown, services.matching.shutdown, services.history.shutdown
    fail, drain = frontend.fail_health_check or leave.fail_health_check, frontend.drain or leave.drain
    match name:
        case "frontend":
            values = {"frontend.shutdownFailHealthCheckDuration": fail, "frontend.shutdownDrainDuration": drain}
            leaves_in, grace = frontend_leaves_in(fail, drain), frontend.grace_period
        case "internal-frontend":
            # The frontend's keys are its own too: to the server it is a frontend.
            values = {}
            leaves_in, grace = frontend_leaves_in(fail, drain), services.internal_frontend.shutdown.grace_period
        case "matching":
            align = matching.align or leave.align
            values = {"matching.alignMembershipChange": align}
            leaves_in, grace = matching_leaves_in(align), matching.grace_period
        case "history":
            align = history.align or leave.align
            delay = history.join_delay or leave.join_delay
            values = {"history.alignMembershipChange": align, "history.startupMembershipJoinDelay": delay}
            leaves_in, grace = history_leaves_in(align), history.grace_period
        case "worker":
            values = {}
            leaves_in, grace = worker_leaves_in(), services.worker.shutdown.grace_period
    return ShutdownPlan(dynamic_config=values, leaves_in_ms=leaves_in, grace_period=grace or leave.grace_period)
