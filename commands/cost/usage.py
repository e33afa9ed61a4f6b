"""What is billed by use, with the amounts that `temporal:cost` assumes: once for the stack, not for each resource."""

from collections.abc import Iterator, Sequence
from typing import Final

from commands.cost.billing import Charge, Context, Resource, decimal

BUCKETS: Final = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
VAULT: Final = "aws:backup/vault:Vault"
COUNTED_HERE: Final = (*BUCKETS, REPLICATION, LOG_GROUP, VAULT)
_LOGGING: Final = ("enabledCloudwatchLogsExports", "logPublishingOptions")


def usage(context: Context) -> Iterator[Charge]:
    """Objects in buckets, logs, backups."""
    cost = context.cost
    buckets = _names(context, *BUCKETS)
    if buckets:
        copies = 1 + len(_names(context, REPLICATION))
        words = f"{cost.archive_gigabytes} GB of archives (assumed){' and their replica' if copies > 1 else ''}"
        yield Charge(_some(buckets), words, decimal(cost.archive_gigabytes) * copies, "GB-month", "s3/standard")
    loggers = [other.name for other in context.resources if _logs(other)]
    if loggers:
        taken = decimal(cost.log_gigabytes)
        words = f"{cost.log_gigabytes} GB of logs (assumed)"
        yield Charge(_some(loggers), f"{words} taken in", taken, "GB", "cloudwatch/log-ingestion")
        yield Charge(_some(loggers), f"{words} kept", taken, "GB-month", "cloudwatch/log-storage")
    vaults = _names(context, VAULT)
    if vaults:
        words = f"{cost.backup_gigabytes} GB of backups (assumed)"
        yield Charge(_some(vaults), words, decimal(cost.backup_gigabytes), "GB-month", "backup/rds")


def _logs(resource: Resource) -> bool:
    return resource.type == LOG_GROUP or any(resource.inputs.get(key) for key in _LOGGING)


def _names(context: Context, *types: str) -> list[str]:
    return [resource.name for resource in context.resources if resource.type in types]


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
