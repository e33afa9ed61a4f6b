"""The share of what a stack runs on and does not make: EKS' control plane, nodes for its pods, NAT gateways."""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from commands.cost.billing import HOURS, Charge
from commands.cost.pods import GIBIBYTE, Workload
from commands.cost.prices import read
from commands.errors import CommandError
from settings.cost import ClusterShare


def share(workloads: Sequence[Workload], said: ClusterShare) -> Iterator[Charge]:
    """What is billed of the cluster and its VPC.

    Raises:
        CommandError: the number of nodes is not stated and the size of their type is not known.
    """
    nodes = said.nodes if said.nodes is not None else _nodes_for(workloads, said.node_type)
    how = "stated" if said.nodes is not None else "as many as the pods' requests fill"
    for item, count, price in (
        (_many(said.control_planes, "control plane"), said.control_planes, "eks/cluster"),
        (f"{_many(nodes, 'node')} {said.node_type} ({how})", nodes, f"ec2/{said.node_type}"),
        (_many(said.nat_gateways, "NAT gateway"), said.nat_gateways, "nat/gateway"),
    ):
        if count:
            yield Charge("cluster", item, count * HOURS, "hour", price)


def requested(workloads: Sequence[Workload]) -> tuple[Decimal, Decimal]:
    """Cores and GiB that all pods together request."""
    cpu = sum((each.cpu * each.count for each in workloads), Decimal(0))
    memory = sum((each.memory * each.count for each in workloads), Decimal(0))
    return cpu, memory / GIBIBYTE


def _nodes_for(workloads: Sequence[Workload], node_type: str) -> int:
    known = read("nodes")
    sizes: Mapping[str, tuple[int, int]] = known["sizes"]
    usable: Decimal = known["usable"]
    if node_type not in sizes:
        raise CommandError(
            f"temporal:cost.cluster.nodes: missing; allowed: a number of nodes, since the size of {node_type} is not "
            f"known here. Known: {', '.join(sorted(sizes))}"
        )
    cores, gibibytes = sizes[node_type]
    cpu, memory = requested(workloads)
    return max(math.ceil(cpu / (cores * usable)), math.ceil(memory / (gibibytes * usable)))


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
