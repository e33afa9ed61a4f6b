"""`make cost`: what is shown, that nothing is left out silently, and the command with the real engine.

Proves the way from the engine's state to text and JSON. AWS resources are a state written by hand here: whether a
program registers such is for the tests of what it makes on AWS.
"""

import json
import re
from typing import Any

import pytest

from commands.cost.deployed import Deployed, deployed
from commands.cost.estimate import Estimate, estimate
from commands.cost.presentation import as_json, text
from commands.errors import CommandError
from settings.cost import Cost
from tests.commands.checkout import ROOT, Checkout
from tests.commands.costs import LOAD_BALANCER, TYPES, of, resource, said

DATABASE = {
    "engine": "postgres",
    "instanceClass": "db.r6g.large",
    "multiAz": True,
    "allocatedStorage": 100.0,
    "storageType": "gp3",
    "password": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'},
}
POD = {"containers": [{"resources": {"requests": {"cpu": "1500m", "memory": "4Gi"}}}]}
WORKLOAD = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "history"},
    "spec": {"replicas": 2, "template": {"spec": POD}},
}


def registered(type_: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:tried::temporal::{type_}::{name}"
    return {"urn": urn, "custom": True, "type": type_, "inputs": inputs, **more}


def state(region: str = "us-east-1") -> list[dict[str, Any]]:
    """As `pulumi stack export` lists it."""
    return [
        {"urn": "urn:pulumi:tried::temporal::pulumi:pulumi:Stack::s", "custom": False, "type": "pulumi:pulumi:Stack"},
        registered("pulumi:providers:aws", "aws", {"region": region}),
        registered("temporal:database:Rds", "database", {}, custom=False),
        registered(TYPES["instance"], "db", DATABASE),
        registered(TYPES["topic"], "alarms", {}),
        registered("kubernetes:core/v1:Service", "frontend", LOAD_BALANCER),
        registered("kubernetes:apps/v1:Deployment", "history", WORKLOAD),
        registered("random:index/randomPassword:RandomPassword", "password", {"length": 20.0}),
        registered("other:index:Thing", "thing", {}),
    ]


def made(cost: Cost | None = None, region: str = "us-east-1") -> Estimate:
    return estimate("tried", deployed(state(region)), cost or Cost(), names_aws=False)


def lines_of(found: Estimate, title: str) -> list[str]:
    """The lines of a block of the text, by how its title begins."""
    [block] = [block for block in text(found).split("\n\n") if block.startswith(title)]
    return block.splitlines()[1:]


def test_the_text_of_an_estimate() -> None:
    blocks = text(made(said(actionsPerMonth=10_000_000))).split("\n\n")
    assert blocks[:5] == [
        "Monthly estimate of stack tried, in USD",
        """\
Made for the stack
      328.50  db: db.r6g.large, Multi-AZ: 2 instances            1,460 hour x 0.225 (rds/db.r6g.large)
       23.00  db: 100 GB of gp3 in 2 zones                       200 GB-month x 0.115 (rds/gp3)
       16.43  Service frontend: network load balancer            730 hour x 0.0225 (nlb/hour)
        4.38  Service frontend: its capacity units: 1 (assumed)  730 hour x 0.006 (nlb/capacity-unit)
      372.31  together""",
        """\
What it runs on and does not make (temporal:cost.cluster)
       73.00  cluster: 1 control plane                                         730 hour x 0.1 (eks/cluster)
      119.14  cluster: 2 nodes m7g.large (as many as the pods' requests fill)  1,460 hour x 0.0816 (ec2/m7g.large)
       98.55  cluster: 3 NAT gateways                                          2,190 hour x 0.045 (nat/gateway)
      290.69  together""",
        "      662.99  Total a month",
        "Its 2 pods request 3 CPU and 8 GiB of memory.",
    ]
    assert blocks[5] == (
        "Temporal Cloud beside these 662.99 a month\n"
        "  Developer: costs less with fewer than 12,054,382 actions a month\n"
        "  Developer: 550.00 at 10,000,000 actions a month\n"
        "  Business: costs less with fewer than 5,759,820 actions a month\n"
        "  Business: 862.50 at 10,000,000 actions a month"
    )


def test_what_is_not_priced_is_shown() -> None:
    assert lines_of(made(), "Not priced") == [
        "  alarms (aws:sns/topic:Topic): billed by use: messages",
        "  thing (other:index:Thing): nobody wrote down yet how this type is billed",
    ]


def test_assumptions_are_shown_with_who_made_them() -> None:
    found = lines_of(made(said(archiveGigabytes=2500.5, cluster={"nodes": 4})), "Assumed")
    assert "  archiveGigabytes 2,500.5 (stated)" in found
    assert "  cluster.nodes 4 (stated)" in found
    assert "  cluster.nodeType m7g.large" in found
    assert "  logGigabytes 10" in found


def test_sources_and_dates_are_those_of_the_prices_that_are_used() -> None:
    found = lines_of(made(said(prices={"eks/cluster": 0.6})), "Prices")
    assert found[0] == "  us-east-1, on demand, 730 hours a month; 1 of 7 are stated by the stack"
    assert [line.split(":")[0].strip() for line in found[1:]] == [
        "2026-02-09",
        "2026-08-21",
        "2026-11-21",
        "2026-11-21",
    ]
    assert "Temporal Cloud" in found[-1]


@pytest.mark.parametrize(
    ("region", "said_of_it"),
    [
        ("us-east-1", []),
        (
            "eu-central-1",
            ["the stack is in eu-central-1: these prices are us-east-1's unless temporal:cost.prices states them"],
        ),
    ],
)
def test_another_region_is_said(region: str, said_of_it: list[str]) -> None:
    found = lines_of(made(region=region), "Prices")
    assert [line.strip() for line in found if "the stack is in" in line] == said_of_it
    assert json.loads(as_json(made(region=region)))["prices"]["otherRegionsOfTheStack"] == [region] * len(said_of_it)


def test_a_resource_in_another_region_is_one_too() -> None:
    """From version 7 on every resource of the AWS provider may have a region of its own."""
    replica = registered(TYPES["bucket"], "replica", {"region": "us-west-2"})
    assert deployed([*state(), replica]).regions == {"us-east-1", "us-west-2"}


def test_the_json_of_an_estimate() -> None:
    found = json.loads(as_json(made(said(actionsPerMonth=300_000_000))))
    own, around = found["sections"]
    assert (found["stack"], found["currency"], found["hoursPerMonth"], found["onAws"]) == ("tried", "USD", 730, True)
    assert (found["total"], own["sum"], around["sum"]) == (662.99, 372.31, 290.69)
    assert own["lines"][0] == {
        "resource": "db",
        "item": "db.r6g.large, Multi-AZ: 2 instances",
        "quantity": 1460.0,
        "unit": "hour",
        "unitPrice": 0.225,
        "price": "rds/db.r6g.large",
        "monthly": 328.5,
    }
    assert found["pods"] == {"count": 2, "mostByAutoscaling": 2, "cpu": 3.0, "memoryGibibytes": 8.0}
    assert found["temporalCloud"]["actionsPerMonth"] == 300_000_000
    assert found["temporalCloud"]["plans"] == [
        {"name": "Developer", "monthly": 16_500.0, "breakEvenActions": 12_054_382},
        {"name": "Business", "monthly": None, "breakEvenActions": 5_759_820},
    ]
    assert [each["resource"] for each in found["notPriced"]] == ["alarms", "thing"]
    assert found["assumptions"]["actionsPerMonth"] == {"value": 300_000_000, "stated": True}
    assert found["assumptions"]["cluster.nodes"] == {"value": None, "stated": False}
    assert found["prices"]["used"][0] == {
        "name": "rds/db.r6g.large",
        "value": 0.225,
        "unit": "hour",
        "region": "us-east-1",
        "source": "several third-party price tables of 2026 that agree; AWS' own list was not read",
        "date": "2026-11-21",
    }


def test_no_secret_is_in_it() -> None:
    assert "hunter2" not in text(made()) + as_json(made())


def test_an_unknown_class_ends_the_command_with_one_line() -> None:
    with pytest.raises(CommandError) as caught:
        of([resource("instance", "db", engine="postgres", instanceClass="db.r8g.large", allocatedStorage=1)])
    assert str(caught.value) == (
        "temporal:cost.prices.rds/db.r8g.large: missing; db needs it and the table has none. "
        "State it: temporal:cost: {prices: {rds/db.r8g.large: <USD per hour>}}"
    )


def test_autoscaling_is_said() -> None:
    target = {"kind": "Deployment", "name": "history"}
    scaler = {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 10}
    objects = [WORKLOAD, {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "history"}, "spec": scaler}]
    assert (
        "Its 3 pods request 4.5 CPU and 12 GiB of memory (autoscaling may make them 10; counted is the least)."
        in text(of([], objects))
    )


