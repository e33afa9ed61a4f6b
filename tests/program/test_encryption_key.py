"""Proves what the KMS key of a stack allows, from the policy the engine would get. That KMS takes it, and that the
services make do with it, is for an account to show.
"""

from typing import Any

from tests.program.policies import statements
from tests.program.recording import Recording

KEY = "aws:kms/key:Key"
ROOT = {"AWS": ["arn:aws:iam::123456789012:root"]}


def _services(*names: str) -> list[str]:
    return [f"{name}.eu-central-1.amazonaws.com" for name in names]


def test_the_key(on_aws: Recording) -> None:
    [key] = on_aws.of(KEY).values()
    inputs = {name: value for name, value in key.inputs.items() if name not in ("policy", "tags")}
    assert inputs == {
        "description": "What Temporal installation local stores",
        "enableKeyRotation": True,
        "deletionWindowInDays": 30,
    }
    [alias] = on_aws.of("aws:kms/alias:Alias").values()
    assert alias.inputs == {"name": "alias/temporal-local", "targetKeyId": "id-of-temporal-aws-key"}


def _policy(found: Recording) -> dict[str, dict[str, Any]]:
    return statements(found, KEY, "temporal-aws-key")


def test_administrators_do_not_use_it(on_aws: Recording) -> None:
    """Nobody of the account encrypts or decrypts but through a service that stores with it, or makes a grant but one
    that such a service asks for."""
    administration = _policy(on_aws)["Administration"]
    assert administration.pop("Action") == [
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
    ]
    assert administration == {"Effect": "Allow", "Principal": ROOT, "Resource": ["*"]}


def test_services_use_it_for_the_account(on_aws: Recording) -> None:
    policy = _policy(on_aws)
    assert policy.keys() == {"Administration", "UseThroughServices", "GrantsOfServices", "Logs"}
    use = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    account = {"kms:CallerAccount": "123456789012"}
    assert policy["UseThroughServices"] == {
        "Effect": "Allow",
        "Principal": ROOT,
        "Action": use,
        "Resource": ["*"],
        "Condition": {
            "StringEquals": {**account, "kms:ViaService": _services("backup", "es", "rds", "s3", "secretsmanager")}
        },
    }
    assert policy["GrantsOfServices"] == {
        "Effect": "Allow",
        "Principal": ROOT,
        "Action": ["kms:CreateGrant"],
        "Resource": ["*"],
        "Condition": {
            "StringEquals": {**account, "kms:ViaService": _services("backup", "es", "rds")},
            "Bool": {"kms:GrantIsForAWSResource": "true"},
        },
    }
    assert policy["Logs"] == {
        "Effect": "Allow",
        "Principal": {"Service": _services("logs")},
        "Action": [*use, "kms:DescribeKey"],
        "Resource": ["*"],
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*"}
        },
    }
