"""Databases of RDS for PostgreSQL: instances, their replicas, Multi-AZ DB clusters.

What is billed, and what is in the price: aws.amazon.com/rds/postgresql/pricing. A Multi-AZ instance is billed as two,
a Multi-AZ DB cluster as three; so is their storage.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from commands.cost.billing import HOURS, Charge, Context, NotPriced, Resource, decimal, hours

INSTANCE: Final = "aws:rds/instance:Instance"
_ENGINE: Final = "postgres"
_LAST_IN_EXTENDED_SUPPORT: Final = 13
"""Standard support of PostgreSQL 13 on RDS ended in 2026; docs.aws.amazon.com, RDS for PostgreSQL release calendar."""
_WITHOUT_EXTENDED_SUPPORT: Final = "open-source-rds-extended-support-disabled"
_FREE_INSIGHTS_DAYS: Final = 7
_INHERITED: Final = ("engine", "engineVersion", "allocatedStorage", "storageType", "iops", "storageThroughput")
_STRIPED_FROM_GB: Final = 400
"""From this size on gp3 storage includes more; docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html."""
_SMALL_GP3: Final = (3_000, 125)
_LARGE_GP3: Final = (12_000, 500)
"""IOPS and MiB/s that gp3 storage includes."""


def instance(resource: Resource, context: Context) -> Iterator[Charge | NotPriced]:
    """An instance in one zone, or Multi-AZ with its standby; a replica has its source's storage."""
    said = {**_of_source(resource, context), **resource.inputs}
    copies, words = (2, ", Multi-AZ: 2 instances") if said.get("multiAz") else (1, "")
    yield from _database(resource, said, str(said.get("instanceClass")), copies, words)


def multi_az_cluster(resource: Resource) -> Iterator[Charge | NotPriced]:
    """A writer and two readable standbys."""
    said = resource.inputs
    yield from _database(resource, said, str(said.get("dbClusterInstanceClass")), 3, ", Multi-AZ cluster: 3 instances")


def master_secret(resource: Resource) -> Iterator[Charge]:
    """The Secrets Manager secret that RDS makes for the master user."""
    if resource.inputs.get("manageMasterUserPassword"):
        yield Charge(resource.name, "master user's secret", Decimal(1), "month", "secretsmanager/secret")


def insights(resource: Resource) -> Iterator[NotPriced]:
    """Performance Insights that are kept for longer than what is free."""
    days = resource.inputs.get("performanceInsightsRetentionPeriod", _FREE_INSIGHTS_DAYS)
    if resource.inputs.get("performanceInsightsEnabled") and days > _FREE_INSIGHTS_DAYS:
        reason = f"Performance Insights kept for {days} days are billed by vCPU; {_FREE_INSIGHTS_DAYS} days are free"
        yield NotPriced(resource.name, resource.type, reason)


def vcpus(class_: str) -> int:
    """The vCPUs of an instance class, from its size."""
    size = class_.rpartition(".")[2]
    return 4 * int(size.removesuffix("xlarge") or 1) if size.endswith("xlarge") else 2


def major(engine_version: Any) -> int:
    """The major version; a large number for none, which means a version that AWS chooses."""
    text = str(engine_version or "").partition(".")[0]
    return int(text) if text.isdecimal() else 1_000


def is_in_extended_support(said: Mapping[str, Any]) -> bool:
    """Whether the version costs more because its standard support ended."""
    in_time = said.get("engineLifecycleSupport") == _WITHOUT_EXTENDED_SUPPORT
    return not in_time and major(said.get("engineVersion")) <= _LAST_IN_EXTENDED_SUPPORT


def _database(
    resource: Resource, said: Mapping[str, Any], class_: str, copies: int, words: str
) -> Iterator[Charge | NotPriced]:
    if said.get("engine", _ENGINE) != _ENGINE:
        yield NotPriced(resource.name, resource.type, f"its engine is {said['engine']}, the table is of PostgreSQL")
        return
    yield hours(resource, f"{class_}{words}", copies, f"rds/{class_}")
    if is_in_extended_support(said):
        version = f"extended support of PostgreSQL {major(said.get('engineVersion'))}"
        quantity = HOURS * copies * vcpus(class_)
        yield Charge(resource.name, version, quantity, "vCPU-hour", "rds/extended-support")
    yield from _storage(resource, said, copies)
    yield from master_secret(resource)
    yield from insights(resource)


def _storage(resource: Resource, said: Mapping[str, Any], copies: int) -> Iterator[Charge | NotPriced]:
    size = said.get("allocatedStorage")
    if size is None:
        yield NotPriced(resource.name, resource.type, "the size of its storage is not stated")
        return
    kind = said.get("storageType") or ("io1" if said.get("iops") else "gp2")
    each = f"{size} GB of {kind}{f' in {copies} zones' if copies > 1 else ''}"
    yield Charge(resource.name, each, decimal(size) * copies, "GB-month", f"rds/{kind}")
    iops, throughput = (_LARGE_GP3 if size >= _STRIPED_FROM_GB else _SMALL_GP3) if kind == "gp3" else (0, 0)
    further = said.get("iops", 0) - iops
    if further > 0:
        item = f"{further} IOPS of {kind}{' beyond what it includes' if iops else ''}"
        yield Charge(resource.name, item, decimal(further) * copies, "IOPS-month", f"rds/{kind}-iops")
    faster = said.get("storageThroughput", 0) - throughput
    if faster > 0:
        item = f"{faster} MiB/s of {kind} beyond what it includes"
        yield Charge(resource.name, item, decimal(faster) * copies, "MiB/s-month", f"rds/{kind}-throughput")


def _of_source(resource: Resource, context: Context) -> Mapping[str, Any]:
    source = str(resource.inputs.get("replicateSourceDb", "")).rpartition(":")[2]
    for other in context.resources:
        if source and other.type == INSTANCE and other.inputs.get("identifier") == source:
            return {key: other.inputs[key] for key in _INHERITED if key in other.inputs}
    return {}
