"""cert-manager as a team has it: its definitions, a ClusterIssuer, and who plays it."""

from collections.abc import Iterator
from contextlib import contextmanager

from commands.tests_node import NODE
from embedded import node
from tests.cluster.go_modules import CERT_MANAGER, manifests
from tests.drills.issuing import Player
from tests.drills.seeds.world import World


@contextmanager
def cert_manager(world: World, *issuers: str) -> Iterator[Player]:
    """While it signs, with these ClusterIssuers."""
    kubectl = world.deployment.kubectl
    definitions = manifests({CERT_MANAGER: ["deploy/crds/*.yaml"]})
    kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/clusterissuers.cert-manager.io")
    for name in issuers:
        world.apply(
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "ClusterIssuer",
                "metadata": {"name": name},
                "spec": {"ca": {"secretName": name}},
            }
        )
    found = node.find(node.NodeConfig.from_environment(NODE))
    assert found is not None
    try:
        with Player(found.kubeconfig) as player:
            yield player
    finally:
        kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)
