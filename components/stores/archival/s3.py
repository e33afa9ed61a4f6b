"""The bucket of an archive on AWS, with a log of its requests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement
from components.aws.private_bucket import PrivateBucket, PrivateBucketArgs
from components.stores.archival.replication import replicate
from settings.archival import S3Bucket

_COMPONENT: Final = "archive"
_LOG_DAYS: Final = 365
_LOG_NONCURRENT_DAYS: Final = 30
_SMALLEST_BYTES: Final = 128 * 1024
"""S3 bills smaller objects as if they had this size in the storage classes that transitions go to."""


@dataclass(frozen=True, kw_only=True)
class ArchiveBucketArgs:
    """The bucket and where it is made."""

    account: AwsAccount
    """The stack's AWS account."""
    settings: S3Bucket
    """Its part of the stack file."""


class ArchiveBucket(pulumi.ComponentResource):
    """A private bucket for histories, and one for the log of who reads and writes it."""

    ready: Sequence[pulumi.Resource]
    """What must exist before anything is archived."""

    def __init__(self, name: str, args: ArchiveBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: two private buckets, logging; object lock and replication where the stack file asks for them."""
        super().__init__("temporal:archival:ArchiveBucket", name, None, opts)
        account, settings = args.account, args.settings
        child = pulumi.ResourceOptions(parent=self)
        logs_name = f"{settings.bucket}-logs"
        logs = PrivateBucket(
            f"{name}-logs",
            PrivateBucketArgs(
                account=account,
                bucket=logs_name,
                component=f"{_COMPONENT}-logs",
                key=None,  # S3 delivers no logs to a bucket with a KMS key ("Enabling Amazon S3 server access logging")
                statements=[_delivery(account, settings.bucket, logs_name)],
                noncurrent_days=_LOG_NONCURRENT_DAYS,
                rules=[_expiry()],
            ),
            child,
        )
        archive = PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                account=account,
                bucket=settings.bucket,
                component=_COMPONENT,
                key=account.key,
                statements=list(_right_key(account, settings.bucket)),
                noncurrent_days=settings.noncurrent_days,
                rules=list(_transitions(settings)),
            ),
            child,
        )
        logging = aws.s3.BucketLogging(
            f"{name}-logging",
            bucket=archive.bucket.bucket,
            target_bucket=logs.bucket.bucket,
            target_prefix=f"{settings.bucket}/",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*logs.ready]),
        )
        after_versioning = pulumi.ResourceOptions(parent=self, depends_on=[archive.versioning])
        if settings.object_lock:
            retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                mode=settings.object_lock.mode, days=settings.object_lock.days
            )
            aws.s3.BucketObjectLockConfiguration(
                f"{name}-object-lock",
                bucket=archive.bucket.bucket,
                rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
                opts=after_versioning,
            )
        if settings.replication:
            replicate(
                f"{name}-replication", account, archive.bucket, settings, settings.replication, opts=after_versioning
            )
        self.ready = [*archive.ready, logging]
        self.register_outputs({})


def _delivery(account: AwsAccount, bucket: str, logs: str) -> Statement:
    """Source: S3 User Guide, "Permissions for log delivery"."""
    return Statement(
        sid="LogDelivery",
        principals={"Service": ["logging.s3.amazonaws.com"]},
        actions=["s3:PutObject"],
        resources=[account.arn("s3", f"{logs}/{bucket}/*")],
        conditions={
            "ArnLike": {"aws:SourceArn": account.arn("s3", bucket)},
            "StringEquals": {"aws:SourceAccount": account.settings.account},
        },
    )


def _right_key(account: AwsAccount, bucket: str) -> Iterator[Statement]:
    """Who asks for another encryption than the bucket's own is refused. The server asks for none: hence the look
    whether a request says anything at all ("Null"), without which it would be refused, too."""
    objects = [account.arn("s3", f"{bucket}/*")]
    encryption, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
    for sid, header, allowed in (("KmsOnly", encryption, "aws:kms"), ("RightKeyOnly", key, account.key)):
        yield Statement(
            sid=sid,
            effect="Deny",
            principals="*",
            actions=["s3:PutObject"],
            resources=objects,
            conditions={"Null": {header: "false"}, "StringNotEquals": {header: allowed}},
        )
    yield Statement(
        sid="NoKeysOfCustomers",
        effect="Deny",
        principals="*",
        actions=["s3:PutObject"],
        resources=objects,
        conditions={"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
    )


def _expiry() -> aws.s3.BucketLifecycleConfigurationRuleArgs:
    return aws.s3.BucketLifecycleConfigurationRuleArgs(
        id="expire",
        status="Enabled",
        filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=_LOG_DAYS),
    )


def _transitions(settings: S3Bucket) -> Iterator[aws.s3.BucketLifecycleConfigurationRuleArgs]:
    """Of histories, by their size: keys begin with a namespace's id, so that no prefix tells histories from visibility
    records, which are small and many (common/archiver/s3store/util.go)."""
    if settings.transitions:
        yield aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="transitions",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(object_size_greater_than=_SMALLEST_BYTES - 1),
            transitions=[
                aws.s3.BucketLifecycleConfigurationRuleTransitionArgs(
                    days=transition.days, storage_class=transition.storage_class
                )
                for transition in settings.transitions
            ],
        )
