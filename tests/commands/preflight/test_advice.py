"""Proves of what a stack can do without that it is advised, and stops nobody."""

from typing import Any

import pytest

from commands.cluster import Cluster
from tests.commands.preflight.api import AGENTS, POLICIES, Api, daemon_set, warned
from tests.program import stacks


def _scaled() -> dict[str, Any]:
    config = stacks.local()
    stacks.put(config, ["backend", "services", "history", "autoscaling"], {"min": 1, "max": 3, "cpu": 70})
    return config


def test_autoscaling_without_metrics(place: Cluster, api: Api) -> None:
    api.answers["/apis/"] = {"kind": "APIGroupList", "groups": []}
    assert warned(_scaled(), place) == [
        (
            "history will not be scaled: the cluster serves no metrics.k8s.io, and autoscaling needs it. Install "
            "metrics-server"
        )
    ]
    version = {"groupVersion": "metrics.k8s.io/v1beta1", "version": "v1beta1"}
    group = {"name": "metrics.k8s.io", "versions": [version], "preferredVersion": version}
    api.answers["/apis/"]["groups"].append(group)
    assert warned(_scaled(), place) == []


@pytest.mark.parametrize(
    ("agents", "enforced"),
    [
        ([], False),
        ([daemon_set("kube-proxy"), daemon_set("aws-node", "--enable-network-policy=false")], False),
        ([daemon_set("aws-node", "--enable-ipv6=false", "--enable-network-policy=true")], True),
        ([daemon_set("aws-node"), daemon_set("cilium")], True),
        ([daemon_set("calico-node")], True),
    ],
    ids=["none", "switched off", "AWS", "Cilium", "Calico"],
)
def test_network_policies_that_nobody_enforces(
    place: Cluster,
    api: Api,
    agents: list[dict[str, Any]],
    enforced: bool,  # noqa: FBT001
) -> None:
    """Somebody else's, for this program makes none."""
    api.answers[POLICIES] = {"items": [{"metadata": {"name": "deny-all"}}]}
    api.answers[AGENTS] = {"items": agents}
    said = (
        "namespace local has NetworkPolicies (deny-all), and no network plugin that is known to enforce them: whoever "
        "counts on them is not protected"
    )
    assert warned(stacks.local(), place) == ([] if enforced else [said])


def test_without_network_policies_nobody_looks_for_a_plugin(place: Cluster, api: Api) -> None:
    assert warned(stacks.local(), place) == []
    assert AGENTS not in api.asked


def test_advice_that_cannot_be_given_stops_nobody(place: Cluster, api: Api) -> None:
    api.refused = {POLICIES: 403, "/apis/": 403}
    assert warned(_scaled(), place) == []
