"""Aurora PostgreSQL: instances of a class or serverless, and the volume they share.

What is billed: aws.amazon.com/rds/aurora/pricing. I/O-Optimized clusters have other prices and no bill for requests.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from commands.cost import rds
from commands.cost.billing import Charge, Context, NotPriced, Resource, decimal, hours

CLUSTER: Final = "aws:rds/cluster:Cluster"
_ENGINE: Final = "aurora-postgresql"
_SERVERLESS: Final = "db.serverless"
_IO_OPTIMIZED: Final = "aurora-iopt1"
_LEAST_CAPACITY: Final = Decimal("0.5")


def cluster(resource: Resource, context: Context) -> Iterator[Charge | NotPriced]:
    """The volume of an Aurora cluster; a cluster of engine postgres is RDS' own kind and has its instances with it."""
    engine = resource.inputs.get("engine")
    if engine == "postgres":
        yield from rds.multi_az_cluster(resource)
        return
    if engine != _ENGINE:
        yield NotPriced(resource.name, resource.type, f"its engine is {engine}, the table is of PostgreSQL")
        return
    use, service = context.cost.aurora, _service(resource.inputs)
    volume = f"{use.gigabytes} GB in its volume (assumed)"
    yield Charge(resource.name, volume, decimal(use.gigabytes), "GB-month", f"{service}/storage")
    if service == "aurora" and use.requests:
        requests = f"{use.requests} million requests of its volume (assumed)"
        yield Charge(resource.name, requests, decimal(use.requests), "million", "aurora/requests")
    if rds.is_in_extended_support(resource.inputs):
        yield NotPriced(resource.name, resource.type, "the version is in extended support, which Aurora bills on top")
    yield from rds.master_secret(resource)


def instance(resource: Resource, context: Context) -> Iterator[Charge | NotPriced]:
    """One instance of a cluster of the stack."""
    of = _cluster(resource, context)
    if of is None or resource.inputs.get("engine", _ENGINE) != _ENGINE:
        yield NotPriced(resource.name, resource.type, "its cluster is none of this stack's Aurora PostgreSQL clusters")
        return
    class_ = str(resource.inputs.get("instanceClass"))
    if class_ == _SERVERLESS:
        yield _serverless(resource, of, context)
    else:
        yield hours(resource, class_, 1, f"{_service(of)}/{class_}")
    yield from rds.insights(resource)


def _serverless(resource: Resource, of: Mapping[str, Any], context: Context) -> Charge:
    least = of.get("serverlessv2ScalingConfiguration", {}).get("minCapacity", 0)
    stated = context.cost.aurora.capacity_units
    units = decimal(stated) if stated is not None else max(decimal(least), _LEAST_CAPACITY)
    words = "assumed" if stated is not None else "its least"
    return hours(resource, f"serverless, {units} ACU ({words})", units, f"{_service(of)}/acu")


def _service(of: Mapping[str, Any]) -> str:
    return "aurora-io" if of.get("storageType") == _IO_OPTIMIZED else "aurora"


def _cluster(resource: Resource, context: Context) -> Mapping[str, Any] | None:
    named = resource.inputs.get("clusterIdentifier")
    for other in context.resources:
        is_named = other.type == CLUSTER and named and other.inputs.get("clusterIdentifier") == named
        if is_named and other.inputs.get("engine") == _ENGINE:
            return other.inputs
    return None
