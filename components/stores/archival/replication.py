"""Copies of an archive in another region."""

from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement, document
from components.aws.role import bounded_role
from settings.archival import Replication, S3Bucket
from settings.aws_scalars import arn

_WHAT: Final = "archive-replication"


def replicate(
    name: str,
    account: AwsAccount,
    bucket: aws.s3.Bucket,
    settings: S3Bucket,
    replication: Replication,
    *,
    opts: pulumi.ResourceOptions,
) -> None:
    """Copies what is written to `bucket` from then on, and no deletion. Source: S3 User Guide, "Setting up permissions
    for live replication", "Replicating encrypted objects"."""
    role = bounded_role(
        f"{name}-role",
        account,
        called=account.name(_WHAT),
        component=_WHAT,
        description=f"S3 copies {settings.bucket} to another region",
        trust=_trust(account, settings),
        opts=opts,
    )
    policy = aws.iam.RolePolicy(
        f"{name}-policy",
        name="temporal",
        role=role.name,
        policy=document(_rights(account, settings, replication)),
        opts=opts,
    )
    aws.s3.BucketReplicationConfig(
        name,
        bucket=bucket.bucket,
        role=role.arn,
        rules=[_rule(replication)],
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[policy])),
    )


def _trust(account: AwsAccount, settings: S3Bucket) -> Statement:
    return Statement(
        sid="Replication",
        principals={"Service": ["s3.amazonaws.com"]},
        actions=["sts:AssumeRole"],
        conditions={
            "ArnLike": {"aws:SourceArn": account.arn("s3", settings.bucket)},
            "StringEquals": {"aws:SourceAccount": account.settings.account},
        },
    )


def _rights(account: AwsAccount, settings: S3Bucket, replication: Replication) -> list[Statement]:
    copies_region = arn(replication.kms_key).region
    return [
        Statement(
            sid="Source",
            actions=["s3:GetReplicationConfiguration", "s3:ListBucket"],
            resources=[account.arn("s3", settings.bucket)],
        ),
        Statement(
            sid="SourceObjects",
            actions=[
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            resources=[account.arn("s3", f"{settings.bucket}/*")],
        ),
        Statement(
            sid="Copies",
            actions=["s3:ReplicateObject", "s3:ReplicateTags"],
            resources=[f"{replication.bucket}/*"],
        ),
        Statement(
            sid="SourceKey",
            actions=["kms:Decrypt"],
            resources=[account.key],
            conditions={"StringEquals": {"kms:ViaService": account.endpoint("s3")}},
        ),
        Statement(
            sid="CopiesKey",
            actions=["kms:Encrypt", "kms:GenerateDataKey"],
            resources=[replication.kms_key],
            conditions={"StringEquals": {"kms:ViaService": account.endpoint("s3", copies_region)}},
        ),
    ]


def _rule(replication: Replication) -> aws.s3.BucketReplicationConfigRuleArgs:
    encrypted = aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(status="Enabled")
    return aws.s3.BucketReplicationConfigRuleArgs(
        id="everything",
        status="Enabled",
        filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
        delete_marker_replication=aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(status="Disabled"),
        source_selection_criteria=aws.s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
            sse_kms_encrypted_objects=encrypted
        ),
        destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(
            bucket=replication.bucket,
            encryption_configuration=aws.s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                replica_kms_key_id=replication.kms_key
            ),
        ),
    )
