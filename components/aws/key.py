"""The KMS key that encrypts what an installation stores on AWS."""

from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Principals, Statement, document
from settings.aws_care import EmailAlarms

_ADMINISTRATION: Final = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
_USE: Final = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
_SERVICES: Final = ("backup", "es", "rds", "s3", "secretsmanager")
"""What people and roles of the account use the key through."""
_KEEPING: Final = ("backup", "es", "rds")
"""Which of them go on using it on their own, by a grant."""
_DELETION_DAYS: Final = 30


class EncryptionKey(pulumi.ComponentResource):
    """A customer managed key with rotation, and its alias `temporal-<installation>`."""

    arn: pulumi.Output[str]
    """Its ARN."""

    def __init__(self, name: str, account: AwsAccount, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the key, its alias."""
        super().__init__("temporal:aws:EncryptionKey", name, None, opts)
        key = aws.kms.Key(
            name,
            description=f"What Temporal installation {account.installation} stores",
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_DAYS,
            policy=document(key_policy(account)),
            tags=account.tags("encryption"),
            opts=account.keeping(self),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/temporal-{account.installation}",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = key.arn
        self.register_outputs({})


def key_policy(account: AwsAccount) -> list[Statement]:
    """Who may do what with the key. "The account" lets its IAM policies decide, within what stands here: so not even an
    administrator decrypts anything but through the services that store it.

    Source: KMS Developer Guide, "Default key policy" and "kms:ViaService"; CloudWatch Logs User Guide, "Encrypt log
    data"; SNS Developer Guide, "Encrypting with SSE"; RDS and OpenSearch make grants when something is created.
    """
    settings = account.settings
    everyone: Principals = {"AWS": [account.arn("iam", "root")]}
    inside = {"kms:CallerAccount": settings.account}
    return [
        Statement(sid="Administration", principals=everyone, actions=_ADMINISTRATION, resources=["*"]),
        Statement(
            sid="UseThroughServices",
            principals=everyone,
            actions=_USE,
            resources=["*"],
            conditions={"StringEquals": {**inside, "kms:ViaService": [account.endpoint(name) for name in _SERVICES]}},
        ),
        Statement(
            sid="GrantsOfServices",
            principals=everyone,
            actions=["kms:CreateGrant"],
            resources=["*"],
            conditions={
                "StringEquals": {**inside, "kms:ViaService": [account.endpoint(name) for name in _KEEPING]},
                "Bool": {"kms:GrantIsForAWSResource": "true"},
            },
        ),
        Statement(
            sid="Logs",
            principals={"Service": [account.endpoint("logs")]},
            actions=[*_USE, "kms:DescribeKey"],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": account.arn("logs", "log-group:*")}},
        ),
        *(_alarms(account) if isinstance(settings.alarms, EmailAlarms) else []),
    ]


def _alarms(account: AwsAccount) -> list[Statement]:
    """The topic that alarms tell is encrypted, so who tells it needs the key: the service itself, by no grant."""
    return [
        Statement(
            sid="Alarms",
            principals={"Service": ["cloudwatch.amazonaws.com"]},
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions={"StringEquals": {"aws:SourceAccount": account.settings.account}},
        )
    ]
