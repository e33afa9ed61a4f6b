"""Pulumi's plugin for any Terraform provider, as far as it serves Temporal's: parameter, what it refuses and replaces.

The table was read from the provider's source, and its schema held against the real provider once (docs/cloud.md).
"""

import json
from typing import Any

import pytest

from standins.provider import UNKNOWN, Call, CheckFailure, Secret, reveal
from standins.simulated.temporalcloud import PARAMETER, TemporalCloud

NAMESPACE = "temporalcloud:index/namespace:Namespace"
ATTRIBUTE = "temporalcloud:index/namespaceSearchAttribute:NamespaceSearchAttribute"
RULE = "temporalcloud:index/connectivityRule:ConnectivityRule"
SINK = "temporalcloud:index/namespaceExportSink:NamespaceExportSink"
ACCOUNT = "temporalcloud:index/serviceAccount:ServiceAccount"
KEY = "temporalcloud:index/apikey:Apikey"
SCOPE = {"namespaceId": "orders.a1b2c", "permission": "write"}
GOOD: dict[str, dict[str, Any]] = {
    NAMESPACE: {"name": "orders", "regions": ["aws-eu-central-1"], "retentionDays": 30},
    ATTRIBUTE: {"namespaceId": "orders.a1b2c", "name": "CaseId", "type": "keyword"},
    RULE: {"connectivityType": "private", "connectionId": "vpce-1", "region": "aws-eu-central-1"},
    SINK: {
        "namespace": "orders.a1b2c",
        "sinkName": "histories",
        "s3": {"bucketName": "b", "region": "eu-central-1", "awsAccountId": "123456789012", "roleName": "r"},
    },
    ACCOUNT: {"name": "orders", "namespaceScopedAccess": SCOPE},
    KEY: {
        "displayName": "orders",
        "ownerType": "service-account",
        "ownerId": "1",
        "expiryTime": "2027-06-01T00:00:00Z",
    },
}


def _call(type_: str, *, preview: bool = False) -> Call:
    return Call(urn=f"urn:x::{type_}::it", type=type_, name="it", timeout=0, preview=preview)


def _refused(type_: str, **said: Any) -> list[CheckFailure]:
    news = {key: value for key, value in {**GOOD[type_], **said}.items() if value is not None}
    return [*TemporalCloud().check(_call(type_), {}, news, b"").failures]


@pytest.mark.parametrize("type_", GOOD)
def test_what_is_right_passes(type_: str) -> None:
    assert _refused(type_) == []
    assert _refused(type_, **dict.fromkeys(GOOD[type_], UNKNOWN)) == []


@pytest.mark.parametrize(
    ("type_", "said", "property_", "reason"),
    [
        (NAMESPACE, {"retention": 3}, "retention", "is not an input of this stand-in, did you mean retentionDays?"),
        (NAMESPACE, {"retentionDays": None}, "retentionDays", "is required"),
        (NAMESPACE, {"retentionDays": "30"}, "retentionDays", "must be of type integer, not string"),
        (NAMESPACE, {"name": "Orders"}, "name", "must be 2 to 64 of a-z, 0-9 and '-', beginning with a letter"),
        (
            NAMESPACE,
            {"regions": ["eu-central-1"]},
            "regions[0]",
            "must be a region with its provider, such as aws-us-east-1",
        ),
        (NAMESPACE, {"certificateFilters": []}, "certificateFilters", "must not be empty; leave it out"),
        (NAMESPACE, {"connectivityRuleIds": []}, "connectivityRuleIds", "must not be empty; leave it out"),
        (NAMESPACE, {"acceptedClientCa": ""}, "acceptedClientCa", "must not be empty; leave it out"),
        (
            NAMESPACE,
            {"certificateFilters": [{"commonname": "a"}]},
            "certificateFilters[0].commonname",
            "is not an input of this stand-in, did you mean commonName?",
        ),
        (
            ATTRIBUTE,
            {"type": "KeywordList"},
            "type",
            "must be one of bool, datetime, double, int, keyword, keyword_list, text",
        ),
        (RULE, {"connectivityType": "vpn"}, "connectivityType", "must be one of public, private"),
        (RULE, {"connectionId": None}, "connectionId", "is required with connectivityType private"),
        (SINK, {"s3": None}, "s3", "is required"),
        (SINK, {"gcs": {}}, "gcs", "is not an input of this stand-in; it knows namespace, sinkName, enabled, s3"),
        (ACCOUNT, {"accountAccess": "read"}, "accountAccess", "cannot be set with namespaceScopedAccess"),
        (ACCOUNT, {"namespaceAccesses": [SCOPE]}, "namespaceAccesses", "cannot be set with namespaceScopedAccess"),
        (
            ACCOUNT,
            {"namespaceScopedAccess": None, "accountAccess": "read", "namespaceAccesses": []},
            "namespaceAccesses",
            "must not be empty; leave it out",
        ),
        (
            ACCOUNT,
            {"namespaceScopedAccess": None, "accountAccess": "admin", "namespaceAccesses": [SCOPE]},
            "namespaceAccesses",
            "cannot be set with accountAccess admin",
        ),
        (
            ACCOUNT,
            {"namespaceScopedAccess": SCOPE | {"permission": "all"}},
            "namespaceScopedAccess.permission",
            "must be one of admin, read, write",
        ),
        (KEY, {"ownerType": "group"}, "ownerType", "must be user or service-account"),
        (
            KEY,
            {"expiryTime": "2027-06-01"},
            "expiryTime",
            "must be a time as RFC 3339 has it, such as 2027-06-01T00:00:00Z",
        ),
        (RULE, {"region": None}, "region", "is required with connectivityType private"),
    ],
)
def test_what_is_wrong_is_refused(type_: str, said: dict[str, Any], property_: str, reason: str) -> None:
    assert _refused(type_, **said) == [CheckFailure(property_, reason)]


