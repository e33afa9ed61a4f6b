"""Worked stacks whose monthly sums are known from elsewhere come out the same, to the cent.

Proves the arithmetic from resource lists written by hand, not that the program registers such lists. The known sums of
the highly available stack are whole dollars; its 6.50 of small things are taken here to be one key, eight secrets and
100 GB of archive.
"""

from decimal import Decimal

import pytest

from commands.cost import cloud
from commands.cost.billing import Charge, Context, Resource
from commands.cost.cluster import share
from commands.cost.prices import priced
from commands.cost.rules import billed
from settings.cost import ClusterShare, Cost
from tests.commands.costs import LOAD_BALANCER, of, resource, said

DATABASE = resource(
    "instance",
    engine="postgres",
    engineVersion="16.9",
    instanceClass="db.r6g.large",
    multiAz=True,
    allocatedStorage=100,
    storageType="gp3",
)
HIGHLY_AVAILABLE = [
    DATABASE,
    resource("key"),
    *(resource("secret", f"secret-{number}") for number in range(8)),
    resource("bucket"),
]
DATA_NODES = {"instanceType": "r6g.large.search", "instanceCount": 3}
MASTERS = {"dedicatedMasterEnabled": True, "dedicatedMasterType": "m6g.large.search", "dedicatedMasterCount": 3}
VOLUMES = {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 50}
NOTHING_ELSE = {"controlPlanes": 0, "natGateways": 0}
THREE_NODES = said(cluster={"nodes": 3})


def with_search(**nodes: object) -> list[Resource]:
    return [*HIGHLY_AVAILABLE, resource("domain", clusterConfig=nodes, ebsOptions=VOLUMES)]


@pytest.mark.parametrize(
    ("resources", "exact", "known"),
    [
        (HIGHLY_AVAILABLE, "729.059", 729),
        (with_search(**DATA_NODES), "1113.089", 1113),
        (with_search(**DATA_NODES, **MASTERS), "1393.409", 1393),
    ],
    ids=["PostgreSQL", "with data nodes", "with dedicated masters"],
)
def test_highly_available(resources: list[Resource], exact: str, known: int) -> None:
    found = of(resources, [LOAD_BALANCER], cost=THREE_NODES)
    assert found.total == Decimal(exact)
    assert round(found.total) == known
    assert found.not_priced == []


def test_the_lines_of_the_highly_available_stack() -> None:
    """EKS 73, nodes 178.70, database 328.50, its storage 23, NAT 98.55, load balancer 20.81, small things 6.50."""
    own, around = of(HIGHLY_AVAILABLE, [LOAD_BALANCER], cost=THREE_NODES).sections
    monthly = {line.charge.item: line.monthly for line in (*own.lines, *around.lines)}
    assert monthly == {
        "db.r6g.large, Multi-AZ: 2 instances": Decimal("328.50"),
        "100 GB of gp3 in 2 zones": Decimal(23),
        "key": Decimal(1),
        "secret": Decimal("0.4"),
        "100 GB of archives (assumed)": Decimal("2.3"),
        "network load balancer": Decimal("16.425"),
        "its capacity units: 1 (assumed)": Decimal("4.38"),
        "1 control plane": Decimal(73),
        "3 nodes m7g.large (stated)": Decimal("178.704"),
        "3 NAT gateways": Decimal("98.55"),
    }
    assert around.sum == Decimal("350.254")


def test_three_small_servers() -> None:
    """A team's 265.15 is the sum of three t3.medium, one db.t3.medium and two t3.large, each price rounded to the cent
    before it is multiplied. The exact sum is a cent less."""
    database = resource("instance", engine="postgres", engineVersion="16", instanceClass="db.t3.medium")
    servers = ClusterShare.model_validate({"nodeType": "t3.medium", "nodes": 3, **NOTHING_ELSE})
    workers = ClusterShare.model_validate({"nodeType": "t3.large", "nodes": 2, **NOTHING_ELSE})
    own = [each for each in billed(Context([database], Cost())) if isinstance(each, Charge)]
    lines = priced([*own, *share([], servers), *share([], workers)], {})
    assert sum(line.monthly for line in lines) == Decimal("265.136")
    cent = Decimal("0.01")
    of_one = [(line.price.value * 730).quantize(cent) * line.charge.quantity / 730 for line in lines]
    assert sum(of_one) == Decimal("265.15")


@pytest.mark.parametrize(
    ("millions", "developer", "business"),
    [
        (1, "55", None),
        (5, "275", "625"),
        (10, "550", "862.5"),
        (20, "1100", "1275"),
        (50, "2750", "2337.5"),
        (100, None, "3850"),
    ],
)
def test_temporal_cloud(millions: int, developer: str | None, business: str | None) -> None:
    for plan, known in zip(cloud.table().plans, (developer, business), strict=True):
        if known is not None:
            assert plan.monthly(millions * cloud.MILLION, cloud.Storage()) == Decimal(known)


@pytest.mark.parametrize(
    ("sum_", "developer", "business"),
    [("729", 13_254_546, 7_080_000), ("1113", 20_236_364, 15_950_000)],
)
def test_break_even(sum_: str, developer: int, business: int) -> None:
    """About 13 and 7 million actions beside the highly available stack, about 20 and 16 with OpenSearch."""
    found = [plan.break_even(Decimal(sum_), cloud.Storage()) for plan in cloud.table().plans]
    assert found == [developer, business]
