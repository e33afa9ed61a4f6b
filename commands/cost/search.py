"""OpenSearch Service domains: nodes by the hour, and the storage of each data node.

What is billed: aws.amazon.com/opensearch-service/pricing. Defaults are those of aws:opensearch/domain:Domain.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from commands.cost.billing import Charge, Context, NotPriced, Resource, decimal, hours

_DEFAULT_TYPE: Final = "m4.large.search"
_DEFAULT_VOLUME: Final = "gp2"


def domain(resource: Resource, _context: Context) -> Iterator[Charge | NotPriced]:
    """Data nodes, dedicated masters, warm nodes, and storage."""
    nodes = resource.inputs.get("clusterConfig", {})
    count, kind = nodes.get("instanceCount", 1), nodes.get("instanceType", _DEFAULT_TYPE)
    yield _nodes(resource, "data node", count, kind)
    if nodes.get("dedicatedMasterEnabled"):
        yield _nodes(resource, "dedicated master", nodes.get("dedicatedMasterCount", 0), nodes["dedicatedMasterType"])
    if nodes.get("warmEnabled"):
        yield _nodes(resource, "warm node", nodes.get("warmCount", 0), nodes["warmType"])
        yield NotPriced(resource.name, resource.type, "what its warm nodes store is billed by use")
    volumes = resource.inputs.get("ebsOptions", {})
    if volumes.get("ebsEnabled"):
        yield from _storage(resource, volumes, count)


def _nodes(resource: Resource, role: str, count: int, kind: str) -> Charge:
    return hours(resource, f"{count} {role}{'' if count == 1 else 's'} {kind}", count, f"opensearch/{kind}")


def _storage(resource: Resource, volumes: Mapping[str, Any], nodes: int) -> Iterator[Charge]:
    size, kind = volumes.get("volumeSize", 0), volumes.get("volumeType", _DEFAULT_VOLUME)
    item = f"{size} GB of {kind} for each of {nodes}" if nodes != 1 else f"{size} GB of {kind}"
    yield Charge(resource.name, item, decimal(size) * nodes, "GB-month", f"opensearch/{kind}")
    if kind != "gp3":
        return
    for said, included, unit, name in (
        (volumes.get("iops", 0), max(3_000, 3 * size), "IOPS", "iops"),
        (volumes.get("throughput", 0), _included_throughput(size), "MiB/s", "throughput"),
    ):
        if said > included:
            words = f"{said - included} {unit} of gp3 beyond what it includes, for each of {nodes}"
            quantity = decimal(said - included) * nodes
            yield Charge(resource.name, words, quantity, f"{unit}-month", f"opensearch/gp3-{name}")


def _included_throughput(size: int) -> int:
    """MiB/s that a data node's gp3 volume of so many GB includes."""
    return 250 * math.ceil(size / 3_000) if size > 170 else 125
