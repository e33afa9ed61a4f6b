"""The link between host and node. There is no way on from the node: no default route, and the host forwards nothing."""

import json
from pathlib import Path
from typing import Any, Final

from embedded.node.addresses import AddressPlan
from embedded.node.execute import execute, succeeds
from embedded.node.places import Places

INSIDE: Final = "eth0"
NODE_SETTINGS: Final = {
    "net/ipv4/ip_forward": "1",  # between pods and services
    "net/bridge/bridge-nf-call-iptables": "1",  # a pod that reaches another one on the bridge through a Service
}


def connect(places: Places, plan: AddressPlan) -> None:
    """Makes or completes the link and its addresses, routes and settings."""
    if not is_connected(places):
        _make_link(places)
    inside = ["nsenter", f"--net={places.network_namespace}", "--"]
    purpose = "set up the node's network"
    execute(["ip", "address", "replace", f"{plan.host}/30", "dev", places.interface], purpose=purpose)
    _keep_host_from_forwarding(places.interface)
    execute(["ip", "link", "set", places.interface, "up"], purpose=purpose)
    commands = [
        "link set lo up",
        f"address replace {plan.node}/30 dev {INSIDE}",
        f"link set {INSIDE} up",
        # Local programs need some route to service addresses before kube-proxy's rules rewrite them.
        f"route replace {plan.services} dev lo src {plan.node}",
    ]
    execute([*inside, "ip", "-batch", "-"], purpose=purpose, stdin="\n".join(commands))
    settings = "\n".join(f"echo {value} > /proc/sys/{name}" for name, value in NODE_SETTINGS.items())
    execute([*inside, "sh", "-ec", settings], purpose=purpose)


def is_connected(places: Places) -> bool:
    """Whether the host's end of our link is there."""
    return _alias(places.interface) == places.interface_alias


def disconnect(places: Places) -> None:
    """Removes the link if it is ours; its other end goes with it."""
    if is_connected(places):
        execute(["ip", "link", "delete", places.interface], purpose="remove the node's link")


def host_addresses() -> list[dict[str, Any]]:
    """The host's interfaces with their addresses, as `ip -json address` tells them."""
    return _json("address", "show")


def host_routes() -> list[dict[str, Any]]:
    """The host's IPv4 routes of all tables, as `ip -json route` tells them."""
    return _json("-4", "route", "show", "table", "all")


def _json(*words: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(
        execute(["ip", "-json", *words], purpose="read the host's network") or "[]"
    )
    return listed


def _alias(interface: str) -> str | None:
    for link in _json("link", "show"):
        if link.get("ifname") == interface:
            return str(link.get("ifalias", ""))
    return None


def _make_link(places: Places) -> None:
    purpose = "make the node's link"
    inside = ["nsenter", f"--net={places.network_namespace}", "--", "ip", "link"]
    if succeeds([*inside, "show", INSIDE]):
        execute([*inside, "delete", INSIDE], purpose=purpose)
    link = ["ip", "link", "add", places.interface, "type", "veth", "peer", "name", INSIDE]
    execute([*link, "netns", places.network_namespace], purpose=purpose)
    execute(["ip", "link", "set", places.interface, "alias", places.interface_alias], purpose=purpose)


def _keep_host_from_forwarding(interface: str) -> None:
    Path(f"/proc/sys/net/ipv4/conf/{interface}/forwarding").write_text("0")
    if (version6 := Path(f"/proc/sys/net/ipv6/conf/{interface}/disable_ipv6")).exists():
        version6.write_text("1")
