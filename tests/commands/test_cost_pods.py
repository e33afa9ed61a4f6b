"""What pods request of a cluster, what Kubernetes makes AWS create, and the nodes that are counted for it.

Proves sums over Kubernetes objects; how a scheduler packs pods is not looked at, so real nodes may be more.
"""

from decimal import Decimal
from typing import Any

import pytest

from commands.cost.billing import NotPriced
from commands.cost.cluster import requested, share
from commands.cost.pods import GIBIBYTE, Workload, made_by_kubernetes, quantity, workloads
from commands.errors import CommandError
from settings.cost import ClusterShare
from tests.commands.costs import LOAD_BALANCER, said


def container(cpu: str = "", memory: str = "", **more: Any) -> dict[str, Any]:
    requests = {key: value for key, value in {"cpu": cpu, "memory": memory}.items() if value}
    return {"resources": {"requests": requests}, **more}


def workload(kind: str, *containers: Any, replicas: int = 1, **pod: Any) -> dict[str, Any]:
    spec = {"replicas": replicas, "template": {"spec": {"containers": [*containers], **pod}}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "it", "namespace": "a"}, "spec": spec}


def scaler(least: int, most: int, namespace: str = "a") -> dict[str, Any]:
    target = {"kind": "Deployment", "name": "it"}
    spec = {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": most}
    return {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "it", "namespace": namespace}, "spec": spec}


def one(*objects: dict[str, Any]) -> Workload:
    [found] = workloads(objects)
    assert isinstance(found, Workload)
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("250m", 0.25),
        ("0.5", 0.5),
        ("1Ki", 1024),
        ("1Gi", 2**30),
        ("1.5G", 1_500_000_000),
        ("3Ti", 3 * 2**40),
    ],
)
def test_quantities(text: str, number: float) -> None:
    assert quantity(text) == Decimal(str(number))


def test_a_quantity_that_is_none() -> None:
    with pytest.raises(ValueError, match="'1 GB' is no quantity"):
        quantity("1 GB")


def test_a_pod_requests_what_its_containers_request_together() -> None:
    """With those that run beside them; one that runs before them counts where it alone needs more."""
    beside = container("100m", "1Gi", restartPolicy="Always")
    before = container("2", "512Mi")
    pod = workload("Deployment", container("500m", "1Gi"), container("250m"), initContainers=[beside, before])
    found = one(pod)
    assert (found.cpu, found.memory) == (Decimal(2), 2 * GIBIBYTE)
    assert (found.name, found.count, found.most) == ("Deployment it", 1, 1)


