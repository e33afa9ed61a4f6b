"""Disruption budgets that say one thing, and let a drain of a node end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from settings.disruption import DisruptionBudget
from settings.rules.contradiction import Contradiction
from settings.sizes import SERVICE_NAMES
from settings.visibility import OpenSearch
from settings.workload_plan import workload_plan
from settings.workloads import Worker

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


@dataclass(frozen=True)
class _Said:
    """A budget of the stack file, the fewest pods it is for, and the word for them."""

    location: tuple[int | str, ...]
    budget: DisruptionBudget
    pods: int
    word: str


def budgets_are_one_number(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Kubernetes takes one of the two."""
    for said in _said(settings):
        if (said.budget.max_unavailable is None) == (said.budget.min_available is None):
            yield Contradiction(
                location=said.location,
                found=said.budget.model_dump(by_alias=True, exclude_none=True),
                allowed="one of maxUnavailable and minAvailable",
            )


def budgets_let_pods_go(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A budget that forbids every eviction holds up every drain, and with it upgrades of the cluster, for ever."""
    for said in _said(settings):
        most, least = said.budget.max_unavailable, said.budget.min_available
        if most == 0 and least is None:
            yield Contradiction(
                location=(*said.location, "maxUnavailable"),
                found=most,
                allowed="at least 1: with 0 no pod can be evicted, and a drain of its node never ends",
            )
        if least is not None and least >= said.pods and most is None:
            yield Contradiction(
                location=(*said.location, "minAvailable"),
                found=least,
                allowed=f"less than {said.word}, or no pod can be evicted and a drain of its node never ends",
                figures=f": at most {said.pods - 1}",
            )


def _said(settings: "SelfHostedSettings") -> Iterator[_Said]:
    for name in SERVICE_NAMES:
        service, plan = settings.backend.services.of(name), settings.service(name)
        if service.disruption_budget:
            word = "autoscaling.min" if plan.autoscaling else _replicas(service.replicas)
            yield _Said(
                ("backend", "services", name, "disruptionBudget"), service.disruption_budget, plan.replicas, word
            )
    ui, ui_plan = settings.access.ui, settings.ui()
    if ui and ui_plan and ui.disruption_budget:
        location = ("access", "ui", "disruptionBudget")
        yield _Said(location, ui.disruption_budget, ui_plan.replicas, _replicas(ui.replicas))
    search = settings.visibility
    if isinstance(search, OpenSearch) and search.disruption_budget:
        yield _Said(("visibility", "disruptionBudget"), search.disruption_budget, search.nodes, "nodes")
    for index, workload in enumerate(settings.workloads):
        if workload.disruption_budget:
            word = "autoscaling.min" if isinstance(workload, Worker) and workload.autoscaling else "replicas"
            pods = max(workload_plan(workload).replicas, 1)  # scaled to zero there is nothing to evict
            yield _Said(("workloads", index, "disruptionBudget"), workload.disruption_budget, pods, word)


def _replicas(said: int | None) -> str:
    return "replicas" if said else "the replicas of this size"
