"""Proves what a private link to Temporal Cloud is made of, and that clients are told what they were told without it.

That the endpoint service takes the endpoint, and that Temporal answers through it, only an account can show.
"""

import json
from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"


@pytest.fixture(scope="module")
def linked() -> Recording:
    """At the endpoints of two namespaces."""
    return recording.run(stacks.cloud_linked())


def test_the_endpoint(linked: Recording) -> None:
    """In one subnet of each zone; private DNS is the stack's own, for the service has none."""
    [(name, endpoint)] = linked.of(ENDPOINT).items()
    assert name == "temporal-link-endpoint"
    tags = {
        "temporal:installation": "orders",
        "temporal:component": "private-link",
        "temporal:managed-by": "pulumi",
        "Name": "temporal-orders-private-link",
    }
    assert endpoint.inputs == {
        "vpcId": "vpc-0123456789abcdef0",
        "vpcEndpointType": "Interface",
        "serviceName": "com.amazonaws.vpce.eu-central-1.vpce-svc-073a419b36663a0f3",
        "subnetIds": [f"subnet-0123456789abcdef{number}" for number in range(3)],
        "securityGroupIds": ["temporal-link-security-group-id"],
        "privateDnsEnabled": False,
        "tags": tags,
    }


def test_only_pods_are_let_in(linked: Recording) -> None:
    [rule] = linked.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").values()
    let_in = {key: rule.inputs[key] for key in ("referencedSecurityGroupId", "ipProtocol", "fromPort", "toPort")}
    assert let_in == {
        "referencedSecurityGroupId": "sg-0123456789abcdef0",
        "ipProtocol": "tcp",
        "fromPort": 7233,
        "toPort": 7233,
    }
    assert "cidrIpv4" not in rule.inputs
    [group] = linked.of("aws:ec2/securityGroup:SecurityGroup").values()
    assert (group.inputs["name"], group.inputs.get("egress")) == ("temporal-orders-private-link", None)


def test_each_name_has_a_zone_of_its_own(linked: Recording) -> None:
    """So no other name of Temporal Cloud is hidden in the VPC. The zone comes after the endpoint."""
    hosts = ("orders.a1b2c.tmprl.cloud", "billing.a1b2c.tmprl.cloud")
    zones = linked.of(ZONE)
    assert {name: zone.inputs["name"] for name, zone in zones.items()} == {
        f"temporal-link-zone-{host}": host for host in hosts
    }
    for zone in zones.values():
        assert zone.inputs["vpcs"] == [{"vpcId": "vpc-0123456789abcdef0", "vpcRegion": "eu-central-1"}]
        assert any(urn.endswith("::temporal-link-endpoint") for urn in zone.dependencies)
    alias = {"name": "vpce-a.example.amazonaws.com", "zoneId": "Z0", "evaluateTargetHealth": False}
    assert {name: record.inputs for name, record in linked.of(RECORD).items()} == {
        f"temporal-link-record-{host}": {"zoneId": f"zone-of-{host}", "name": host, "type": "A", "aliases": [alias]}
        for host in hosts
    }


@pytest.mark.parametrize(
    ("changes", "hosts"),
    [
        (
            {"backend__endpoint": {"kind": "regional", "provider": "aws", "region": "eu-central-1"}},
            ["eu-central-1.aws.api.temporal.io"],
        ),
        ({"backend__privateLink": {"resolves": "region"}}, ["aws-eu-central-1.region.tmprl.cloud"]),
    ],
    ids=["regional", "of several regions"],
)
def test_names_of_a_region(changes: dict[str, object], hosts: list[str]) -> None:
    found = recording.run(stacks.cloud_linked(**changes))
    for type_ in (ZONE, RECORD):
        assert [each.inputs["name"] for each in found.registrations if each.type == type_] == hosts


def test_another_service() -> None:
    service = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0"
    found = recording.run(stacks.cloud_linked(backend__privateLink={"service": service}))
    [endpoint] = found.of(ENDPOINT).values()
    assert endpoint.inputs["serviceName"] == service


def test_clients_are_told_the_same(linked: Recording) -> None:
    plain = recording.run(stacks.cloud())
    assert linked.exports == plain.exports
    assert _objects(linked) == _objects(plain)


def _objects(found: Recording) -> list[Any]:
    """In an order that does not hang on who is waited for."""
    shown = [recording.plain(each) for each in found.kubernetes()]
    return sorted(shown, key=lambda each: json.dumps(each, sort_keys=True))


def test_it_goes_with_a_protected_stack() -> None:
    """Nothing is stored in it, and a key is not made for it."""
    found = recording.run(stacks.cloud_linked(protection=True, aws__encryption={"kind": "created"}))
    made = [each for each in found.registrations if each.type.startswith("aws:")]
    assert {each.type for each in made} == {
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        ENDPOINT,
        ZONE,
        RECORD,
    }
    assert not [each.name for each in made if each.protect or each.retained]
