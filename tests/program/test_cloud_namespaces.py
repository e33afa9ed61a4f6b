"""Proves what the engine is asked for where the stack looks after namespaces in Temporal Cloud: the package by which it
finds the provider, and inputs in that provider's words.

That Temporal Cloud takes them, only an account can show.
"""

import base64
import json
from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording

NAMESPACE = "temporalcloud:index/namespace:Namespace"
ATTRIBUTE = "temporalcloud:index/namespaceSearchAttribute:NamespaceSearchAttribute"
SINK = "temporalcloud:index/namespaceExportSink:NamespaceExportSink"
RULE = "temporalcloud:index/connectivityRule:ConnectivityRule"


@pytest.fixture(scope="module")
def managed() -> Recording:
    """One namespace that is looked after, one that is not; a private link."""
    return recording.run(stacks.cloud_managed())


def _only(found: Recording, type_: str) -> dict[str, Any]:
    [registration] = found.of(type_).values()
    return dict(registration.inputs)


def test_the_namespace(managed: Recording) -> None:
    inputs = _only(managed, NAMESPACE)
    authority = base64.b64decode(inputs.pop("acceptedClientCa")).decode()
    assert authority == "CERTIFICATE temporal-clients-client-ca\n"
    assert inputs == {
        "name": "orders",
        "regions": ["aws-eu-central-1"],
        "retentionDays": 30,
        "apiKeyAuth": False,
        "certificateFilters": [{"commonName": "a", "organization": "b", "organizationalUnit": "c"}],
        "connectivityRuleIds": ["temporal-namespaces-private-rule-id", "temporal-namespaces-public-rule-id"],
        "namespaceLifecycle": {"enableDeleteProtection": True},
    }
    assert [*managed.of(NAMESPACE)] == ["temporal-namespaces-orders.a1b2c"]


def test_search_attributes(managed: Recording) -> None:
    found = managed.of(ATTRIBUTE)
    assert {name: each.inputs for name, each in found.items()} == {
        "temporal-namespaces-orders.a1b2c-CustomerId": {
            "namespaceId": "temporal-namespaces-orders.a1b2c-id",
            "name": "CustomerId",
            "type": "keyword",
        }
    }


def test_every_type_of_search_attribute_has_its_word() -> None:
    """As the provider's ToNamespaceSearchAttribute takes them when it is strict."""
    words = {
        "Text": "text",
        "Keyword": "keyword",
        "Int": "int",
        "Double": "double",
        "Bool": "bool",
        "Datetime": "datetime",
        "KeywordList": "keyword_list",
    }
    said = {f"Of{type_}": type_ for type_ in words}
    found = recording.run(stacks.cloud_managed(namespaces__0__searchAttributes=said))
    made = {each.inputs["name"]: each.inputs["type"] for each in found.of(ATTRIBUTE).values()}
    assert made == {f"Of{type_}": word for type_, word in words.items()}


def test_ways(managed: Recording) -> None:
    """The private one is the stack's endpoint; the provider can change neither. Connections come after all of it."""
    assert {name: each.inputs for name, each in managed.of(RULE).items()} == {
        "temporal-namespaces-private-rule": {
            "connectivityType": "private",
            "connectionId": "temporal-link-endpoint-id",
            "region": "aws-eu-central-1",
        },
        "temporal-namespaces-public-rule": {"connectivityType": "public"},
    }
    assert {each.replaced_for for each in managed.of(RULE).values()} == {("*",)}
    [config] = [
        each
        for each in managed.registrations
        if each.type == "kubernetes:core/v1:ConfigMap" and each.inputs["metadata"]["namespace"] == "shop"
    ]
    assert f"{NAMESPACE}::temporal-namespaces-orders.a1b2c" in managed_before(managed, config)


def managed_before(found: Recording, registration: recording.Registration) -> set[str]:
    """What a resource's component waits for, too."""
    parent = next(each for each in found.registrations if registration.parent.endswith(f"::{each.name}"))
    return registration.waits_for | parent.waits_for


def test_the_export(managed: Recording) -> None:
    """Into a bucket that is there, with a role that is there; without a key where the file names none."""
    s3 = {
        "bucketName": "histories",
        "region": "eu-central-1",
        "awsAccountId": "123456789012",
        "roleName": "temporal-cloud-export",
        "kmsArn": stacks.KEY,
    }
    sink = {"namespace": "temporal-namespaces-orders.a1b2c-id", "sinkName": "temporal-orders", "enabled": True}
    assert _only(managed, SINK) == {**sink, "s3": s3}
    plain = recording.run(stacks.cloud_managed(namespaces__0__managed__export__kmsKey=None))
    assert _only(plain, SINK)["s3"] == {key: value for key, value in s3.items() if key != "kmsArn"}


def test_with_a_key() -> None:
    """No authority, no filters; API keys are taken. Nothing that is empty is said: the provider refuses it."""
    config = stacks.cloud_with_key(namespaces=[{"name": "orders.a1b2c", "managed": {"regions": ["aws-us-east-1"]}}])
    found = recording.run(stacks.changed(config, applications=[]))
    assert _only(found, NAMESPACE) == {
        "name": "orders",
        "regions": ["aws-us-east-1"],
        "retentionDays": 3,
        "apiKeyAuth": True,
        "namespaceLifecycle": {"enableDeleteProtection": True},
    }


def test_authorities_of_somebody_else() -> None:
    """Alone, or after the stack's own while one takes over from the other."""
    theirs = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    both = recording.run(stacks.cloud_managed(namespaces__0__managed__authorities=theirs))
    issued = stacks.cloud_managed(
        namespaces__0__managed__authorities=theirs, backend__authentication__certificates=dict(stacks.CLUSTER_ISSUER)
    )
    found = [
        base64.b64decode(_only(run, NAMESPACE)["acceptedClientCa"]).decode() for run in (both, recording.run(issued))
    ]
    assert found == [f"CERTIFICATE temporal-clients-client-ca\n{theirs}", theirs]


def test_the_provider_and_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a generated SDK would register; the key is not in it."""
    asked = set()

    async def register(*words: str) -> str:
        asked.add(words)
        return "mock-uuid"

    monkeypatch.setattr("components.temporalcloud.package.register_package", register)
    found = recording.run(stacks.cloud_managed())
    [(plugin, version, url, name, package, parameter)] = asked
    assert (plugin, version, url) == ("terraform-provider", "1.1.3", "")
    assert (name, package) == ("temporalcloud", "1.5.0")
    assert json.loads(base64.b64decode(parameter)) == {
        "remote": {"url": "registry.opentofu.org/temporalio/temporalcloud", "version": "1.5.0"}
    }
    assert _only(found, "pulumi:providers:temporalcloud") == {"allowedAccountId": "a1b2c"}


def test_protected_namespaces_stay() -> None:
    found = recording.run(stacks.cloud_managed(protection=True))
    [namespace] = found.of(NAMESPACE).values()
    assert (namespace.protect, namespace.retained) == (True, True)


def test_nobody_else_needs_the_provider() -> None:
    types = {each.type for each in recording.run(stacks.cloud_linked()).registrations}
    assert not [type_ for type_ in types if "temporalcloud" in type_]
