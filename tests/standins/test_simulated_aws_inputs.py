"""The simulated aws plugin's check: what is refused and where, and what is added to a program's inputs.

The official plugin is milder with types: it takes "5432" for a number. What AWS itself refuses is not shown here.
"""

import json
import re
from typing import Any

import pytest

from standins.provider import UNKNOWN, CheckFailure, Properties, Secret
from standins.simulated.aws import AwsProvider
from tests.standins.aws_calls import BUCKET, DOMAIN, INSTANCE, KEY, PARAMETER, ROLE, call, checked, made, provider

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
RESTORE = "sourceDbInstanceAutomatedBackupsArn, sourceDbInstanceIdentifier, sourceDbiResourceId"
SAYS = "is not an input of this stand-in"


def refused(token: str, inputs: Properties) -> list[tuple[str, str]]:
    needed: Properties = {
        INSTANCE: {"instanceClass": "x"},
        LIFECYCLE: {"bucket": "b"},
    }.get(token, {})
    failures = provider().check(call(token), {}, {**needed, **inputs}, b"").failures
    return [(failure.property, failure.reason) for failure in failures]


@pytest.mark.parametrize(
    ("token", "inputs", "place", "reason"),
    [
        (INSTANCE, {"instanceClas": "x"}, "instanceClas", f"{SAYS}, did you mean instanceClass?"),
        (INSTANCE, {"Port": 5432}, "Port", f"{SAYS}, did you mean port?"),
        (INSTANCE, {"address": "x"}, "address", SAYS),
        (INSTANCE, {"tagsAll": {}}, "tagsAll", f"{SAYS}, did you mean tags?"),
        (INSTANCE, {"instanceClass": None}, "instanceClass", "is required"),
        (INSTANCE, {"allocatedStorage": "100"}, "allocatedStorage", "must be of type integer, not string"),
        (INSTANCE, {"allocatedStorage": 1.5}, "allocatedStorage", "must be of type integer, not number"),
        (INSTANCE, {"multiAz": "true"}, "multiAz", "must be of type boolean, not string"),
        (INSTANCE, {"multiAz": 1}, "multiAz", "must be of type boolean, not integer"),
        (INSTANCE, {"vpcSecurityGroupIds": "sg-1"}, "vpcSecurityGroupIds", "must be of type list, not string"),
        (INSTANCE, {"vpcSecurityGroupIds": ["a", 1]}, "vpcSecurityGroupIds[1]", "must be of type string, not integer"),
        (INSTANCE, {"tags": {"a b": True}}, 'tags["a b"]', "must be of type string, not boolean"),
        (INSTANCE, {"tags": ["a"]}, "tags", "must be of type map, not list"),
        (INSTANCE, {"password": Secret(1)}, "password", "must be of type string, not integer"),
        (
            INSTANCE,
            {"restoreToPointInTime": {"latest": True}},
            "restoreToPointInTime.latest",
            f"{SAYS}; it knows restoreTime, {RESTORE}, useLatestRestorableTime",
        ),
        (DOMAIN, {"encryptAtRest": {"kmsKeyId": "k"}}, "encryptAtRest.enabled", "is required"),
        (DOMAIN, {"encryptAtRest": {"enabled": None}}, "encryptAtRest.enabled", "is required"),
        (DOMAIN, {"encryptAtRest": True}, "encryptAtRest", "must be of type map, not boolean"),
        (
            LIFECYCLE,
            {"rules": [{"id": "a", "status": "Enabled", "expiration": {"day": 1}}]},
            "rules[0].expiration.day",
            f"{SAYS}, did you mean days?",
        ),
        (ROLE, {"assumeRolePolicy": ["x"]}, "assumeRolePolicy", "must be of type json, not list"),
    ],
)
def test_refused_inputs(token: str, inputs: Properties, place: str, reason: str) -> None:
    assert refused(token, inputs) == [(place, reason)]


def test_what_is_not_known_yet_passes() -> None:
    inputs = {"instanceClass": UNKNOWN, "multiAz": UNKNOWN, "tags": {"a": UNKNOWN}, "vpcSecurityGroupIds": [UNKNOWN]}
    assert refused(INSTANCE, {**inputs, "restoreToPointInTime": UNKNOWN}) == []


def test_a_type_that_is_missing_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="does not have this type, did you mean aws:rds/instance:Instance"):
        provider().check(call("aws:rds/instances:Instance"), {}, {}, b"")


@pytest.mark.parametrize(
    "config",
    [
        {"region": "eu-central-1"},
        {"region": UNKNOWN},
        {"region": "eu-central-1", "version": "7.51.1", "__internal": {}},
        {"region": "eu-central-1", "skipCredentialsValidation": "true", "allowedAccountIds": '["1"]'},
        {"region": "eu-central-1", "skipRegionValidation": True, "defaultTags": {"tags": {"a": "b"}}},
        {"region": "eu-central-1", "profile": "prod", "endpoints": [{"s3": "http://127.0.0.1"}]},
    ],
)
def test_configuration(config: Properties) -> None:
    """Values of a stack file come as JSON, those of a provider in the program as they are."""
    assert AwsProvider().check_config(config) == ()


@pytest.mark.parametrize(
    ("config", "place", "reason"),
    [
        ({}, "region", "is missing: set aws:region, or `region` of the provider"),
        ({"region": "r", "defaultTag": {}}, "defaultTag", f"{SAYS}, did you mean defaultTags?"),
        ({"region": "r", "defaultTags": '{"tag": {}}'}, "defaultTags.tag", f"{SAYS}, did you mean tags?"),
        ({"region": "r", "allowedAccountIds": "1"}, "allowedAccountIds", "must be of type list, not integer"),
        ({"region": "r", "skipRegionValidation": "yes"}, "skipRegionValidation", "must be of type boolean, not string"),
    ],
)
def test_refused_configuration(config: Properties, place: str, reason: str) -> None:
    assert AwsProvider().check_config(config) == (CheckFailure(place, reason),)


