"""Proves that the translations of what a stack makes on AWS know every type, and say it in the words of others: names,
lists, references. Whether those words are right is for the tools that read them (tests/drills/test_aws_compliance.py).
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.compliance import cloudformation, policies, requests, stacks, terraform
from tests.compliance.graph import Resource, graph
from tests.compliance.words import Words
from tests.program import recording

HERE = Path(__file__).parent
BUCKET = Resource(
    "aws:s3/bucket:Bucket",
    "archive-bucket",
    {"bucket": "orders", "forceDestroy": False, "tags": {"a": "1"}, "tagsAll": {"a": "1"}, "region": "us-east-1"},
    {"id": "orders", "bucket": "orders", "arn": "arn:aws:s3:::orders"},
)
VERSIONING = Resource(
    "aws:s3/bucketVersioning:BucketVersioning",
    "archive-versioning",
    {"bucket": "orders", "versioningConfiguration": {"status": "Enabled"}},
    uses={"bucket": (BUCKET,)},
)
KEY = Resource(
    "aws:kms/key:Key",
    "key",
    {"description": "of orders", "enableKeyRotation": True, "deletionWindowInDays": 30, "tags": {"a": "1"}},
    {"arn": "arn:aws:kms:us-east-1:123456789012:key/1", "keyId": "1"},
)
ALIAS = Resource(
    "aws:kms/alias:Alias", "alias", {"name": "alias/orders", "targetKeyId": "1"}, uses={"targetKeyId": (KEY,)}
)


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The types of all stacks: these four have every one."""
    found = (recording.run(stacks.config(name)) for name in ("given", "multi-az-cluster", "aurora", "cloud"))
    return {each.type for run in found for each in run.registrations if each.type.startswith("aws:")}


@pytest.mark.parametrize("table", [terraform, cloudformation, requests], ids=lambda table: table.__name__)
def test_every_type_is_known(used: set[str], table: Any) -> None:
    assert used - set(table.types()) == set()


@pytest.mark.parametrize("table", [terraform, cloudformation, requests], ids=lambda table: table.__name__)
def test_an_unknown_type_is_an_error(table: Any) -> None:
    read = {terraform: terraform.plan, cloudformation: cloudformation.template, requests: _all_requests}[table]
    with pytest.raises(KeyError, match="aws:ec2/vpc:Vpc"):
        read([Resource("aws:ec2/vpc:Vpc", "vpc", {})])


def _all_requests(resources: list[Resource]) -> list[requests.Request]:
    return list(requests.requests(resources))


def test_a_graph_has_what_the_engine_knows_of_values() -> None:
    """Inputs without secrets and the plugin's own, and whose outputs they are."""
    state = [
        {"urn": "urn:a::stack", "type": "pulumi:pulumi:Stack", "custom": False},
        {
            "urn": "urn:a::bucket",
            "type": "aws:s3/bucket:Bucket",
            "custom": True,
            "id": "orders",
            "inputs": {"bucket": "orders", "__defaults": []},
            "outputs": {"bucket": "orders", "arn": "arn:aws:s3:::orders"},
        },
        {
            "urn": "urn:a::versioning",
            "type": "aws:s3/bucketVersioning:BucketVersioning",
            "custom": True,
            "id": "orders",
            "inputs": {"bucket": "orders"},
            "propertyDependencies": {"bucket": ["urn:a::bucket"], "mfa": ["urn:a::gone"]},
        },
    ]
    bucket, versioning = graph(state)
    assert bucket.inputs == {"bucket": "orders"}
    assert versioning.uses == {"bucket": (bucket,)}
    assert versioning.source("bucket", "orders") == (bucket, "id")
    assert versioning.source("bucket", "arn:aws:s3:::orders") == (bucket, "arn")
    assert versioning.source("bucket", "others") is None
    assert versioning.source("mfa", "orders") is None


def _planned(plan: dict[str, Any], address: str) -> tuple[dict[str, Any], dict[str, Any]]:
    [values] = [e["values"] for e in plan["planned_values"]["root_module"]["resources"] if e["address"] == address]
    [said] = [e["expressions"] for e in plan["configuration"]["root_module"]["resources"] if e["address"] == address]
    return values, said


def test_terraform_has_blocks_in_lists_and_references_instead_of_values() -> None:
    plan = terraform.plan([BUCKET, VERSIONING])
    values, said = _planned(plan, "aws_s3_bucket.archive-bucket")
    assert values == {"bucket": "orders", "force_destroy": False, "tags": {"a": "1"}, "region": "us-east-1"}
    assert said == {}
    values, said = _planned(plan, "aws_s3_bucket_versioning.archive-versioning")
    assert values == {"versioning_configuration": [{"status": "Enabled"}]}
    assert said == {"bucket": {"references": ["aws_s3_bucket.archive-bucket.id", "aws_s3_bucket.archive-bucket"]}}


