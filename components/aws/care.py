"""Alarms and backups of what a stack stores on AWS."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.aws.account import AwsAccount
from components.aws.watched import Watched
from settings.aws_care import EmailAlarms, TopicAlarms


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What is to be looked after."""

    watched: Sequence[Watched] = ()
    """What CloudWatch is to watch."""
    databases: Sequence[pulumi.Input[str]] = ()
    """ARNs."""
    buckets: Sequence[str] = ()
    """Names."""

    def __add__(self, other: "Stored") -> "Stored":
        """Both together."""
        return Stored(
            watched=[*self.watched, *other.watched],
            databases=[*self.databases, *other.databases],
            buckets=[*self.buckets, *other.buckets],
        )


def care(name: str, account: AwsAccount | None, stored: Stored) -> None:
    """What `temporal:aws.alarms` and `temporal:aws.backup` ask for."""
    if account is None:
        return
    watched, databases, buckets = stored.watched, stored.databases, stored.buckets
    opts = pulumi.ResourceOptions(parent=account.parent)
    told, backup = account.settings.alarms, account.settings.backup
    # Only these need more of pulumi-aws.
    if isinstance(told, TopicAlarms | EmailAlarms) and watched:
        from components.aws.alarms import Alarms, AlarmsArgs  # noqa: PLC0415

        Alarms(f"{name}-alarms", AlarmsArgs(account=account, settings=told, watched=watched), opts)
    if backup and (databases or buckets):
        from components.aws.backups import Backups, BackupsArgs  # noqa: PLC0415

        arns = [account.arn("s3", bucket) for bucket in buckets]
        arguments = BackupsArgs(account=account, settings=backup, databases=databases, buckets=arns)
        Backups(f"{name}-backups", arguments, opts)