def test_a_limit_without_a_request_is_one() -> None:
    found = one(workload("StatefulSet", {"resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}, {}))
    assert (found.cpu, found.memory) == (Decimal(1), GIBIBYTE)


def test_an_autoscaled_workload_counts_with_its_least_pods() -> None:
    """The autoscaler of another namespace's workload is not its own."""
    pods = workload("Deployment", container("1"), replicas=9)
    assert (one(pods, scaler(3, 10)).count, one(pods, scaler(3, 10)).most) == (3, 10)
    assert (one(pods, scaler(3, 10, "b")).count, one(pods, scaler(3, 10, "b")).most) == (9, 9)


def test_a_worker_that_keda_scales_counts_alike() -> None:
    """KEDA scales a Deployment where no kind is said."""
    spec = {"scaleTargetRef": {"name": "it"}, "minReplicaCount": 0, "maxReplicaCount": 4}
    keda = {"kind": "ScaledObject", "metadata": {"name": "it", "namespace": "a"}, "spec": spec}
    found = one(workload("Deployment", container("1"), replicas=9), keda)
    assert (found.count, found.most) == (0, 4)


def test_jobs_and_other_objects_are_no_workloads() -> None:
    assert [*workloads([workload("Job", container("1")), LOAD_BALANCER])] == []


def test_pods_that_cannot_be_read_are_shown() -> None:
    pods = workload("Deployment")
    pods["spec"]["template"]["spec"]["containers"] = "[secret]"
    [found] = workloads([pods])
    reason = "its pods hold a secret, so their requests cannot be read here"
    assert found == NotPriced("Deployment it", "Deployment", reason)


def test_load_balancers_and_volumes() -> None:
    """Services of other types have none; a volume is counted for each pod of a StatefulSet."""
    claim = {"spec": {"resources": {"requests": {"storage": "20Gi"}}}}
    stateful = workload("StatefulSet", container("1"), replicas=3)
    stateful["spec"]["volumeClaimTemplates"] = [claim]
    objects = [
        LOAD_BALANCER,
        {**LOAD_BALANCER, "spec": {"type": "NodePort"}},
        stateful,
        {"kind": "PersistentVolumeClaim", "metadata": {"name": "shared"}, **claim},
        {"kind": "ConfigMap", "metadata": {"name": "config"}, "data": {}},
    ]
    found = made_by_kubernetes(objects, said(loadBalancerUnits=2))
    assert [(each.resource, each.price, float(each.quantity), each.unit) for each in found] == [
        ("Service frontend", "nlb/hour", 730, "hour"),
        ("Service frontend", "nlb/capacity-unit", 1460, "hour"),
        ("StatefulSet it", "ebs/gp3", 60, "GB-month"),
        ("PersistentVolumeClaim shared", "ebs/gp3", 20, "GB-month"),
    ]


def pods(cpu: str, memory: float, count: int = 1) -> list[Workload]:
    return [Workload("it", count, count, Decimal(cpu), Decimal(str(memory)) * GIBIBYTE)]


@pytest.mark.parametrize(
    ("found", "nodes"),
    [
        (pods("1.7", 1), 1),
        (pods("1.71", 1), 2),
        (pods("0.1", 6.8), 1),
        (pods("0.1", 6.9), 2),
        (pods("0.5", 0.1, count=10), 3),
        ([], 0),
    ],
)
def test_as_many_nodes_as_the_requests_fill(found: list[Workload], nodes: int) -> None:
    """Of an m7g.large, 2 CPU and 8 GiB, pods of the stack can have 85 %."""
    alone = ClusterShare.model_validate({"controlPlanes": 0, "natGateways": 0})
    assert sum(each.quantity for each in share(found, alone)) == nodes * 730


def test_the_share_of_the_cluster() -> None:
    stated = ClusterShare.model_validate({"controlPlanes": 2, "natGateways": 1, "nodes": 4, "nodeType": "t3.large"})
    found = [(each.item, each.price, float(each.quantity)) for each in share(pods("100", 100), stated)]
    assert found == [
        ("2 control planes", "eks/cluster", 1460),
        ("4 nodes t3.large (stated)", "ec2/t3.large", 2920),
        ("1 NAT gateway", "nat/gateway", 730),
    ]


def test_a_type_of_node_of_unknown_size_needs_a_number() -> None:
    stated = ClusterShare.model_validate({"nodeType": "x9.large"})
    with pytest.raises(CommandError) as caught:
        [*share(pods("1", 1), stated)]
    assert str(caught.value).startswith(
        "temporal:cost.cluster.nodes: missing; allowed: a number of nodes, since the size of x9.large is not known "
        "here. Known: c7g.2xlarge, c7g.large, "
    )


def test_requests_are_summed_over_all_pods() -> None:
    assert requested([*pods("0.25", 1, count=4), *pods("1", 0.5)]) == (Decimal(2), Decimal("4.5"))


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("acid.zalan.do/v1 postgresql", {"numberOfInstances": 3, "volume": {"size": "20Gi"}}),
        ("postgresql.cnpg.io/v1 Cluster", {"instances": 3, "storage": {"size": "20Gi"}}),
    ],
)
def test_a_cluster_of_an_operator_is_its_instances(kind: str, spec: dict[str, Any]) -> None:
    """Pods and volumes that the operator makes."""
    api_version, kind = kind.split()
    spec = {**spec, "resources": {"requests": {"cpu": "500m", "memory": "2Gi"}, "limits": {"memory": "4Gi"}}}
    made = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "it"}, "spec": spec}
    other = {**made, "apiVersion": "other.example.com/v1"}
    found = one(made, other)
    assert (found.name, found.count, found.most) == (f"{kind} it", 3, 3)
    assert (found.cpu, found.memory) == (Decimal("0.5"), 2 * GIBIBYTE)
    [volume] = made_by_kubernetes([made, other], said())
    assert (volume.resource, volume.quantity, volume.unit, volume.price) == (
        f"{kind} it",
        Decimal(60),
        "GB-month",
        "ebs/gp3",
    )
