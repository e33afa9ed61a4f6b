"""Proves what the bucket of an archive on AWS is made of, object by object, from what the engine would get. That S3
takes it, and that its policies refuse what they should, is for an account to show.
"""

from typing import Any

import pytest
import yaml

from tests.program import recording, stacks
from tests.program.policies import statements
from tests.program.recording import Recording

ARCHIVE, LOGS = "temporal-archive-bucket", "temporal-archive-logs"
NAMES = {ARCHIVE: "orders-archive", LOGS: "orders-archive-logs"}
KEY_ARN = "arn:aws:kms:::temporal-aws-key"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
TIDY = {
    "id": "tidy-up",
    "status": "Enabled",
    "filter": {"prefix": ""},
    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
    "expiration": {"expiredObjectDeleteMarker": True},
}


def _one(found: Recording, kind: str, name: str) -> dict[str, Any]:
    inputs = dict(found.of(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}")[name].inputs)
    inputs.pop("tags", None)
    return inputs


def _rules(found: Recording, bucket: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = found.of(LIFECYCLE)[f"{bucket}-lifecycle"].inputs["rules"]
    return rules


@pytest.mark.parametrize("bucket", NAMES)
def test_nobody_outside_reaches_a_bucket(on_aws: Recording, bucket: str) -> None:
    name = {"bucket": NAMES[bucket]}
    assert _one(on_aws, "Bucket", bucket) == {**name, "forceDestroy": False}
    assert _one(on_aws, "BucketPublicAccessBlock", f"{bucket}-public-access") == {
        **name,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    owner = {"objectOwnership": "BucketOwnerEnforced"}
    assert _one(on_aws, "BucketOwnershipControls", f"{bucket}-ownership") == {**name, "rule": owner}
    versioning = {"status": "Enabled"}
    assert _one(on_aws, "BucketVersioning", f"{bucket}-versioning") == {**name, "versioningConfiguration": versioning}


def test_what_is_archived_is_encrypted_with_the_stacks_key(on_aws: Recording) -> None:
    [rule] = _one(on_aws, "BucketServerSideEncryptionConfiguration", f"{ARCHIVE}-encryption")["rules"]
    assert rule == {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY_ARN},
        "bucketKeyEnabled": True,
        "blockedEncryptionTypes": ["SSE-C"],
    }


def test_logs_are_encrypted_as_s3_can_deliver_them(on_aws: Recording) -> None:
    [rule] = _one(on_aws, "BucketServerSideEncryptionConfiguration", f"{LOGS}-encryption")["rules"]
    assert rule == {
        "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
        "blockedEncryptionTypes": ["SSE-C"],
    }


def _transport(bucket: str) -> dict[str, Any]:
    everything = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    denied = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": everything}
    return {
        "TlsOnly": {**denied, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        "Tls12": {**denied, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    }


def test_the_archives_policy(on_aws: Recording) -> None:
    """A request that says nothing of encryption, as the server's, is none of its matter: `Null` is false then."""
    sse = "s3:x-amz-server-side-encryption"
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject"],
        "Resource": ["arn:aws:s3:::orders-archive/*"],
    }
    key = f"{sse}-aws-kms-key-id"
    assert statements(on_aws, POLICY, f"{ARCHIVE}-policy") == {
        **_transport("orders-archive"),
        "KmsOnly": {**denied, "Condition": {"Null": {sse: "false"}, "StringNotEquals": {sse: "aws:kms"}}},
        "RightKeyOnly": {**denied, "Condition": {"Null": {key: "false"}, "StringNotEquals": {key: KEY_ARN}}},
        "NoKeysOfCustomers": {**denied, "Condition": {"Null": {f"{sse}-customer-algorithm": "false"}}},
    }


def test_only_s3_writes_logs_and_only_of_the_archive(on_aws: Recording) -> None:
    assert statements(on_aws, POLICY, f"{LOGS}-policy") == {
        **_transport("orders-archive-logs"),
        "LogDelivery": {
            "Effect": "Allow",
            "Principal": {"Service": ["logging.s3.amazonaws.com"]},
            "Action": ["s3:PutObject"],
            "Resource": ["arn:aws:s3:::orders-archive-logs/orders-archive/*"],
            "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:::orders-archive"},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            },
        },
    }
    assert _one(on_aws, "BucketLogging", "temporal-archive-logging") == {
        "bucket": "orders-archive",
        "targetBucket": "orders-archive-logs",
        "targetPrefix": "orders-archive/",
    }


def test_lifecycles(on_aws: Recording) -> None:
    """What is archived stays, unless it was replaced or deleted."""
    assert _rules(on_aws, ARCHIVE) == [{**TIDY, "noncurrentVersionExpiration": {"noncurrentDays": 90}}]
    assert _rules(on_aws, LOGS) == [
        {**TIDY, "noncurrentVersionExpiration": {"noncurrentDays": 30}},
        {"id": "expire", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 365}},
    ]


