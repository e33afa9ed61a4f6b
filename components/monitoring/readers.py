"""Who may read the metrics of pods that serve them to anybody: a NetworkPolicy says so."""

from collections.abc import Mapping, Sequence

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
    only_readers(
        f"{name}-{service}",
        readers,
        metadata=installation.metadata(f"temporal-{service}-metrics", service, installation.server_version),
        selector=installation.selector(service),
        port=PORT,
        opts=opts,
        others=[port for port in PORTS[service] if port],
    )


def only_readers(
    name: str,
    readers: k8s.networking.v1.NetworkPolicyPeerArgs,
    *,
    metadata: k8s.meta.v1.ObjectMetaArgs,
    selector: Mapping[str, str],
    port: int,
    opts: pulumi.ResourceOptions,
    others: Sequence[int] = (),
) -> None:
    """For the pods with these labels: `port` for `readers`, the `others` for everybody."""
    open_ = [k8s.networking.v1.NetworkPolicyIngressRuleArgs(ports=[_tcp(other) for other in others])] if others else []
    k8s.networking.v1.NetworkPolicy(
        name,
        metadata=metadata,
        spec=k8s.networking.v1.NetworkPolicySpecArgs(
            pod_selector=k8s.meta.v1.LabelSelectorArgs(match_labels=dict(selector)),
            policy_types=["Ingress"],
            ingress=[*open_, k8s.networking.v1.NetworkPolicyIngressRuleArgs(from_=[readers], ports=[_tcp(port)])],
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
