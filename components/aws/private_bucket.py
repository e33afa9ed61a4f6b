"""A bucket as this program makes them all: private, versioned, encrypted, over TLS only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Statement, document

_MULTIPART_DAYS: Final = 7


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """One bucket."""

    account: AwsAccount
    """Where it is made."""
    bucket: str
    """Its name."""
    component: str
    """Whose it is, for its tags."""
    key: pulumi.Input[str] | None
    """ARN of the KMS key that encrypts it; S3's own keys when None."""
    statements: Sequence[Statement] = ()
    """What its policy says besides."""
    noncurrent_days: int
    """How long deleted and replaced objects are kept."""
    rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgs] = ()
    """Lifecycle rules besides those that tidy up."""


class PrivateBucket(pulumi.ComponentResource):
    """A bucket that nobody outside the account reaches, whatever its objects or policies say.

    It is never emptied: AWS refuses to delete it while it holds an object (`forceDestroy` is off).
    """

    bucket: aws.s3.Bucket
    """The bucket."""
    versioning: aws.s3.BucketVersioning
    """Versioning, which replication and object lock come after."""
    ready: Sequence[pulumi.Resource]
    """What must exist before anything is written to it."""

    def __init__(self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: bucket, public access block, ownership controls, versioning, encryption, policy, lifecycle."""
        super().__init__("temporal:aws:PrivateBucket", name, None, opts)
        self._name = name
        self._args = args
        self.bucket = aws.s3.Bucket(
            name,
            bucket=args.bucket,
            force_destroy=False,
            tags=args.account.tags(args.component),
            opts=args.account.keeping(self),
        )
        child = pulumi.ResourceOptions(parent=self)
        block = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        ownership = aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=self.bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        self.versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=self.bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        encryption = self._encryption(child)
        # S3 refuses two changes of who may reach a bucket at once.
        after_block = pulumi.ResourceOptions(parent=self, depends_on=[block])
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket.bucket,
            policy=document([*_transport(args.account, args.bucket), *args.statements]),
            opts=after_block,
        )
        self._lifecycle(pulumi.ResourceOptions(parent=self, depends_on=[self.versioning]))
        self.ready = [self.bucket, block, ownership, self.versioning, encryption, policy]
        self.register_outputs({})

    def _encryption(self, opts: pulumi.ResourceOptions) -> aws.s3.BucketServerSideEncryptionConfiguration:
        key = self._args.key
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="AES256" if key is None else "aws:kms", kms_master_key_id=key
        )
        rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=default,
            bucket_key_enabled=None if key is None else True,
            blocked_encryption_types=["SSE-C"],
        )
        return aws.s3.BucketServerSideEncryptionConfiguration(
            f"{self._name}-encryption", bucket=self.bucket.bucket, rules=[rule], opts=opts
        )

    def _lifecycle(self, opts: pulumi.ResourceOptions) -> None:
        tidy = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="tidy-up",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=_MULTIPART_DAYS
            ),
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=self._args.noncurrent_days
            ),
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{self._name}-lifecycle", bucket=self.bucket.bucket, rules=[tidy, *self._args.rules], opts=opts
        )


def _transport(account: AwsAccount, bucket: str) -> list[Statement]:
    """TLS, and none older than 1.2. Source: S3 User Guide, "Security best practices"."""
    everything = [account.arn("s3", bucket), account.arn("s3", f"{bucket}/*")]
    return [
        Statement(
            sid="TlsOnly",
            effect="Deny",
            principals="*",
            actions=["s3:*"],
            resources=everything,
            conditions={"Bool": {"aws:SecureTransport": "false"}},
        ),
        Statement(
            sid="Tls12",
            effect="Deny",
            principals="*",
            actions=["s3:*"],
            resources=everything,
            conditions={"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        ),
    ]
