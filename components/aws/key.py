"""The KMS key that encrypts what an installation stores on AWS."""

from typing import Final

import pulumi
import pulumi_aws as aws

from components.aws.account import AwsAccount
from components.aws.policies import Principals, Statement, document
from settings.aws_care import EmailAlarms
from settings.monitoring.amazon import Amazon
from settings.monitoring.notifications import own_topic

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

    def __init__(
        self, name: str, account: AwsAccount, metrics: Amazon | None, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Children: the key, its alias. `metrics` is a workspace that it encrypts, too."""
        super().__init__("temporal:aws:EncryptionKey", name, None, opts)
        key = aws.kms.Key(
            name,
            description=f"What Temporal installation {account.installation} stores",
            enable_key_rotation=True,
            deletion_window_in_days=_DELETION_DAYS,
            policy=document(key_policy(account, metrics)),
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


def key_policy(account: AwsAccount, metrics: Amazon | None) -> list[Statement]:
    """Who may do what with the key. "The account" lets its IAM policies decide, within what stands here: so not even an
    administrator decrypts anything but through the services that store it.

    Source: KMS Developer Guide, "Default key policy" and "kms:ViaService"; CloudWatch Logs User Guide, "Encrypt log
    data"; SNS Developer Guide, "Encrypting with SSE"; RDS and OpenSearch make grants when something is created, and so
    does AMP (User Guide, "Encryption at rest"; who tells a topic: "Giving permission to send alert messages").
    """
    settings = account.settings
    everyone: Principals = {"AWS": [account.arn("iam", "root")]}
    more = ["aps"] if metrics else []
    used, kept = ([account.endpoint(name) for name in [*names, *more]] for names in (_SERVICES, _KEEPING))
    inside = {"kms:CallerAccount": settings.account}
    return [
        Statement(sid="Administration", principals=everyone, actions=_ADMINISTRATION, resources=["*"]),
        Statement(
            sid="UseThroughServices",
            principals=everyone,
            actions=_USE,
            resources=["*"],
            conditions={"StringEquals": {**inside, "kms:ViaService": used}},
        ),
        Statement(
            sid="GrantsOfServices",
            principals=everyone,
            actions=["kms:CreateGrant"],
            resources=["*"],
            conditions={
                "StringEquals": {**inside, "kms:ViaService": kept},
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
        *([_telling("Alarms", "cloudwatch", account)] if isinstance(settings.alarms, EmailAlarms) else []),
        *([_telling("Alerts", "aps", account)] if metrics and own_topic(metrics.notifications) else []),
    ]


def _telling(sid: str, service: str, account: AwsAccount) -> Statement:
    """A topic of the stack's own is encrypted, so who tells it needs the key: the service itself, by no grant."""
    return Statement(
        sid=sid,
        principals={"Service": [f"{service}.amazonaws.com"]},
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        resources=["*"],
        conditions={"StringEquals": {"aws:SourceAccount": account.settings.account}},
    )
