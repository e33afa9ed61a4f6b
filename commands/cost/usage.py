"""What is billed by use, with the amounts that `temporal:cost` assumes: once for the stack, not for each resource."""

from collections.abc import Iterator
from typing import Final

from commands.cost.billing import Charge, Context, Resource, decimal, several

BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
VAULT: Final = "aws:backup/vault:Vault"
SELECTION: Final = "aws:backup/selection:Selection"
PLAN: Final = "aws:backup/plan:Plan"
_AURORA_INSTANCE: Final = "aws:rds/clusterInstance:ClusterInstance"
COUNTED_HERE: Final = (*BUCKETS, REPLICATION, LOG_GROUP, VAULT)
_LOGGING: Final = ("enabledCloudwatchLogsExports", "logPublishingOptions")


def usage(context: Context) -> Iterator[Charge]:
    """Objects in buckets, logs, backups."""
    cost = context.cost
    buckets = _names(context, *BUCKETS)
    if buckets:
        copies = 1 + len(_names(context, REPLICATION))
        words = f"{cost.archive_gigabytes} GB of archives (assumed){' and their replica' if copies > 1 else ''}"
        yield Charge(several(buckets), words, decimal(cost.archive_gigabytes) * copies, "GB-month", "s3/standard")
    loggers = [other.name for other in context.resources if _logs(other)]
    if loggers:
        taken = decimal(cost.log_gigabytes)
        words = f"{cost.log_gigabytes} GB of logs (assumed)"
        yield Charge(several(loggers), f"{words} taken in", taken, "GB", "cloudwatch/log-ingestion")
        yield Charge(several(loggers), f"{words} kept", taken, "GB-month", "cloudwatch/log-storage")
    yield from _backups(context)


def _backups(context: Context) -> Iterator[Charge]:
    """In the stack's vaults, and again in each that a plan copies to. A bucket's first backup is all of it."""
    vaults = _names(context, VAULT)
    if not vaults:
        return
    arns = [arn for each in context.resources if each.type == SELECTION for arn in each.inputs.get("resources", ())]
    rules = [rule for each in context.resources if each.type == PLAN for rule in each.inputs.get("rules", ())]
    copies = 1 + max((len(rule.get("copyActions") or ()) for rule in rules), default=0)
    also = " and their copy in another region" if copies > 1 else ""
    buckets = [arn for arn in arns if arn.split(":")[2] == "s3"]
    if len(buckets) < len(arns) or not arns:
        service = "aurora" if _names(context, _AURORA_INSTANCE) else "rds"
        words = f"{context.cost.backup_gigabytes} GB of backups (assumed){also}"
        gigabytes = decimal(context.cost.backup_gigabytes) * copies
        yield Charge(several(vaults), words, gigabytes, "GB-month", f"backup/{service}")
    if buckets:
        words = f"{context.cost.archive_gigabytes} GB of archives (assumed) in backups{also}"
        gigabytes = decimal(context.cost.archive_gigabytes) * copies
        yield Charge(several(vaults), words, gigabytes, "GB-month", "backup/s3")


def _logs(resource: Resource) -> bool:
    return resource.type == LOG_GROUP or any(resource.inputs.get(key) for key in _LOGGING)


def _names(context: Context, *types: str) -> list[str]:
    return [resource.name for resource in context.resources if resource.type in types]
