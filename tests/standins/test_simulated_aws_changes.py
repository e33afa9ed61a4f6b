"""The simulated aws plugin's diff: what replaces, what updates, what counts for nothing, and along which paths.

The table `aws_changes.yaml` says what the official plugin's sources say. What AWS refuses to change, such as a smaller
disk, is an update here as it is there.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from standins.provider import UNKNOWN, Diff, Properties
from standins.simulated.aws import AwsProvider
from tests.standins.aws_calls import BUCKET, CLUSTER, INSTANCE, KEY, call, checked, provider

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("aws_changes.yaml").read_text())
CASES = [
    pytest.param(
        token,
        {**described.get("given", {}), **case.get("from", {})},
        case["to"],
        case["changes"],
        id=f"{token.rpartition(':')[2]} {case['to']}",
    )
    for token, described in TABLE.items()
    for case in described["cases"]
]


def diff(token: str, old: Properties, new: Properties, **more: Any) -> Diff:
    """`new` is what changes in `old`."""
    aws = provider()
    before = checked(aws, token, old)
    state = aws.create(call(token), before)
    return aws.diff(call(token, **more), state.id, before, state.outputs, checked(aws, token, {**old, **new}, before))


def unknown(value: Any) -> Any:
    """The value with its marks of what is not known as what they stand for."""
    if isinstance(value, dict):
        return {key: unknown(item) for key, item in value.items()}
    return UNKNOWN if value == "@unknown@" else value


@pytest.mark.parametrize(("token", "old", "new", "changes"), CASES)
def test_what_a_change_does(token: str, old: Properties, new: Properties, changes: dict[str, str]) -> None:
    found = diff(token, old, unknown(new))
    assert dict(found.detailed) == changes
    replacing = {re.split(r"[.\[]", path)[0] for path, kind in changes.items() if kind.endswith("-replace")}
    assert set(found.replaces) == replacing


OLD_RULE: Properties = {"securityGroupId": "sg-1", "protocol": "tcp", "fromPort": 1, "toPort": 2, "type": "ingress"}


@pytest.mark.parametrize(
    ("token", "old", "new", "first"),
    [
        (BUCKET, {"bucket": "a"}, {"objectLockEnabled": True}, True),
        (BUCKET, {"bucket": "a"}, {"bucket": "b"}, True),
        (BUCKET, {}, {"objectLockEnabled": True}, False),
        (BUCKET, {"bucket": "a"}, {"forceDestroy": True}, False),
        (INSTANCE, {"instanceClass": "x", "identifier": "a", "engine": "postgres"}, {"engine": "mysql"}, True),
        (CLUSTER, {"clusterIdentifier": "a", "engine": "aurora-postgresql"}, {"engine": "aurora-mysql"}, False),
        ("aws:ec2/securityGroupRule:SecurityGroupRule", OLD_RULE, {"toPort": 3}, True),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "a", "policyArn": "p"}, {"role": "b"}, True),
    ],
)
def test_what_is_deleted_before_it_is_replaced(
    token: str,
    old: Properties,
    new: Properties,
    first: bool,  # noqa: FBT001
) -> None:
    """As the bridge has it: a name by the program needs the old one gone, an automatic one does not. A Cluster's
    identifier is no name to the bridge, so AWS refuses the second of two with one name."""
    assert diff(token, old, new).delete_before_replace is first


def test_another_region_of_the_provider_replaces() -> None:
    before = checked(provider(), KEY, {})
    state = provider().create(call(KEY), before)
    elsewhere = AwsProvider()
    elsewhere.configure({"region": "us-east-1"})
    found = elsewhere.diff(call(KEY), state.id, before, state.outputs, checked(elsewhere, KEY, {}, before))
    assert (dict(found.detailed), found.replaces) == ({"region": "update-replace"}, ("region",))


def test_a_change_whose_effect_is_not_known_is_an_update_with_a_warning() -> None:
    heard: list[tuple[str, str]] = []
    found = diff(
        INSTANCE,
        {"instanceClass": "x"},
        {"dedicatedLogVolume": True},
        log=lambda severity, text: heard.append((severity, text)),
    )
    assert dict(found.detailed) == {"dedicatedLogVolume": "add"}
    words = "dedicatedLogVolume changes: whether that replaces aws:rds/instance:Instance is not known here"
    assert heard == [("warning", f"{words}; shown as update")]
