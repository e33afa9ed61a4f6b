"""Who may read the metrics of the server's pods: a NetworkPolicy, since the server serves them to anybody."""

import pulumi
import pulumi_kubernetes as k8s

from components.kubernetes import Installation
from components.server.metrics import PORT
from components.server.ports import PORTS
from settings.sizes import ServiceName

_NAMESPACE_LABEL = "kubernetes.io/metadata.name"


def readers_policy(
    name: str,
    service: ServiceName,
    readers: k8s.networking.v1.NetworkPolicyPeerArgs,
    installation: Installation,
    opts: pulumi.ResourceOptions,
) -> None:
    """For the pods of one service: metrics for `readers`, everything else for everybody, as without a policy."""
    ports = PORTS[service]
    others = [port for port in ports if port]
    k8s.networking.v1.NetworkPolicy(
        f"{name}-{service}",
        metadata=installation.metadata(f"temporal-{service}-metrics", service, installation.server_version),
        spec=k8s.networking.v1.NetworkPolicySpecArgs(
            pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=installation.selector(service)),
            policy_types=["Ingress"],
            ingress=[
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(ports=[_tcp(port) for port in others]),
                k8s.networking.v1.NetworkPolicyIngressRuleArgs(from_=[readers], ports=[_tcp(PORT)]),
            ],
        ),
        opts=opts,
    )


def in_namespace(namespace: str) -> k8s.networking.v1.NetworkPolicyPeerArgs:
    """Every pod of a Kubernetes namespace, by the label that the API server gives it."""
    return k8s.networking.v1.NetworkPolicyPeerArgs(
        namespace_selector=k8s.meta.v1.LabelSelectorArgs(match_labels={_NAMESPACE_LABEL: namespace})
    )


def _tcp(port: int) -> k8s.networking.v1.NetworkPolicyPortArgs:
    return k8s.networking.v1.NetworkPolicyPortArgs(protocol="TCP", port=port)
