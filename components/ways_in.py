"""Ways into the installation from outside the cluster."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from components.kubernetes import Installation
from settings.access import ByNodePort, ClusterOnly


@dataclass(frozen=True, kw_only=True)
class WayInArgs:
    """What is reached, and how."""

    installation: Installation
    """Where it runs."""
    component: str
    """Whose pods."""
    version: str
    """Version label."""
    target_port: str
    """Name of the pods' port."""
    way: ClusterOnly | ByNodePort
    """From the stack file."""
    node_address: str | None
    """Address at which NodePorts answer."""


def way_in(name: str, args: WayInArgs, opts: pulumi.ResourceOptions) -> pulumi.Output[str] | None:
    """host:port from outside, or None for a cluster-only way."""
    if isinstance(args.way, ClusterOnly):
        return None
    service = k8s.core.v1.Service(
        name,
        metadata=args.installation.metadata(f"temporal-{args.component}-node-port", args.component, args.version),
        spec=k8s.core.v1.ServiceSpecArgs(
            type="NodePort",
            selector=args.installation.selector(args.component),
            ports=[
                k8s.core.v1.ServicePortArgs(
                    name=args.target_port, port=443, target_port=args.target_port, node_port=args.way.port
                )
            ],
        ),
        opts=opts,
    )
    port = service.spec.apply(lambda spec: str(spec.ports[0].node_port) if spec.ports else "")
    host = args.node_address or ""
    return pulumi.Output.concat(f"[{host}]" if ":" in host else host, ":", port)
