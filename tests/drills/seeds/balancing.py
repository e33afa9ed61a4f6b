"""A thread that plays MetalLB: a Service that asks for a load balancer gets the address that it names.

kube-proxy leads what is sent to that address inside the node's network to the Service, as it does with a real one's.
"""

import subprocess
from typing import Any, Final

from embedded.node.lifecycle import Node
from tests.drills.playing import Playing

ADDRESS: Final = "metallb.io/loadBalancerIPs"


class Balancer(Playing):
    """Gives every Service its address."""

    seconds = 1.0

    def _look(self) -> None:
        found: Any = self._core.list_service_for_all_namespaces()
        for service in found.items:
            if service.spec.type == "LoadBalancer" and not service.status.load_balancer.ingress:
                self._give(service)

    def _give(self, service: Any) -> None:
        address = service.metadata.annotations[ADDRESS]
        status = {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}
        self._core.patch_namespaced_service_status(service.metadata.name, service.metadata.namespace, status)


def route(address: str, network: str, found: Node) -> None:
    """The way to an address of a load balancer from inside the node's network namespace, as MetalLB's announcement
    makes it for a real network."""
    words = ["ip", "route", "replace", address, "dev", "lo", "src", found.address]
    subprocess.run(["nsenter", f"--net={network}", "--", *words], check=True, capture_output=True)
