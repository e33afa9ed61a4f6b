"""Ways in from outside the cluster."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.access import ByNodePort
from settings.rules.contradiction import Contradiction

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
