"""Alarms and backups of what a stack stores on AWS."""

from collections.abc import Sequence

import pulumi

from components.aws.account import AwsAccount
from components.aws.watched import Watched
from settings.aws_care import EmailAlarms, TopicAlarms


def care(
    name: str,
    account: AwsAccount | None,
    *,
    watched: Sequence[Watched],
    databases: Sequence[pulumi.Input[str]],
    buckets: Sequence[str],
) -> None:
    """What `temporal:aws.alarms` and `temporal:aws.backup` ask for. `databases` are ARNs, `buckets` names."""
    if account is None:
        return
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
