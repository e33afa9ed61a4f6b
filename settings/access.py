"""`temporal:access`: how the frontend and the Web UI are reached from outside the cluster."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.disruption import DisruptionBudget
from settings.facts import changing
from settings.ingress import AnyIngress
from settings.pods import Pods
from settings.scalars import AnnotationValue, DnsName, LabelKey, LoadBalancerAddress, Network, NodePort, Port, Replicas

_WAY = changing("nothing", "the way in from outside is made, changed or taken away")
_BALANCER = changing("nothing", "the load balancer follows it")


class ClusterOnly(Model):
    """Reached from inside the cluster only."""

    kind: Annotated[Literal["cluster"], _WAY]
    """This way's name."""


class ByNodePort(Model):
    """Reached at a port of every node; needs `temporal:kubernetes.nodeAddress`."""

    kind: Annotated[Literal["node-port"], _WAY]
    """This way's name."""
    port: Annotated[NodePort | None, _WAY] = None
    """The port; the cluster picks a free one when left out and keeps it."""


class ByLoadBalancer(Model):
    """Reached at a load balancer that the cluster makes for a Service: a cloud's own, MetalLB's. It passes TLS on."""

    kind: Annotated[Literal["load-balancer"], _WAY]
    """This way's name."""
    host: Annotated[
        DnsName,
        changing("nothing", "the frontend's certificate is issued with the new name, and external-dns follows"),
    ]
    """DNS name that leads to it. external-dns makes the record from the Service's annotation where it runs, otherwise
    somebody does. It becomes a name in the frontend's certificate; with `temporal:tls.kind` provided clients that check
    this name instead of the output `tlsServerName` need it in theirs."""
    port: Annotated[Port, _BALANCER] = 7233
    """The port it listens at."""
    address: Annotated[LoadBalancerAddress | None, _BALANCER] = None
    """The IP address it shall have, by MetalLB's annotation; others have annotations of their own for it. Whatever it
    picks when left out."""
    load_balancer_class: Annotated[
        LabelKey | None, changing("nothing", "the load balancer is made anew: nobody gets in meanwhile")
    ] = None
    """Who makes it, such as service.k8s.aws/nlb; the cluster's default when left out."""
    source_ranges: Annotated[tuple[Network, ...], _BALANCER] = ()
    """Networks that are let in; everybody when left out."""
    external_traffic_policy: Annotated[Literal["Cluster", "Local"], _BALANCER] = "Cluster"
    """Local lets only nodes with a frontend's pod answer, which then see clients' own addresses."""
    annotations: Annotated[dict[LabelKey, AnnotationValue], _BALANCER] = {}
    """Annotations of the Service, for who makes the load balancer."""


class ByIngress(AnyIngress):
    """Reached through an Ingress, which speaks TLS to the UI's pods."""

    kind: Annotated[Literal["ingress"], _WAY]
    """This way's name."""
    controller: Annotated[Literal["ingress-nginx", "other"], _WAY]
    """Whose `ingressClass` it is. ingress-nginx is told by annotations that the pods speak TLS, and checks their
    certificate; with another one `annotations` have to."""


FrontendWay = Annotated[ClusterOnly | ByNodePort | ByLoadBalancer, Field(discriminator="kind")]
UiWay = Annotated[ClusterOnly | ByNodePort | ByIngress, Field(discriminator="kind")]


class NoLogin(Model):
    """Whoever reaches the UI sees and does everything its certificate allows. Said in words, never a default."""

    kind: Annotated[Literal["none"], changing("rolling", "the UI's pods restart")]
    """This login's name."""


class Ui(Pods):
    """The Web UI. It serves TLS and speaks to the frontend with a client certificate of its own."""

    replicas: Annotated[Replicas | None, changing("nothing", "pods are added or removed", unit="pods")] = None
    """Number of pods; the size's when left out."""
    disruption_budget: DisruptionBudget | None = None
    """How many pods an eviction may take; when left out one where there are several, none where there is one."""

    exposure: UiWay = ClusterOnly(kind="cluster")
    """How it is reached."""
    login: NoLogin
    """Who may use it."""


class Access(Model):
    """Ways in from outside the cluster."""

    frontend: FrontendWay = ClusterOnly(kind="cluster")
    """How clients reach the frontend. They need a client certificate whatever the way."""
    ui: Ui | None = None
    """The Web UI; not deployed when left out."""
