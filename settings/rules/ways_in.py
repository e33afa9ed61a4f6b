"""Ways in from outside the cluster."""

import ipaddress
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from settings.access import ByIngress, ByLoadBalancer, ByNodePort
from settings.annotations import OF_INGRESS_NGINX, of_ingress, of_load_balancer
from settings.rules.contradiction import Contradiction
from settings.workloads import Api

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


def node_ports_answer(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A node port needs an address to be told to clients, and a port for itself."""
    ui = settings.access.ui
    ways = {("frontend",): settings.access.frontend} | ({("ui", "exposure"): ui.exposure} if ui else {})
    taken = set()
    if settings.kubernetes.node_address is None and any(isinstance(way, ByNodePort) for way in ways.values()):
        yield Contradiction(
            location=("kubernetes", "nodeAddress"),
            found=None,
            allowed="with kind node-port in temporal:access, the address at which the nodes' ports answer",
        )
    for location, way in ways.items():
        if not isinstance(way, ByNodePort):
            continue
        if way.port in taken:
            yield Contradiction(
                location=("access", *location, "port"), found=way.port, allowed="a port that no other way in has"
            )
        if way.port is not None:
            taken.add(way.port)


def hosts_lead_to_one_place(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """A DNS name leads to one load balancer or to one Ingress controller; the UI's Ingress has all paths of its
    host."""
    taken = {
        workload.ingress.host: f"temporal:workloads[{index}].ingress"
        for index, workload in enumerate(settings.workloads)
        if isinstance(workload, Api) and workload.ingress
    }
    frontend, ui = settings.access.frontend, settings.access.ui
    hosts: list[tuple[tuple[str, ...], str]] = []
    if isinstance(frontend, ByLoadBalancer):
        hosts.append((("access", "frontend"), frontend.host))
    if ui and isinstance(ui.exposure, ByIngress):
        hosts.append((("access", "ui", "exposure"), ui.exposure.host))
    for location, host in hosts:
        if host in taken:
            yield Contradiction(
                location=(*location, "host"), found=host, allowed=f"another host than that of {taken[host]}"
            )
        taken[host] = f"temporal:{'.'.join(location)}"


def source_ranges_are_networks(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """With bits set behind the prefix one cannot tell whether an address or a network is meant."""
    frontend = settings.access.frontend
    for index, said in enumerate(frontend.source_ranges if isinstance(frontend, ByLoadBalancer) else ()):
        interface = ipaddress.ip_interface(said)
        if interface.ip != interface.network.network_address:
            yield Contradiction(
                location=("access", "frontend", "sourceRanges", index),
                found=said,
                allowed="a network, no bit set behind its prefix",
                figures=f": {interface.network}, or {interface.ip}/{interface.max_prefixlen} for the one address",
            )


def annotations_are_ours_to_add_to(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """What follows from another key is not said again."""
    frontend, ui = settings.access.frontend, settings.access.ui
    said: list[tuple[tuple[str, ...], Iterable[str], Iterable[str]]] = []
    if isinstance(frontend, ByLoadBalancer):
        said.append((("access", "frontend"), frontend.annotations, of_load_balancer(frontend)))
    if ui and isinstance(ui.exposure, ByIngress):
        backend = OF_INGRESS_NGINX if ui.exposure.controller == "ingress-nginx" else ()
        said.append((("access", "ui", "exposure"), ui.exposure.annotations, [*of_ingress(ui.exposure), *backend]))
    for location, annotations, own in said:
        for name in sorted({*annotations} & {*own}):
            yield Contradiction(
                location=(*location, "annotations", name),
                found=name,
                instead="not here",
                allowed="any annotation but those that follow from other keys",
            )
