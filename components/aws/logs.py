"""Where a store on AWS writes its logs."""

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount


def log_group(
    name: str, account: AwsAccount, *, called: str, component: str, days: int, parent: pulumi.Resource
) -> aws.cloudwatch.LogGroup:
    """An encrypted log group, made before the store makes it itself, for ever and with a key of its own."""
    return aws.cloudwatch.LogGroup(
        name,
        name=called,
        retention_in_days=days,
        kms_key_id=account.key,
        tags=account.tags(component),
        opts=account.around(parent),
    )
