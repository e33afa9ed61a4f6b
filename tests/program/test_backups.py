"""Proves what AWS Backup is told to copy, how often and for how long.

That a backup can be restored is for an account to show (docs/aws.md says how to try).
"""

from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.policies import statements
from tests.program.recording import Recording

VAULT = "aws:backup/vault:Vault"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
TAGS = {
    "cost-center": "4711",
    "temporal:installation": "local",
    "temporal:component": "backup",
    "temporal:managed-by": "pulumi",
}


def _backed_up(**said: Any) -> Recording:
    return recording.run(stacks.on_aws(aws__backup=said))


@pytest.fixture(scope="module")
def daily() -> Recording:
    """With everything left out."""
    return _backed_up()


def _one(found: Recording, type_: str) -> dict[str, Any]:
    [registration] = found.of(type_).values()
    return registration.inputs


def test_every_day_at_night_and_kept_for_five_weeks(daily: Recording) -> None:
    plan = _one(daily, "aws:backup/plan:Plan")
    assert plan == {
        "name": "temporal-local-backup",
        "rules": [
            {
                "ruleName": "daily",
                "targetVaultName": "temporal-local-backup",
                "schedule": "cron(0 5 * * ? *)",
                "scheduleExpressionTimezone": "Etc/UTC",
                "startWindow": 60,
                "completionWindow": 720,
                "lifecycle": {"deleteAfter": 35},
                "recoveryPointTags": TAGS,
            }
        ],
        "tags": TAGS,
    }


def test_what_the_stack_file_says_is_what_is_planned() -> None:
    copies = {"vault": stacks.BACKUP["copyTo"]["vault"], "days": 90}
    [rule] = _one(_backed_up(days=14, start="23:30", copyTo=copies), "aws:backup/plan:Plan")["rules"]
    assert rule["schedule"] == "cron(30 23 * * ? *)"
    assert rule["lifecycle"] == {"deleteAfter": 14}
    assert rule["copyActions"] == [{"destinationVaultArn": copies["vault"], "lifecycle": {"deleteAfter": 90}}]


def test_backups_are_encrypted_and_stay(daily: Recording) -> None:
    assert _one(daily, VAULT) == {
        "name": "temporal-local-backup",
        "kmsKeyArn": "arn:aws:kms:::temporal-aws-key",
        "forceDestroy": False,
        "tags": TAGS,
    }
    [vault] = recording.run(stacks.on_aws(aws__backup={}, protection=True)).of(VAULT).values()
    assert (vault.protect, vault.retained) == (True, True)
    assert daily.of(LOCK) == {}


@pytest.mark.parametrize("final", [{}, {"finalAfterDays": 3}], ids=["for now", "for good"])
def test_a_lock_holds_them(final: dict[str, int]) -> None:
    [lock] = _backed_up(lock={"minDays": 7, "maxDays": 365, **final}).of(LOCK).values()
    assert lock.inputs == {
        "backupVaultName": "temporal-local-backup",
        "minRetentionDays": 7,
        "maxRetentionDays": 365,
        **({"changeableForDays": 3} if final else {}),
    }
    # Every change replaces it; deleted afterwards, the old one would unlock the vault.
    assert lock.deleted_first


def test_the_bucket_is_copied_by_a_role_that_writes_nothing_back(daily: Recording) -> None:
    selection = _one(daily, "aws:backup/selection:Selection")
    assert selection == {
        "name": "temporal-local-backup",
        "planId": "temporal-backups-plan-id",
        "iamRoleArn": "arn:aws:iam:::temporal-backups-role",
        "resources": ["arn:aws:s3:::orders-archive"],
    }
    attached = [r.inputs["policyArn"] for r in daily.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment").values()]
    assert attached == ["arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"]
    role = "aws:iam/role:Role"
    assert daily.of(role)["temporal-backups-role"].inputs["name"] == "temporal-local-backup"
    assert statements(daily, role, "temporal-backups-role", "assumeRolePolicy") == {
        "Backup": {
            "Effect": "Allow",
            "Principal": {"Service": ["backup.amazonaws.com"]},
            "Action": ["sts:AssumeRole"],
            "Condition": {"StringEquals": {"aws:SourceAccount": stacks.ACCOUNT}},
        }
    }


@pytest.mark.parametrize(
    "database",
    [
        {"kind": "rds", "class": "db.r7g.large", "readReplicas": [{"name": "reporting"}]},
        {"kind": "rds", "class": "db.m6gd.large", "deployment": "multi-az-cluster"},
        {"kind": "aurora", "capacity": {"kind": "serverless", "maximum": 4}},
    ],
    ids=["instance", "cluster", "aurora"],
)
def test_a_database_is_copied_and_its_replicas_are_not(database: dict[str, Any]) -> None:
    found = recording.run(stacks.changed(stacks.local(), aws={**stacks.GIVEN_KEY, "backup": {}}, database=database))
    assert _one(found, "aws:backup/selection:Selection")["resources"] == ["arn:aws:rds:::temporal-database"]
    attached = {r.inputs["policyArn"] for r in found.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment").values()}
    backups = {arn for arn in attached if "Backup" in arn}
    assert backups == {"arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"}


def test_databases_and_buckets_are_copied_by_one_plan(cared_for: Recording) -> None:
    assert _one(cared_for, "aws:backup/selection:Selection")["resources"] == [
        "arn:aws:rds:::temporal-database",
        "arn:aws:s3:::orders-archive",
    ]
    assert len(cared_for.of("aws:backup/plan:Plan")) == 1


def test_without_a_word_nothing_is_copied(on_aws: Recording) -> None:
    assert [r.type for r in on_aws.registrations if r.type.startswith("aws:backup/")] == []
