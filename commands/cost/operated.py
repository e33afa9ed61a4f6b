"""What PostgreSQL clusters of operators request of Kubernetes, read from their custom resources: pods and volumes are
the operators' to make."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from commands.manifests import Object


@dataclass(frozen=True)
class OperatedCluster:
    """`count` instances that each request `requests` and a volume of `storage`."""

    name: str
    count: int
    requests: dict[str, Any]
    storage: str


def operated_clusters(objects: Sequence[Object]) -> Iterator[OperatedCluster]:
    """Those of CloudNativePG and of Zalando's operator."""
    for obj in objects:
        group, spec = str(obj.get("apiVersion")).partition("/")[0], obj.get("spec", {})
        name = f"{obj['kind']} {obj['metadata']['name']}"
        if (group, obj["kind"]) == ("acid.zalan.do", "postgresql"):
            count, storage = spec["numberOfInstances"], spec["volume"]["size"]
        elif (group, obj["kind"]) == ("postgresql.cnpg.io", "Cluster"):
            count, storage = spec["instances"], spec["storage"]["size"]
        else:
            continue
        yield OperatedCluster(name, int(count), spec["resources"]["requests"], storage)
