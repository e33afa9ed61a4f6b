"""What a database in RDS is to those who use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.aws.watched import Watched


@dataclass(frozen=True, kw_only=True)
class RdsServer:
    """One database, whichever its deployment."""

    ready: Sequence[pulumi.Resource]
    """What must be there before the first connection."""
    host: pulumi.Output[str]
    """DNS name of the one that writes; RDS keeps it through every failover."""
    managed_secret: pulumi.Output[str]
    """ARN of the secret in which RDS keeps the master user's password; empty where somebody else keeps it."""
    readers: Mapping[str, pulumi.Output[str]]
    """DNS names of what applications may read, by name."""
    watched: Sequence[Watched]
    """What CloudWatch is to watch of it."""
    arn: pulumi.Output[str]
    """What AWS Backup copies."""


def managed_secret(database: aws.rds.Instance | aws.rds.Cluster) -> pulumi.Output[str]:
    """That ARN."""
    return database.master_user_secrets.apply(lambda secrets: (secrets[0].secret_arn or "") if secrets else "")
