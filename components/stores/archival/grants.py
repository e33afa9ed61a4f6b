"""What the server's services do in a bucket of Amazon S3 (common/archiver/s3store): they look for the bucket, list it,
read objects and write them. Nothing of them deletes, and none uploads in parts."""

from collections.abc import Sequence

import pulumi

from components.aws.account import AwsAccount
from components.aws.policies import Grant, Statement
from components.stores.archival.names import READERS, WRITER


def archive_grants(
    account: AwsAccount, bucket: str, prefix: str, region: str, key: pulumi.Input[str] | None
) -> Sequence[Grant]:
    """Whoever uses an archive lists the bucket and reads below the prefix; history writes there, too. `key` encrypts
    the bucket, if one does."""
    return [
        Grant(workload=user, statements=_statements(account, bucket, prefix, region, key, writes=user == WRITER))
        for user in sorted(READERS | {WRITER})
    ]


def _statements(
    account: AwsAccount, bucket: str, prefix: str, region: str, key: pulumi.Input[str] | None, *, writes: bool
) -> list[Statement]:
    below = f"{bucket}/{prefix}/*" if prefix else f"{bucket}/*"
    statements = [
        # No condition on s3:prefix: HeadBucket, the look for the bucket, has none and would be refused.
        Statement(sid="ArchiveList", actions=["s3:ListBucket"], resources=[account.arn("s3", bucket)]),
        Statement(
            sid="ArchiveObjects",
            actions=["s3:GetObject", "s3:PutObject"] if writes else ["s3:GetObject"],
            resources=[account.arn("s3", below)],
        ),
    ]
    if key is None:
        return statements
    use = ["kms:Decrypt", "kms:GenerateDataKey"] if writes else ["kms:Decrypt"]
    through = {"kms:ViaService": account.endpoint("s3", region)}
    return [
        *statements,
        Statement(sid="ArchiveKey", actions=use, resources=[key], conditions={"StringEquals": through}),
    ]