NOWHERE = [{**LOAD_BALANCER}, WORKLOAD]


def test_a_stack_without_aws_costs_nothing_there() -> None:
    """Its load balancers are somebody else's; Temporal Cloud's price is shown for a stated number of actions."""
    found = text(of([], NOWHERE, cost=said(actionsPerMonth=1_000_000))).split("\n\n")
    assert found == [
        "Monthly estimate of stack tried, in USD",
        (
            "        0.00  AWS bills nothing: the stack makes nothing there and names no region.\n"
            "              Its cluster costs what it costs; with a key in temporal:cost.cluster it is counted as EKS."
        ),
        "Its 2 pods request 3 CPU and 8 GiB of memory.",
        (
            "Temporal Cloud (no break-even: the sum of the stack is 0)\n"
            "  Developer: 55.00 at 1,000,000 actions a month\n"
            "  Business: 500.00 at 1,000,000 actions a month"
        ),
        "Assumed (temporal:cost):\n  actionsPerMonth 1,000,000 (stated)",
        found[-1],
    ]
    plans = json.loads(as_json(of([], NOWHERE)))["temporalCloud"]["plans"]
    assert [plan["breakEvenActions"] for plan in plans] == [None, None]
    assert found[-1].startswith("Prices:\n  2026-11-21: Temporal Cloud, https://docs.temporal.io/cloud/pricing")


