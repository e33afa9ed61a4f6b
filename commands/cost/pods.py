"""What the pods of a stack request of their cluster, and what Kubernetes makes AWS create for them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from commands.cost.billing import HOURS, Charge, NotPriced, decimal
from commands.cost.operated import operated_clusters
from commands.manifests import MASK, Object
from settings.cost import Cost

GIBIBYTE: Final = Decimal(1024**3)
_WORKLOADS: Final = ("Deployment", "StatefulSet")
_BOUNDS: Final = {
    "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas"),
    "ScaledObject": ("minReplicaCount", "maxReplicaCount"),
}
"""What the autoscalers of this program call their fewest and most pods."""
_QUANTITY: Final = re.compile(r"([0-9.]+)(m|k|M|G|T|Ki|Mi|Gi|Ti)?")
_UNITS: Final = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
}


@dataclass(frozen=True)
class Workload:
    """`count` pods that each request `cpu` cores and `memory` bytes; an autoscaler may make them `most`."""

    name: str
    count: int
    most: int
    cpu: Decimal
    memory: Decimal


def quantity(text: str) -> Decimal:
    """The number a Kubernetes quantity stands for: `quantity("250m")` is a quarter."""
    match = _QUANTITY.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no quantity")
    return Decimal(match[1]) * _UNITS[match[2] or ""]


def workloads(objects: Sequence[Object]) -> Iterator[Workload | NotPriced]:
    """Each Deployment and StatefulSet, and each cluster of an operator's; Jobs end, so they are none. An autoscaled one
    counts with its least pods."""
    scaled = {
        (target.get("kind", "Deployment"), target["name"], _namespace(obj)): [obj["spec"][key] for key in bounds]
        for obj in objects
        if (bounds := _BOUNDS.get(obj["kind"]))
        for target in [obj["spec"]["scaleTargetRef"]]
    }
    for obj in objects:
        if obj["kind"] not in _WORKLOADS:
            continue
        kind, name = obj["kind"], obj["metadata"]["name"]
        spec = obj["spec"]
        pod = spec["template"]["spec"]
        if MASK in (pod, pod["containers"]):
            yield NotPriced(f"{kind} {name}", kind, "its pods hold a secret, so their requests cannot be read here")
            continue
        replicas = spec.get("replicas", 1)
        count, most = scaled.get((kind, name, _namespace(obj)), (replicas, replicas))
        yield Workload(f"{kind} {name}", count, most, _request(pod, "cpu"), _request(pod, "memory"))
    for one in operated_clusters(objects):
        cpu, memory = (quantity(one.requests[resource]) for resource in ("cpu", "memory"))
        yield Workload(one.name, one.count, one.count, cpu, memory)


def made_by_kubernetes(objects: Sequence[Object], cost: Cost) -> Iterator[Charge]:
    """Network Load Balancers of Services and EBS volumes of claims, which controllers of an EKS cluster make."""
    for obj in objects:
        kind, name, spec = obj["kind"], obj["metadata"]["name"], obj.get("spec", {})
        if kind == "Service" and spec.get("type") == "LoadBalancer":
            units = decimal(cost.load_balancer_units)
            yield Charge(f"Service {name}", "network load balancer", HOURS, "hour", "nlb/hour")
            words = f"its capacity units: {cost.load_balancer_units} (assumed)"
            yield Charge(f"Service {name}", words, units * HOURS, "hour", "nlb/capacity-unit")
        elif kind == "StatefulSet":
            for claim in spec.get("volumeClaimTemplates", ()):
                yield _volume(f"StatefulSet {name}", claim["spec"], spec.get("replicas", 1))
        elif kind == "PersistentVolumeClaim":
            yield _volume(f"PersistentVolumeClaim {name}", spec, 1)
    for one in operated_clusters(objects):
        yield _sized(one.name, one.storage, one.count)


def _volume(name: str, claim: Mapping[str, Any], count: int) -> Charge:
    return _sized(name, claim["resources"]["requests"]["storage"], count)


def _sized(name: str, storage: str, count: int) -> Charge:
    size = (quantity(storage) / GIBIBYTE).normalize()
    item = f"{size:f} GB volume{'' if count == 1 else f' for each of {count}'} (assumed gp3)"
    return Charge(name, item, size * count, "GB-month", "ebs/gp3")


def _request(pod: Mapping[str, Any], resource: str) -> Decimal:
    """What the scheduler reserves for a pod: its containers with those that run beside them, or the largest of those
    that run before; kubernetes.io/docs/concepts/workloads/pods/init-containers, Resource sharing within containers."""
    before = pod.get("initContainers", ())
    beside = [container for container in before if container.get("restartPolicy") == "Always"]
    first = [container for container in before if container not in beside]
    together = sum((_of(container, resource) for container in [*pod["containers"], *beside]), Decimal(0))
    return max([together, *(_of(container, resource) for container in first)])


def _of(container: Mapping[str, Any], resource: str) -> Decimal:
    said = container.get("resources", {})
    return quantity(said.get("requests", {}).get(resource) or said.get("limits", {}).get(resource) or "0")


def _namespace(obj: Object) -> str:
    return str(obj["metadata"].get("namespace", ""))
