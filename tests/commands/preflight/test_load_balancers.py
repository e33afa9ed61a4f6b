"""Proves what is said of who makes load balancers."""

from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import Api, warned
from tests.program import stacks

SERVICES, NODES = "/api/v1/services", "/api/v1/nodes"


NO_BALANCER = (
    "nothing was seen in the cluster that makes load balancers: no Service has an address of one, no node is a "
    "cloud's, and there is no MetalLB. What temporal:access.frontend asks for is waited for ten minutes, then "
    "`make up` fails, with everything else deployed"
)


def _service(type_: str, status: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": "web"}, "spec": {"type": type_}, "status": status}


BALANCED = {"loadBalancer": {"ingress": [{"ip": "203.0.113.9"}]}}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, [NO_BALANCER]),
        ({"services": [_service("LoadBalancer", {"loadBalancer": {}})], "groups": ["example.com"]}, [NO_BALANCER]),
        ({"services": [_service("ClusterIP", BALANCED)]}, [NO_BALANCER]),
        ({"services": [_service("LoadBalancer", BALANCED)]}, []),
        ({"provider": "aws:///eu-central-1a/i-0123456789abcdef0"}, []),
        ({"groups": ["metallb.io"]}, []),
    ],
    ids=["nothing", "without an address", "of another type", "one with an address", "a cloud", "MetalLB"],
)
def test_who_makes_load_balancers(place: Cluster, api: Api, seen: dict[str, Any], expected: list[str]) -> None:
    api.answers[SERVICES] = {"items": seen.get("services", [])}
    api.answers[NODES] = {"items": [{"metadata": {"name": "one"}, "spec": {"providerID": seen.get("provider")}}]}
    version = {"groupVersion": "a/v1", "version": "v1"}
    groups = [{"name": name, "versions": [version], "preferredVersion": version} for name in seen.get("groups", [])]
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": groups}
    assert warned(stacks.reached(), place) == expected


@pytest.mark.parametrize("config", [stacks.local(), stacks.reached(loadBalancerClass="example.com/own")])
def test_nobody_asks_who_makes_load_balancers(place: Cluster, api: Api, config: dict[str, Any]) -> None:
    """Without one, or where the stack file names who does."""
    assert warned(config, place) == []
    assert not {SERVICES, NODES} & {*api.asked}
