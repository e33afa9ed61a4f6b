"""What `make up` warns of before anything is applied: nothing of it keeps a stack from being deployed."""

from collections.abc import Iterator
from typing import Any, Final

import urllib3
from kubernetes import client

from commands import eks
from commands.cluster import TIMEOUT, Cluster
from commands.custom_objects import CustomObjects
from commands.errors import CommandError
from embedded.progress import Progress
from settings import SelfHostedSettings, Settings
from settings.access import ByLoadBalancer
from settings.sizes import SERVICE_NAMES

_METRICS: Final = "metrics.k8s.io"
_METALLB: Final = "metallb.io"
_BALANCED: Final = "LoadBalancer"
_ENFORCING: Final = ("antrea-agent", "calico-node", "canal", "cilium", "kube-router", "ovnkube-node", "weave-net")
"""DaemonSets of network plugins that enforce NetworkPolicies."""
_OF_AWS: Final = "aws-node"
_SWITCH: Final = "--enable-network-policy=true"


def warn(wanted: Settings, place: Cluster, progress: Progress) -> None:
    """Tells of each thing that the stack would miss. What cannot be looked at is passed over."""
    entry = place.entry()
    if wanted.aws and entry:
        for warning in eks.differences(wanted.aws, str(place.context), entry):
            progress.say(f"warning: {warning}")
    for look in (_metrics, _policies, _load_balancers):
        try:
            for warning in look(wanted, place):
                progress.say(f"warning: {warning}")
        except (client.ApiException, urllib3.exceptions.HTTPError, CommandError):
            continue


def _metrics(wanted: Settings, place: Cluster) -> Iterator[str]:
    if not isinstance(wanted, SelfHostedSettings):
        return
    scaled = [name for name in SERVICE_NAMES if wanted.service(name).autoscaling]
    if scaled and _METRICS not in CustomObjects(place).groups():
        yield (
            f"{', '.join(scaled)} will not be scaled: the cluster serves no {_METRICS}, and autoscaling needs it. "
            "Install metrics-server"
        )


def _policies(wanted: Settings, place: Cluster) -> Iterator[str]:
    """This program makes no NetworkPolicy. Where somebody else did, he counts on a plugin that enforces it."""
    api = place.core().api_client
    network: Any = client.NetworkingV1Api(api)
    there = network.list_namespaced_network_policy(wanted.name, _request_timeout=TIMEOUT).items
    if not there:
        return
    apps: Any = client.AppsV1Api(api)
    agents = apps.list_daemon_set_for_all_namespaces(_request_timeout=TIMEOUT).items
    if not any(_enforces(agent) for agent in agents):
        names = ", ".join(sorted(policy.metadata.name for policy in there))
        yield (
            f"namespace {wanted.name} has NetworkPolicies ({names}), and no network plugin that is known to enforce "
            "them: whoever counts on them is not protected"
        )


def _load_balancers(wanted: Settings, place: Cluster) -> Iterator[str]:
    """A Service waits ten minutes for an address that nobody gives it."""
    way = wanted.access.frontend if isinstance(wanted, SelfHostedSettings) else None
    if not isinstance(way, ByLoadBalancer) or way.load_balancer_class:
        return
    core = place.core()
    services = core.list_service_for_all_namespaces(_request_timeout=TIMEOUT).items
    if any(service.status.load_balancer.ingress for service in services if service.spec.type == _BALANCED):
        return
    nodes = core.list_node(_request_timeout=TIMEOUT).items
    if not any(node.spec.provider_id for node in nodes) and _METALLB not in CustomObjects(place).groups():
        yield (
            "nothing was seen in the cluster that makes load balancers: no Service has an address of one, no node is a "
            "cloud's, and there is no MetalLB. What temporal:access.frontend asks for is waited for ten minutes, then "
            "`make up` fails, with everything else deployed"
        )


def _enforces(agent: Any) -> bool:
    if agent.metadata.name != _OF_AWS:
        return agent.metadata.name in _ENFORCING
    return any(_SWITCH in (container.args or ()) for container in agent.spec.template.spec.containers)