def test_region_and_tags_of_the_provider() -> None:
    aws = provider(defaultTags='{"tags": {"app": "temporal", "env": "test"}}', ignoreTags='{"keyPrefixes": ["aws:"]}')
    assert checked(aws, KEY, {"tags": {"env": "prod", "aws:made": "x"}}) == {
        "__defaults": [],
        "region": "eu-central-1",
        "tags": {"env": "prod", "aws:made": "x"},
        "tagsAll": {"app": "temporal", "env": "prod"},
    }
    assert checked(aws, KEY, {"region": "us-east-1"})["region"] == "us-east-1"
    assert "region" not in checked(aws, ROLE, {"assumeRolePolicy": "{}"})


@pytest.mark.parametrize(
    ("tags", "all_tags"),
    [
        (None, {"app": "temporal"}),
        ({"a": None}, {"app": "temporal"}),
        ({"a": UNKNOWN}, UNKNOWN),
        (UNKNOWN, UNKNOWN),
        (Secret({"a": "b"}), Secret({"app": "temporal", "a": "b"})),
        ({"a": Secret("b")}, {"app": "temporal", "a": Secret("b")}),
    ],
)
def test_all_tags(tags: Any, all_tags: Any) -> None:
    aws = provider(defaultTags='{"tags": {"app": "temporal"}}')
    assert checked(aws, KEY, {"tags": tags})["tagsAll"] == all_tags


@pytest.mark.parametrize(
    ("token", "inputs", "other", "name", "shape"),
    [
        (BUCKET, {}, {"forceDestroy": True}, "bucket", "archive-[0-9a-f]{7}"),
        (INSTANCE, {"instanceClass": "x"}, {"instanceClass": "y"}, "identifier", "Archive[0-9a-f]{7}"),
        (DOMAIN, {}, {"engineVersion": "x"}, "domainName", "Archive-[0-9a-f]{7}"),
        (ROLE, {"assumeRolePolicy": "{}"}, {"path": "/a/"}, "name", "Archive-[0-9a-f]{7}"),
        ("aws:kms/alias:Alias", {"targetKeyId": "k"}, {"targetKeyId": "l"}, "name", "alias/Archive-[0-9a-f]{7}"),
        ("aws:sns/topic:Topic", {"fifoTopic": True}, {"displayName": "d"}, "name", r"Archive-[0-9a-f]{7}\.fifo"),
    ],
)
def test_automatic_names(token: str, inputs: Properties, other: Properties, name: str, shape: str) -> None:
    """The same every time, another for other inputs; kept while the program gives none; the program's own is taken."""
    aws, named = provider(), call(token, "Archive")
    first = aws.check(named, {}, inputs, b"a").inputs
    assert re.fullmatch(shape, first[name])
    assert name in first["__defaults"]
    assert aws.check(named, {}, inputs, b"b").inputs == first
    assert aws.check(named, {}, {**inputs, **other}, b"a").inputs[name] != first[name]
    assert aws.check(named, first, {**inputs, **other}, b"a").inputs[name] == first[name]
    own = aws.check(named, first, {**inputs, name: "own"}, b"a").inputs
    assert (own[name], name in own["__defaults"]) == ("own", False)
    assert aws.check(named, own, inputs, b"a").inputs[name] == first[name]


def test_a_prefix_leaves_the_rest_of_the_name_to_aws() -> None:
    inputs = {"bucketPrefix": "archive-"}
    assert "bucket" not in checked(provider(), BUCKET, inputs)
    assert re.fullmatch("archive-[0-9]{26}", made(BUCKET, inputs).outputs["bucket"])
    assert "bucketPrefix" not in made(BUCKET, {}).outputs


def test_a_name_that_would_be_too_long() -> None:
    with pytest.raises(ValueError, match=f"{'r' * 60} is too long to make bucket of it: at most 55 characters"):
        provider().check(call(BUCKET, "r" * 60), {}, {}, b"")


def test_defaults_of_the_plugin() -> None:
    inputs = checked(provider(), "aws:rds/subnetGroup:SubnetGroup", {"subnetIds": ["a"], "name": "n"})
    assert (inputs["description"], inputs["__defaults"]) == ("Managed by Pulumi", ["description"])


def test_a_document_may_be_the_object_itself() -> None:
    document = {"Version": "2012-10-17", "Statement": []}
    assert json.loads(checked(provider(), ROLE, {"assumeRolePolicy": document})["assumeRolePolicy"]) == document
    assert checked(provider(), ROLE, {"assumeRolePolicy": {"Statement": [UNKNOWN]}})["assumeRolePolicy"] is UNKNOWN
    assert checked(provider(), ROLE, {"assumeRolePolicy": {"a": Secret("b")}})["assumeRolePolicy"] == Secret(
        '{"a":"b"}'
    )


def test_secrets_are_marked() -> None:
    """What the SDK calls secret, also when the program does not mark it."""
    inputs = checked(provider(), INSTANCE, {"instanceClass": "x", "password": "p", "passwordWo": Secret("w")})
    assert (inputs["password"], inputs["passwordWo"]) == (Secret("p"), Secret("w"))
    assert checked(provider(), PARAMETER, {"type": "String", "value": UNKNOWN})["value"] == Secret(UNKNOWN)
