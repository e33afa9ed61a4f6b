"""The simulated aws plugin's outputs: unknown in a preview, in the shapes of AWS once made.

The shapes are those that types.toml gives; that AWS would give exactly such values is not shown.
"""

import re

import pytest

from standins.provider import UNKNOWN, Properties, Secret, reveal
from tests.standins.aws_calls import (
    BUCKET,
    CLUSTER,
    DOMAIN,
    INSTANCE,
    KEY,
    PARAMETER,
    ROLE,
    call,
    checked,
    made,
    provider,
)


def test_a_preview_knows_inputs_only() -> None:
    aws = provider()
    inputs = checked(aws, INSTANCE, {"instanceClass": "db.r6g.large", "identifier": "db", "tags": {"a": "b"}})
    outputs = aws.create(call(INSTANCE, preview=True), inputs).outputs
    known = {name: value for name, value in outputs.items() if value is not UNKNOWN}
    assert known == {
        "identifier": "db",
        "instanceClass": "db.r6g.large",
        "region": "eu-central-1",
        "tags": {"a": "b"},
        "tagsAll": {"a": "b"},
    }
    assert {"address", "arn", "endpoint", "port", "kmsKeyId", "masterUserSecrets", "id"} <= outputs.keys()


def test_a_database() -> None:
    inputs = {"instanceClass": "x", "identifier": "db", "engine": "postgres", "manageMasterUserPassword": True}
    state = made(INSTANCE, inputs, allowedAccountIds='["210987654321"]')
    outputs = state.outputs
    assert re.fullmatch("db-[0-9A-Z]{26}", state.id)
    assert outputs["resourceId"] == state.id
    assert outputs["arn"] == "arn:aws:rds:eu-central-1:210987654321:db:db"
    assert re.fullmatch(r"db\.[0-9a-z]{12}\.eu-central-1\.rds\.amazonaws\.com", outputs["address"])
    assert (outputs["port"], outputs["endpoint"]) == (5432, f"{outputs['address']}:5432")
    (secret,) = outputs["masterUserSecrets"]
    assert re.fullmatch(
        r"arn:aws:secretsmanager:eu-central-1:210987654321:secret:rds!db-[0-9a-f-]{36}-[0-9A-Za-z]{6}",
        secret["secretArn"],
    )
    assert outputs["kmsKeyId"] == "SIMULATED kmsKeyId"


def test_the_account_that_nobody_named() -> None:
    assert made(INSTANCE, {"instanceClass": "x", "identifier": "db"}).outputs["arn"] == (
        "arn:aws:rds:eu-central-1:123456789012:db:db"
    )


def test_a_password_that_rds_does_not_manage_has_no_secret() -> None:
    assert made(INSTANCE, {"instanceClass": "x"}).outputs["masterUserSecrets"] == []


def test_a_multi_az_cluster_has_instances_that_nobody_else_makes() -> None:
    outputs = made(CLUSTER, {"engine": "postgres", "clusterIdentifier": "c"}).outputs
    assert outputs["clusterMembers"] == ["c-instance-1", "c-instance-2", "c-instance-3"]


def test_a_cluster() -> None:
    outputs = made(CLUSTER, {"engine": "aurora-mysql", "clusterIdentifier": "c"}).outputs
    assert outputs["clusterMembers"] == []
    assert re.fullmatch(r"c\.cluster-[0-9a-z]{12}\.eu-central-1\.rds\.amazonaws\.com", outputs["endpoint"])
    assert outputs["readerEndpoint"] == outputs["endpoint"].replace(".cluster-", ".cluster-ro-")
    assert (outputs["port"], outputs["id"]) == (3306, "c")
    assert re.fullmatch("tf-[0-9]{26}", made(CLUSTER, {"engine": "aurora-mysql"}).id)


def test_a_cluster_whose_name_has_a_prefix() -> None:
    outputs = made(CLUSTER, {"engine": "aurora-mysql", "clusterIdentifierPrefix": "c-"}).outputs
    assert re.fullmatch("c-[0-9]{26}", outputs["clusterIdentifier"])
    assert outputs["endpoint"].startswith(f"{outputs['clusterIdentifier']}.cluster-")


@pytest.mark.parametrize(("inputs", "kind"), [({"vpcOptions": {"subnetIds": ["a"]}}, "vpc"), ({}, "search")])
def test_a_domain(inputs: Properties, kind: str) -> None:
    outputs = made(DOMAIN, {"domainName": "visibility", **inputs}).outputs
    assert re.fullmatch(rf"{kind}-visibility-[0-9a-z]{{26}}\.eu-central-1\.es\.amazonaws\.com", outputs["endpoint"])
    assert outputs["dashboardEndpoint"] == f"{outputs['endpoint']}/_dashboards"
    assert outputs["id"] == "arn:aws:es:eu-central-1:123456789012:domain/visibility"