@pytest.mark.parametrize(("words", "names_aws"), [({"cluster": {"nodes": 3}}, False), ({}, True)])
def test_a_stack_that_only_runs_on_eks(words: dict[str, Any], names_aws: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """It says what it runs on, or names AWS; its region is not known then."""
    found = estimate("tried", Deployed([], NOWHERE, frozenset()), said(**words), names_aws=names_aws)
    titles = [section.title for section in found.sections]
    assert titles == ["Made for the stack", "What it runs on and does not make (temporal:cost.cluster)"]
    assert "the stack says no region" in text(found)


def test_cloud_that_always_costs_more_or_less() -> None:
    """Beside a sum below the base fee, and beside one above the last public price."""
    key = resource("key")
    small = of([key], cost=said(cluster={"controlPlanes": 0, "natGateways": 0}))
    assert lines_of(small, "Temporal Cloud")[:2] == [
        "  Developer: costs less with fewer than 18,182 actions a month",
        "  Business: costs more at any number of actions",
    ]
    large = of([key], cost=said(prices={"kms/key": 7000}))
    assert lines_of(large, "Temporal Cloud")[1:] == [
        "  Business: costs less at every number of actions that has a public price",
        "  For its price at your number of actions: temporal:cost.actionsPerMonth",
    ]


@pytest.mark.engine
def test_the_command(checkout: Checkout) -> None:
    """A program with pods and a load balancer, first as on no cloud, then with a stated share of an EKS cluster; no
    file is touched and nothing stays."""
    (checkout.root / "__main__.py").write_text(
        "import pulumi, pulumi_kubernetes as k8s\n"
        'opts = pulumi.ResourceOptions(provider=k8s.Provider("kubernetes", context="nowhere"))\n'
        'container = {"name": "c", "image": "c:1", "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}\n'
        'labels = {"app": "it"}\n'
        'spec = {"replicas": 4, "selector": {"match_labels": labels}, "template": '
        '{"metadata": {"labels": labels}, "spec": {"containers": [container]}}}\n'
        'k8s.apps.v1.Deployment("history", metadata={"name": "history", "namespace": "a"}, spec=spec, opts=opts)\n'
        'service = {"type": "LoadBalancer", "selector": labels, "ports": [{"port": 7233}]}\n'
        'k8s.core.v1.Service("frontend", metadata={"name": "frontend", "namespace": "a"}, spec=service, opts=opts)\n'
    )
    written = checkout.committed()
    ran = checkout.run("cost", STACK="small", FORMAT="json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["stack"], found["onAws"], found["total"], found["sections"]) == ("small", False, 0.0, [])
    assert found["pods"] == {"count": 4, "mostByAutoscaling": 4, "cpu": 2.0, "memoryGibibytes": 4.0}
    assert checkout.committed() == written
    assert list((checkout.root / ".state" / "previews").iterdir()) == []

    checkout.stack("shared", context="tried", more="  temporal:cost: {cluster: {nodeType: t3.medium}}\n")
    ran = checkout.run("cost", STACK="shared")
    assert ran.code == 0, ran.err
    amounts = re.findall(r"^ +([\d.,]+)  (.*?)(?:  .*)?$", ran.out, re.MULTILINE)
    assert amounts == [
        ("16.43", "Service frontend: network load balancer"),
        ("4.38", "Service frontend: its capacity units: 1 (assumed)"),
        ("20.81", "together"),
        ("73.00", "cluster: 1 control plane"),
        ("60.74", "cluster: 2 nodes t3.medium (as many as the pods' requests fill)"),
        ("98.55", "cluster: 3 NAT gateways"),
        ("232.29", "together"),
        ("253.09", "Total a month"),
    ]


@pytest.mark.engine
def test_the_local_stack(checkout: Checkout) -> None:
    """The committed stack with the platform's own program: nothing of it is billed, and its pods are those it makes."""
    for name in ("components", "contract"):
        (checkout.root / name).symlink_to(ROOT / name)
    (checkout.root / "__main__.py").write_text((ROOT / "__main__.py").read_text())
    (checkout.root / "Pulumi.local.yaml").write_text((ROOT / "Pulumi.local.yaml").read_text())
    ran = checkout.run("cost", FORMAT="json")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["onAws"], found["total"], found["notPriced"]) == (False, 0.0, [])
    assert found["pods"] == {"count": 7, "mostByAutoscaling": 7, "cpu": 0.365, "memoryGibibytes": 2.53125}
