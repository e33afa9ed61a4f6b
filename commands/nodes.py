"""Whether the nodes there are can hold pods apart as the stack file requires."""

from collections.abc import Iterator, Sequence
from typing import Any

import urllib3
from kubernetes import client

from commands.cluster import TIMEOUT, Cluster
from commands.errors import CommandError
from embedded.progress import Progress
from settings import SelfHostedSettings, Settings
from settings.places import path
from settings.plans import SchedulingPlan
from settings.sizes import SERVICE_NAMES

_ZONE = "topology.kubernetes.io/zone"


def warn_of_spread(wanted: Settings, place: Cluster, progress: Progress) -> None:
    """Tells of every required spread that the nodes that take pods cannot give, and when none of them takes any. Says
    nothing where nodes cannot be read."""
    try:
        nodes = place.core().list_node(_request_timeout=TIMEOUT).items
    except (client.ApiException, urllib3.exceptions.HTTPError, CommandError):
        return
    taking = [node for node in nodes if _takes_pods(node)]
    if nodes and not taking:
        progress.say(f"warning: none of the nodes ({len(nodes)}) takes pods: they are not ready, or cordoned")
    for warning in warnings(wanted, [dict(node.metadata.labels or {}) for node in taking]):
        progress.say(f"warning: {warning}")


def _takes_pods(node: Any) -> bool:
    ready = [condition.status for condition in node.status.conditions or () if condition.type == "Ready"]
    return not node.spec.unschedulable and ready in ([], ["True"])


def warnings(wanted: Settings, nodes: Sequence[dict[str, str]]) -> Iterator[str]:
    """One line for each kind of place; `nodes` are their labels. Without any, they are made when pods ask for them."""
    if not nodes:
        return
    parts, zones = _required(wanted, "zones"), {labels.get(_ZONE) for labels in nodes}
    if parts and zones <= {None}:
        yield (
            f"{parts}: required, but none of the nodes ({len(nodes)}) carries the label {_ZONE}: "
            "new pods would stay Pending. Label the nodes, or say preferred"
        )
    elif parts and None in zones:
        without = [labels for labels in nodes if _ZONE not in labels]
        yield (
            f"{parts}: required, but {len(without)} of {len(nodes)} nodes carry no label {_ZONE}: "
            "they get none of these pods. Label them"
        )
    elif parts and len(zones) == 1:
        yield (
            f"{parts}: required, but all nodes ({len(nodes)}) are in one zone, {zones.pop()}: "
            "its failure takes all pods. Add nodes in another zone"
        )
    parts = _required(wanted, "hosts")
    if parts and len(nodes) == 1:
        yield f"{parts}: required, but there is one node: its failure takes all pods. Add a node"


def _required(wanted: Settings, topology: str) -> str:
    """The places of the stack file that ask for it, as one text; empty when none does."""
    asking = [
        (*location, "spread", topology)
        for location, scheduling in _spreading(wanted)
        if getattr(scheduling, topology) == "required"
    ]
    common = wanted.kubernetes.pods.spread
    if asking and getattr(common, topology) == "required":
        return path(("kubernetes", "pods", "spread", topology))
    return ", ".join(map(path, asking))


def _spreading(wanted: Settings) -> Iterator[tuple[tuple[str, ...], SchedulingPlan]]:
    if not isinstance(wanted, SelfHostedSettings):
        return
    for name in SERVICE_NAMES:
        yield ("backend", "services", name), wanted.service(name).pod.scheduling
    ui = wanted.ui()
    if ui:
        yield ("access", "ui"), ui.pod.scheduling