@pytest.mark.parametrize(
    ("token", "inputs", "outputs"),
    [
        (BUCKET, {"bucket": "b"}, {"id": "b", "arn": "arn:aws:s3:::b", "bucketDomainName": "b.s3.amazonaws.com"}),
        (BUCKET, {"bucket": "b"}, {"bucketRegionalDomainName": "b.s3.eu-central-1.amazonaws.com"}),
        (BUCKET, {"bucket": "b", "region": "us-east-1"}, {"bucketRegion": "us-east-1"}),
        (
            "aws:s3/bucketVersioning:BucketVersioning",
            {"bucket": "b", "expectedBucketOwner": "1", "versioningConfiguration": {"status": "Enabled"}},
            {"id": "b,1"},
        ),
        (ROLE, {"name": "n", "assumeRolePolicy": "{}"}, {"id": "n", "arn": "arn:aws:iam::123456789012:role/n"}),
        (ROLE, {"name": "n", "path": "/t/", "assumeRolePolicy": "{}"}, {"arn": "arn:aws:iam::123456789012:role/t/n"}),
        ("aws:iam/rolePolicy:RolePolicy", {"name": "p", "role": "n", "policy": "{}"}, {"id": "n:p"}),
        (
            "aws:kms/alias:Alias",
            {"name": "alias/a", "targetKeyId": "arn:aws:kms:eu-central-1:1:key/k"},
            {"id": "alias/a", "targetKeyArn": "arn:aws:kms:eu-central-1:123456789012:key/k"},
        ),
        (
            "aws:route53/record:Record",
            {"zoneId": "Z1", "name": "a.example.com", "type": "CNAME", "setIdentifier": "blue"},
            {"id": "Z1_a.example.com_CNAME_blue", "fqdn": "a.example.com"},
        ),
        (PARAMETER, {"name": "/a/b", "type": "String"}, {"arn": "arn:aws:ssm:eu-central-1:123456789012:parameter/a/b"}),
        (
            "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
            {"policyName": "p", "policyDocument": "{}"},
            {"id": "p"},
        ),
        ("aws:rds/optionGroup:OptionGroup", {"name": "OG", "engineName": "x", "majorEngineVersion": "1"}, {"id": "og"}),
        (
            "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
            {"url": "https://oidc.eks/id/1", "clientIdLists": ["sts.amazonaws.com"]},
            {"arn": "arn:aws:iam::123456789012:oidc-provider/oidc.eks/id/1"},
        ),
    ],
)
def test_outputs_that_follow_from_inputs(token: str, inputs: Properties, outputs: Properties) -> None:
    found = reveal(made(token, inputs).outputs)
    assert {name: found[name] for name in outputs} == outputs


@pytest.mark.parametrize(
    ("multi_region", "shape"), [(True, "mrk-[0-9a-f]{32}"), (False, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
)
def test_a_key(multi_region: bool, shape: str) -> None:  # noqa: FBT001
    state = made(KEY, {"multiRegion": multi_region})
    assert re.fullmatch(shape, state.id)
    assert state.outputs["arn"] == f"arn:aws:kms:eu-central-1:123456789012:key/{state.id}"


def test_values_by_chance_follow_from_name_and_inputs() -> None:
    assert made(KEY, {}) == made(KEY, {})
    assert made(KEY, {}).id != made(KEY, {}, name="other").id
    assert made(KEY, {}).id != made(KEY, {"keyUsage": "SIGN_VERIFY"}).id


def test_secrets() -> None:
    """What AWS only takes and never gives back is in no output."""
    outputs = made(INSTANCE, {"instanceClass": "x", "password": "p", "passwordWo": "w"}).outputs
    assert outputs["password"] == Secret("p")
    assert "passwordWo" not in outputs
    preview = provider().create(call(PARAMETER, preview=True), checked(provider(), PARAMETER, {"type": "String"}))
    assert preview.outputs["value"] == Secret(UNKNOWN)


def test_an_update_keeps_what_was_by_chance_and_follows_the_inputs() -> None:
    aws = provider()
    old = checked(aws, INSTANCE, {"instanceClass": "x", "identifier": "a", "engine": "postgres"})
    first = aws.create(call(INSTANCE), old)
    new = checked(aws, INSTANCE, {"instanceClass": "y", "identifier": "b", "tags": {"a": "b"}}, old)
    outputs = aws.update(call(INSTANCE), first.id, old, first.outputs, new).outputs
    assert outputs["arn"].endswith(":db:b")
    assert outputs["address"] == first.outputs["address"].replace("a.", "b.", 1)
    assert outputs["endpoint"] == f"{outputs['address']}:5432"
    assert (outputs["resourceId"], outputs["engine"], outputs["tagsAll"]) == (first.id, "postgres", {"a": "b"})
    unknown = {**new, "identifier": UNKNOWN}
    preview = aws.update(call(INSTANCE, preview=True), first.id, old, first.outputs, unknown).outputs
    assert (preview["arn"], preview["address"], preview["resourceId"]) == (UNKNOWN, UNKNOWN, first.id)


def test_an_update_may_bring_a_secret() -> None:
    aws = provider()
    old = checked(aws, INSTANCE, {"instanceClass": "x", "identifier": "a"})
    first = aws.create(call(INSTANCE), old)
    new = checked(aws, INSTANCE, {"instanceClass": "x", "identifier": "a", "manageMasterUserPassword": True}, old)
    (secret,) = aws.update(call(INSTANCE), first.id, old, first.outputs, new).outputs["masterUserSecrets"]
    assert secret["secretStatus"] == "active"
    undecided = {**new, "manageMasterUserPassword": UNKNOWN}
    preview = aws.update(call(INSTANCE, preview=True), first.id, old, first.outputs, undecided)
    assert preview.outputs["masterUserSecrets"] is UNKNOWN