def test_terraform_names_a_block_for_one_where_there_may_be_several() -> None:
    rules = [{"id": "a", "filter": {"prefix": ""}, "transitions": [{"days": 1, "storageClass": "GLACIER"}]}]
    lifecycle = Resource(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "a", {"bucket": "b", "rules": rules}
    )
    alarm = Resource("aws:cloudwatch/metricAlarm:MetricAlarm", "b", {"name": "a", "okActions": ["arn"]})
    group = Resource("aws:ec2/securityGroup:SecurityGroup", "c", {"egress": [{"cidrBlocks": ["0.0.0.0/0"]}]})
    options = [{"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": "arn"}]
    domain = Resource("aws:opensearch/domain:Domain", "d", {"logPublishingOptions": options})
    plan = terraform.plan([lifecycle, alarm, group, domain])
    assert [each["values"] for each in plan["planned_values"]["root_module"]["resources"]] == [
        {
            "bucket": "b",
            "rule": [
                {"id": "a", "filter": [{"prefix": ""}], "transition": [{"days": 1, "storage_class": "GLACIER"}]},
            ],
        },
        {"alarm_name": "a", "ok_actions": ["arn"]},
        {"egress": [{"cidr_blocks": ["0.0.0.0/0"]}]},
        {"log_publishing_options": [{"enabled": True, "log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": "arn"}]},
    ]


def test_terraform_has_references_in_blocks() -> None:
    group = Resource("aws:ec2/securityGroup:SecurityGroup", "group", {"name": "a"}, {"id": "sg-1"})
    network = {"securityGroupIds": ["sg-1"], "subnetIds": ["subnet-1"]}
    domain = Resource("aws:opensearch/domain:Domain", "search", {"vpcOptions": network}, uses={"vpcOptions": (group,)})
    values, said = _planned(terraform.plan([group, domain]), "aws_opensearch_domain.search")
    assert values == {"vpc_options": [{"subnet_ids": ["subnet-1"]}]}
    references = ["aws_security_group.group.id", "aws_security_group.group"]
    assert said == {"vpc_options": [{"security_group_ids": {"references": references}}]}


def test_terraform_knows_the_rest_of_a_list() -> None:
    """As a plan shows what is not known yet."""
    arns = [BUCKET.outputs["arn"], "arn:aws:s3:::others"]
    inputs = {"planId": "1", "resources": arns}
    selection = Resource("aws:backup/selection:Selection", "a", inputs, uses={"resources": (BUCKET,)})
    values, said = _planned(terraform.plan([BUCKET, selection]), "aws_backup_selection.a")
    assert values == {"plan_id": "1", "resources": [None, "arn:aws:s3:::others"]}
    assert said == {"resources": {"references": ["aws_s3_bucket.archive-bucket.arn", "aws_s3_bucket.archive-bucket"]}}


def test_a_value_that_only_holds_another_resources_stays_a_value() -> None:
    """A policy that names a key is known; Terraform would know it no sooner, but then nobody could read it."""
    policy = '{"Statement":[{"Resource":"arn:aws:kms:us-east-1:123456789012:key/1"}]}'
    made = Resource("aws:iam/rolePolicy:RolePolicy", "a", {"policy": policy}, uses={"policy": (KEY,)})
    values, said = _planned(terraform.plan([made]), "aws_iam_role_policy.a")
    assert (values, said) == ({"policy": policy}, {})


def test_cloudformation_has_parts_in_one_resource() -> None:
    found = cloudformation.template([BUCKET, VERSIONING])["Resources"]
    assert found == {
        "ArchiveBucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": "orders",
                "Tags": [{"Key": "a", "Value": "1"}],
                "VersioningConfiguration": {"Status": "Enabled"},
            },
        }
    }


def test_cloudformation_refers_to_what_is_made_beside() -> None:
    found = cloudformation.template([KEY, ALIAS])["Resources"]
    assert found["Alias"]["Properties"] == {"AliasName": "alias/orders", "TargetKeyId": {"Ref": "Key"}}
    topic = Resource(
        "aws:sns/topic:Topic", "topic", {"kmsMasterKeyId": KEY.outputs["arn"]}, uses={"kmsMasterKeyId": (KEY,)}
    )
    found = cloudformation.template([KEY, topic])["Resources"]
    assert found["Topic"]["Properties"] == {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}


def test_a_part_of_nothing_is_an_error() -> None:
    with pytest.raises(KeyError, match="orders"):
        cloudformation.template([VERSIONING])


@pytest.mark.parametrize(("said", "looked_up"), [("15", "15.19"), ("15.13", "15.13")])
def test_a_major_version_is_looked_up_as_its_newest_minor(said: str, looked_up: str) -> None:
    inputs = {"identifier": "a", "engine": "postgres", "engineVersion": said, "storageEncrypted": True}
    source = Resource("aws:rds/instance:Instance", "a", inputs)
    replica = Resource("aws:rds/instance:Instance", "b", {"replicateSourceDb": "a", "storageEncrypted": True})
    found = cloudformation.template([source, replica])["Resources"]
    assert found["A"]["Properties"]["EngineVersion"] == looked_up
    assert found["A"]["Properties"]["StorageEncrypted"] is True
    assert found["B"]["Properties"] == {"SourceDBInstanceIdentifier": "a"}


