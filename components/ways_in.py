"""Ways into the installation from outside the cluster."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from components.ingress import IngressArgs, annotations, ingress
from components.kubernetes import Installation
from settings.access import ByIngress, ByLoadBalancer, ByNodePort, ClusterOnly, FrontendWay, UiWay
from settings.annotations import (
    BACKEND_PROTOCOL,
    PROXY_SSL_NAME,
    PROXY_SSL_SECRET,
    PROXY_SSL_VERIFY,
    of_load_balancer,
)


@dataclass(frozen=True, kw_only=True)
class WayInArgs:
    """What is reached, and where its nodes answer."""

    installation: Installation
    """Where it runs."""
    component: str
    """Whose pods."""
    version: str
    """Version label."""
    target_port: str
    """Name of the pods' port."""
    node_address: str | None
    """Address at which NodePorts answer."""


def frontend_way_in(
    name: str, args: WayInArgs, way: FrontendWay, opts: pulumi.ResourceOptions
) -> pulumi.Output[str] | None:
    """host:port from outside, or None for a cluster-only way."""
    if isinstance(way, ClusterOnly):
        return None
    if isinstance(way, ByNodePort):
        return _node_port(name, args, way, opts)
    _load_balancer(name, args, way, opts)
    return pulumi.Output.from_input(f"{way.host}:{way.port}")


def ui_way_in(
    name: str, args: WayInArgs, way: UiWay, serving: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> pulumi.Output[str] | None:
    """URL from outside, or None for a cluster-only way. `serving` is the Secret with what the pods serve with."""
    if isinstance(way, ClusterOnly):
        return None
    if isinstance(way, ByNodePort):
        return pulumi.Output.concat("https://", _node_port(name, args, way, opts))
    service = f"temporal-{args.component}"
    metadata = args.installation.metadata(
        service, args.component, args.version, {**annotations(way), **_of_backend(args, way, service, serving)}
    )
    ingress(
        name,
        IngressArgs(said=way, service=service, port=args.target_port, path="/", secret=f"{service}-ingress-tls"),
        metadata,
        opts,
    )
    return pulumi.Output.from_input(f"https://{way.host}")


def _node_port(name: str, args: WayInArgs, way: ByNodePort, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """A Service at a port of every node; returns host:port."""
    service = k8s.core.v1.Service(
        name,
        metadata=args.installation.metadata(f"temporal-{args.component}-node-port", args.component, args.version),
        spec=k8s.core.v1.ServiceSpecArgs(
            type="NodePort",
            selector=args.installation.selector(args.component),
            ports=[
                k8s.core.v1.ServicePortArgs(
                    name=args.target_port, port=443, target_port=args.target_port, node_port=way.port
                )
            ],
        ),
        opts=opts,
    )
    port = service.spec.apply(lambda spec: str(spec.ports[0].node_port) if spec.ports else "")
    host = args.node_address or ""
    return pulumi.Output.concat(f"[{host}]" if ":" in host else host, ":", port)


def _load_balancer(name: str, args: WayInArgs, way: ByLoadBalancer, opts: pulumi.ResourceOptions) -> None:
    """A Service with a load balancer, ready once that has an address. Its class cannot be changed while it lives
    (Kubernetes, "Specify class of load balancer implementation")."""
    k8s.core.v1.Service(
        name,
        metadata=args.installation.metadata(
            f"temporal-{args.component}-load-balancer",
            args.component,
            args.version,
            {**way.annotations, **of_load_balancer(way)},
        ),
        spec=k8s.core.v1.ServiceSpecArgs(
            type="LoadBalancer",
            load_balancer_class=way.load_balancer_class,
            load_balancer_source_ranges=list(way.source_ranges) or None,
            external_traffic_policy=way.external_traffic_policy,
            selector=args.installation.selector(args.component),
            ports=[k8s.core.v1.ServicePortArgs(name=args.target_port, port=way.port, target_port=args.target_port)],
        ),
        opts=pulumi.ResourceOptions.merge(
            opts,
            pulumi.ResourceOptions(replace_on_changes=["spec.loadBalancerClass"], delete_before_replace=True),
        ),
    )


def _of_backend(
    args: WayInArgs, way: ByIngress, service: str, serving: pulumi.Input[str]
) -> dict[str, pulumi.Input[str]]:
    """ingress-nginx speaks HTTP to pods unless told, and then checks no certificate unless told. ca.crt beside the
    certificate is its authority."""
    if way.controller != "ingress-nginx":
        return {}
    return {
        BACKEND_PROTOCOL: "HTTPS",
        PROXY_SSL_SECRET: pulumi.Output.concat(args.installation.namespace, "/", serving),
        PROXY_SSL_NAME: args.installation.dns(service),
        PROXY_SSL_VERIFY: "on",
    }