def test_old_histories_go_to_cheaper_storage_classes() -> None:
    """By their size: no prefix tells them from visibility records."""
    said = [{"days": 30, "storageClass": "STANDARD_IA"}, {"days": 90, "storageClass": "GLACIER_IR"}]
    found = recording.run(stacks.on_aws({"transitions": said, "noncurrentDays": 14}))
    assert _rules(found, ARCHIVE) == [
        {**TIDY, "noncurrentVersionExpiration": {"noncurrentDays": 14}},
        {
            "id": "transitions",
            "status": "Enabled",
            "filter": {"objectSizeGreaterThan": 131071},
            "transitions": said,
        },
    ]


def test_object_lock_and_replication_only_where_the_stack_file_asks_for_them(on_aws: Recording) -> None:
    found = recording.run(
        stacks.on_aws({"objectLock": {"mode": "COMPLIANCE", "days": 365}, "replication": dict(stacks.COPY)})
    )
    more = {r.name for r in found.registrations} - {r.name for r in on_aws.registrations}
    replication = "temporal-archive-replication"
    assert more == {"temporal-archive-object-lock", replication, f"{replication}-role", f"{replication}-policy"}
    assert _one(found, "BucketObjectLockConfiguration", "temporal-archive-object-lock") == {
        "bucket": "orders-archive",
        "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 365}},
    }
    assert _one(found, "BucketReplicationConfig", replication) == {
        "bucket": "orders-archive",
        "role": f"arn:aws:iam:::{replication}-role",
        "rules": [
            {
                "id": "everything",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "deleteMarkerReplication": {"status": "Disabled"},
                "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
                "destination": {
                    "bucket": "arn:aws:s3:::orders-copy",
                    "encryptionConfiguration": {"replicaKmsKeyId": stacks.COPY["kmsKey"]},
                },
            }
        ],
    }
    role, policy = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
    assert statements(found, role, f"{replication}-role", "assumeRolePolicy") == {
        "Replication": {
            "Effect": "Allow",
            "Principal": {"Service": ["s3.amazonaws.com"]},
            "Action": ["sts:AssumeRole"],
            "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:::orders-archive"},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            },
        }
    }
    allowed = {
        name: (statement["Action"], statement["Resource"], statement.get("Condition"))
        for name, statement in statements(found, policy, f"{replication}-policy").items()
    }
    through = {
        region: {"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}}
        for region in ("eu-central-1", "eu-west-1")
    }
    versions = ("GetObjectVersionAcl", "GetObjectVersionForReplication", "GetObjectVersionTagging")
    assert allowed == {
        "Source": (
            ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            ["arn:aws:s3:::orders-archive"],
            None,
        ),
        "SourceObjects": (
            ["s3:GetObjectLegalHold", "s3:GetObjectRetention", *(f"s3:{name}" for name in versions)],
            ["arn:aws:s3:::orders-archive/*"],
            None,
        ),
        "Copies": (["s3:ReplicateObject", "s3:ReplicateTags"], ["arn:aws:s3:::orders-copy/*"], None),
        "SourceKey": (["kms:Decrypt"], [KEY_ARN], through["eu-central-1"]),
        "CopiesKey": (["kms:Encrypt", "kms:GenerateDataKey"], [stacks.COPY["kmsKey"]], through["eu-west-1"]),
    }


def test_one_change_of_access_at_a_time(on_aws: Recording) -> None:
    """S3 refuses two at once; and nothing is logged, or has a lifecycle, before the bucket is as it should be."""
    block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    for bucket in NAMES:
        assert f"{block}::{bucket}-public-access" in on_aws.of(POLICY)[f"{bucket}-policy"].waits_for
        versioning = f"aws:s3/bucketVersioning:BucketVersioning::{bucket}-versioning"
        assert versioning in on_aws.of(LIFECYCLE)[f"{bucket}-lifecycle"].waits_for
    logging = on_aws.of("aws:s3/bucketLogging:BucketLogging")["temporal-archive-logging"]
    assert f"{POLICY}::{LOGS}-policy" in logging.waits_for


def test_servers_start_when_the_bucket_is_as_it_should_be(on_aws: Recording) -> None:
    made = {
        f"{r.type}::{r.name}"
        for r in on_aws.registrations
        if r.type.startswith("aws:s3/") and (r.name.startswith(ARCHIVE) or r.name.endswith("-logging"))
    }
    first = on_aws.of("kubernetes:apps/v1:Deployment")["temporal-server-frontend"]
    assert made - first.waits_for == {f"{LIFECYCLE}::{ARCHIVE}-lifecycle"}


def test_the_server_finds_it_at_amazon(on_aws: Recording) -> None:
    text = on_aws.objects("ConfigMap")["temporal-history-config"]["data"]["server.yaml"]
    configuration = yaml.safe_load(text)
    provider = {"s3store": {"region": "eu-central-1", "s3ForcePathStyle": False}}
    assert configuration["archival"]["history"] == {"state": "enabled", "enableRead": True, "provider": provider}
    assert configuration["namespaceDefaults"]["archival"]["history"]["URI"] == "s3://orders-archive/a"
    assert on_aws.exports["immutable"]["archival"] == "s3://orders-archive/a"


def test_nobody_looks_into_it_first(on_aws: Recording) -> None:
    """The job that looks has no identity; this program makes both bucket and roles."""
    assert [name for name in on_aws.pods() if "archive" in name] == []