@pytest.mark.parametrize(
    ("type_", "changed", "replaces"),
    [
        (NAMESPACE, {"name": "other"}, ("name",)),
        (NAMESPACE, {"retentionDays": 7}, ()),
        (ATTRIBUTE, {"namespaceId": "other.a1b2c"}, ("namespaceId",)),
        (ACCOUNT, {"name": "other"}, ("name",)),
        (ACCOUNT, {"namespaceScopedAccess": SCOPE | {"permission": "read"}}, ()),
        (
            ACCOUNT,
            {"namespaceScopedAccess": SCOPE | {"namespaceId": "other.a1b2c"}},
            ("namespaceScopedAccess",),
        ),
        (KEY, {"expiryTime": "2028-06-01T00:00:00Z"}, ("expiryTime",)),
        (KEY, {"displayName": "other"}, ()),
        (ATTRIBUTE, {"name": "Other"}, ()),
        (RULE, {"connectionId": "vpce-2"}, ("connectionId",)),
        (SINK, {"sinkName": "other"}, ("sinkName",)),
        (SINK, {"enabled": False}, ()),
    ],
)
def test_what_a_change_does(type_: str, changed: dict[str, Any], replaces: tuple[str, ...]) -> None:
    old = dict(TemporalCloud().create(_call(type_), GOOD[type_]).outputs)
    diff = TemporalCloud().diff(_call(type_), "it", old, old, {**GOOD[type_], **changed})
    assert ({path.partition(".")[0] for path in diff.detailed}, diff.replaces) == (set(changed), replaces)


@pytest.mark.parametrize(
    ("said", "addresses"),
    [({}, ("", "orders.zz9.tmprl.cloud:7233")), ({"apiKeyAuth": True}, ("orders.zz9.tmprl.cloud:7233", ""))],
)
def test_a_namespace_is_of_the_account(said: dict[str, Any], addresses: tuple[str, str]) -> None:
    plugin = TemporalCloud()
    plugin.configure({"allowedAccountId": "zz9"})
    made = plugin.create(_call(NAMESPACE), {**GOOD[NAMESPACE], **said})
    assert made.id == "orders.zz9"
    endpoints = made.outputs["endpoints"]
    assert (endpoints["grpcAddress"], endpoints["mtlsGrpcAddress"]) == addresses
    assert endpoints["webAddress"] == "https://cloud.temporal.io/namespaces/orders.zz9"


def test_ids_of_the_others() -> None:
    plugin = TemporalCloud()
    assert plugin.create(_call(ATTRIBUTE), GOOD[ATTRIBUTE]).id == "orders.a1b2c/CaseId"
    assert plugin.create(_call(SINK), GOOD[SINK]).id == "orders.a1b2c,histories"
    assert plugin.create(_call(RULE), GOOD[RULE]).id.startswith("connectivity-rule-")


def test_a_key_is_a_secret_of_its_own() -> None:
    made = TemporalCloud().create(_call(KEY), GOOD[KEY])
    assert isinstance(made.outputs["token"], Secret)
    assert reveal(made.outputs["token"]) != made.id


def test_its_parameter() -> None:
    package = TemporalCloud().parameterize(json.dumps(PARAMETER).encode())
    assert (package.name, package.version) == ("temporalcloud", "1.5.0")
    other = json.dumps({"remote": {"url": "registry.opentofu.org/hashicorp/random", "version": "3.6.2"}})
    with pytest.raises(ValueError, match=r'not \{"remote": \{"url": "registry.opentofu.org/hashicorp/random"'):
        TemporalCloud().parameterize(other.encode())


def test_its_configuration() -> None:
    assert TemporalCloud().check_config({"allowedAccountId": "a1b2c", "apiKey": "k"}) == ()
    assert TemporalCloud().check_config({"account": "a1b2c"}) == (
        CheckFailure(
            "account",
            "is no configuration of this provider; it knows allowInsecure, allowedAccountId, apiKey, endpoint, version",
        ),
    )
