"""The estimate of one stack: its lines in two sections, their sums, and Temporal Cloud beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from commands.cost import cloud, prices
from commands.cost.billing import Charge, Context, NotPriced
from commands.cost.cluster import requested, share
from commands.cost.deployed import Deployed
from commands.cost.pods import Workload, made_by_kubernetes, workloads
from commands.cost.prices import Line
from commands.cost.rules import billed
from settings.base import Model
from settings.cost import Cost

OWN: Final = "Made for the stack"
CLUSTER: Final = "What it runs on and does not make (temporal:cost.cluster)"


@dataclass(frozen=True)
class Section:
    """Lines that belong together."""

    title: str
    lines: Sequence[Line]

    @property
    def sum(self) -> Decimal:
        """USD a month, not rounded."""
        return sum((line.monthly for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Offer:
    """A plan of Temporal Cloud beside the stack. None: there is no public price, no break-even, or nothing to ask."""

    plan: str
    monthly: Decimal | None
    break_even: int | None


@dataclass(frozen=True)
class Assumption:
    """One key of `temporal:cost`, stated or left at its default."""

    key: str
    value: Any
    stated: bool


@dataclass(frozen=True)
class Estimate:
    """Everything that is shown."""

    stack: str
    on_aws: bool
    regions: frozenset[str]
    sections: Sequence[Section]
    workloads: Sequence[Workload]
    actions: int | None
    offers: Sequence[Offer]
    assumptions: Sequence[Assumption]
    not_priced: Sequence[NotPriced]

    @property
    def total(self) -> Decimal:
        """USD a month, not rounded."""
        return sum((section.sum for section in self.sections), Decimal(0))

    @property
    def requested(self) -> tuple[Decimal, Decimal]:
        """Cores and GiB that the pods request."""
        return requested(self.workloads)

    @property
    def lines(self) -> list[Line]:
        return [line for section in self.sections for line in section.lines]

    @property
    def elsewhere(self) -> frozenset[str]:
        """Regions of the stack other than the table's."""
        return self.regions - {price.region for price in prices.table().values()}


def estimate(stack: str, deployed: Deployed, cost: Cost, *, names_aws: bool) -> Estimate:
    """The estimate of a stack. It is on AWS when it makes something there, names it, or states its cluster's share.

    Raises:
        CommandError: a price or a number that is missing, or a price that nothing needs; each is one line.
    """
    on_aws = deployed.has_aws or names_aws or "cluster" in cost.model_fields_set
    pods = [*workloads(deployed.objects)]
    known = [each for each in pods if isinstance(each, Workload)]
    found = [*billed(Context(deployed.resources, cost))]
    own = [each for each in found if isinstance(each, Charge)]
    around: list[Charge] = []
    if on_aws:
        own += made_by_kubernetes(deployed.objects, cost)
        around += share(known, cost.cluster)
    lines = prices.priced([*own, *around], cost.prices)
    sections = [Section(OWN, lines[: len(own)]), Section(CLUSTER, lines[len(own) :])]
    total = sum((section.sum for section in sections), Decimal(0))
    return Estimate(
        stack=stack,
        on_aws=on_aws,
        regions=deployed.regions,
        sections=[section for section in sections if section.lines],
        workloads=known,
        actions=cost.actions_per_month,
        offers=[_offer(plan, total, cost) for plan in cloud.table().plans],
        assumptions=_assumptions(cost),
        not_priced=[each for each in (*found, *pods) if isinstance(each, NotPriced)],
    )


def _offer(plan: cloud.Plan, total: Decimal, cost: Cost) -> Offer:
    storage = cloud.Storage(Decimal(str(cost.active_gigabytes)), Decimal(str(cost.retained_gigabytes)))
    actions = cost.actions_per_month
    monthly = plan.monthly(actions, storage) if actions is not None and actions <= plan.most else None
    return Offer(plan.name, monthly, plan.break_even(total, storage) if total else None)


def _assumptions(said: Model, prefix: str = "") -> list[Assumption]:
    found: list[Assumption] = []
    for name, field in type(said).model_fields.items():
        key, value = f"{prefix}{field.alias or name}", getattr(said, name)
        if isinstance(value, Model):
            found += _assumptions(value, f"{key}.")
        elif not isinstance(value, Mapping):
            found.append(Assumption(key, value, name in said.model_fields_set))
    return found