def test_words() -> None:
    words = Words(
        names={"a": "First", "deep.kmsKeyId": "KMSKeyID", "moved": "Object.Moved", "beside": "Object.Beside"},
        left_out=("gone", "deep.gone"),
        flat=("flat",),
        listed=("one",),
        single=("alone",),
        wrapped={"many": "Each"},
        kept=("kept",),
        texts=("text",),
        pairs={"dimensions": ("Name", "Value")},
        keyed={"parameters": ("name", "value"), "options": ("kind", "")},
    )
    said = words.said(
        {
            "a": 1,
            "deep": [{"kmsKeyId": "k", "gone": 1, "other": {"inner": True}}],
            "moved": 1,
            "beside": 2,
            "gone": 1,
            "flat": {"inner": 1},
            "one": {"inner": 1},
            "alone": [{"inner": 1}],
            "many": ["x"],
            "kept": {"a.b": 1},
            "text": '{"a": 1}',
            "dimensions": {"d": "1"},
            "parameters": [{"name": "p", "value": "1", "method": "m"}],
            "options": [{"kind": "k", "groupArn": "arn"}],
            "tags": {"t": "1"},
        }
    )
    assert said == {
        "First": 1,
        "Deep": [{"KMSKeyID": "k", "Other": {"Inner": True}}],
        "Object": {"Moved": 1, "Beside": 2},
        "Inner": 1,
        "One": [{"Inner": 1}],
        "Alone": {"Inner": 1},
        "Many": {"Each": ["x"]},
        "Kept": {"a.b": 1},
        "Text": {"a": 1},
        "Dimensions": [{"Name": "d", "Value": "1"}],
        "Parameters": {"p": "1"},
        "Options": {"k": {"GroupArn": "arn"}},
        "Tags": [{"Key": "t", "Value": "1"}],
    }


def test_requests_take_every_input_and_later_ones_what_was_answered() -> None:
    made, rotated, alias = requests.requests([KEY, ALIAS])
    assert (made.service, made.call) == ("kms", "create_key")
    assert made.arguments == {"Description": "of orders", "Tags": [{"TagKey": "a", "TagValue": "1"}]}
    assert made.answers == {"1": "KeyMetadata.KeyId", KEY.outputs["arn"]: "KeyMetadata.Arn"}
    assert (rotated.call, rotated.arguments) == ("enable_key_rotation", {"KeyId": "1"})
    assert (alias.call, alias.arguments) == ("create_alias", {"AliasName": "alias/orders", "TargetKeyId": "1"})


def test_an_input_that_nothing_asks_for_is_an_error() -> None:
    with pytest.raises(ValueError, match="aws:kms/alias:Alias: nothing is asked for namePrefix"):
        _all_requests([Resource("aws:kms/alias:Alias", "a", {"namePrefix": "alias/a", "targetKeyId": "1"})])


def test_one_call_or_another() -> None:
    instance = Resource("aws:rds/instance:Instance", "a", {"identifier": "a", "engine": "postgres"})
    replica = Resource("aws:rds/instance:Instance", "b", {"identifier": "b", "replicateSourceDb": "a"})
    found = {each.resource: (each.call, each.arguments) for each in requests.requests([instance, replica])}
    assert found == {
        "a": ("create_db_instance", {"DBInstanceIdentifier": "a", "Engine": "postgres"}),
        "b": ("create_db_instance_read_replica", {"DBInstanceIdentifier": "b", "SourceDBInstanceIdentifier": "a"}),
    }


def test_a_policy_in_a_place_that_nobody_knows_is_an_error() -> None:
    text = '{"Version":"2012-10-17","Statement":[]}'
    role = Resource("aws:iam/role:Role", "a", {"assumeRolePolicy": text, "name": "a"})
    assert list(policies.documents([role])) == [policies.Document("a", "trust", text)]
    with pytest.raises(KeyError, match="aws:sqs/queue:Queue"):
        list(policies.documents([Resource("aws:sqs/queue:Queue", "a", {"policy": text})]))


def test_every_control_says_what_it_must() -> None:
    """What is claimed is seen by something; what is waived has its reason; what is optional its key."""
    controls = tomllib.loads((HERE / "controls.toml").read_text())
    waivers = tomllib.loads((HERE / "waivers.toml").read_text())
    for service, of_service in controls.items():
        for number, control in of_service.items():
            name = f"{service}.{number}"
            is_seen = bool(control.get("checks") or control.get("inputs"))
            assert is_seen == (control["here"] in {"default", "optional"}), name
            assert (control["here"] == "waived") == ("waiver" in control), name
            assert control.get("waiver", "copies") in waivers, name
            assert control.get("in", "production") in stacks.NAMES, name
            if control["here"] in {"optional", "elsewhere"}:
                assert control["says"], name
    assert json.dumps(waivers).count('"reason"') == len(waivers) <= 5
