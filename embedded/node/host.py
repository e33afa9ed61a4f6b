"""What a node needs of the machine, asked before anything is made."""

import os
import shutil
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Interface, IPv4Network, ip_interface
from pathlib import Path
from typing import Any, Final

from embedded.errors import EmbeddedError
from embedded.node.addresses import AddressPlan
from embedded.node.execute import succeeds
from embedded.node.namespaces import kernel_offers
from embedded.node.network import host_addresses, host_routes
from embedded.node.places import Places

NEEDED_SPACE: Final = 3 * 2**30
FILE_SYSTEMS: Final = Path("/proc/filesystems")
FEATURES: Final = {
    "virtual Ethernet pairs (module veth)": ["ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"],
    "bridges (module bridge)": ["ip", "link", "add", "probe0", "type", "bridge"],
    "address translation (iptables, table nat)": ["iptables", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE"],
    "connection tracking (module nf_conntrack)": [
        *("iptables", "-A", "FORWARD", "-m", "conntrack", "--ctstate", "ESTABLISHED", "-j", "ACCEPT")
    ],
}
MODULES: Final = ("overlay", "veth", "bridge", "br_netfilter", "nf_conntrack")
"""Asked for by name, because some machines load a module only then; where it is built in, nothing happens."""


def require_root(what: str) -> None:
    """Raises EmbeddedError for anybody but root."""
    if os.geteuid() != 0:
        raise EmbeddedError(
            f"{what} needs root, and this is user {os.geteuid()}. "
            "Run it as root, or use another cluster with CONTEXT=<kube context>."
        )


def require_space(places: Places) -> None:
    """Raises EmbeddedError when the disk of the node's data is nearly full."""
    folder = next(folder for folder in places.data.parents if folder.exists())
    free = shutil.disk_usage(folder).free
    if free < NEEDED_SPACE:
        raise EmbeddedError(
            f"The disk of {places.data} has {free / 2**30:.1f} GiB free; a node needs {NEEDED_SPACE / 2**30:.0f} GiB. "
            "Free some space and try again."
        )


def require_free_range(plan: AddressPlan, own_interface: str) -> None:
    """Raises EmbeddedError when an interface or a route of the host lies in what `plan` uses."""
    users = in_use(plan, own_interface, host_addresses(), host_routes())
    if users:
        raise EmbeddedError(
            f"The address range {plan.network} is in use on this machine: {'; '.join(users)}. "
            "Choose a free one with EMBEDDED_NETWORK=<free /16>, for instance EMBEDDED_NETWORK=198.19.0.0/16."
        )


def in_use(
    plan: AddressPlan,
    own_interface: str,
    addresses: Iterable[dict[str, Any]],
    routes: Iterable[dict[str, Any]],
) -> list[str]:
    """The interfaces and routes that overlap `plan`, other than `own_interface`'s, as words for a person."""

    def overlaps(other: IPv4Network) -> bool:
        return any(part.overlaps(other) for part in plan.used)

    interfaces = dict.fromkeys(
        f"interface {name} has {address}"
        for name, address in _interface_addresses(addresses)
        if name != own_interface and overlaps(address.network)
    )
    if interfaces:
        return list(interfaces)
    return [
        f"route to {route['dst']}{' through ' + route['dev'] if 'dev' in route else ''}"
        for route in routes
        if route.get("dev") != own_interface and route["dst"] != "default" and overlaps(_destination(route))
    ]


def require_kernel() -> None:
    """Raises EmbeddedError naming every kernel feature that is missing."""
    for module in MODULES:
        succeeds(["modprobe", "--quiet", module])
    missing = [name for name, probe in FEATURES.items() if not kernel_offers(probe)]
    if "\toverlay\n" not in FILE_SYSTEMS.read_text():
        missing.append("overlay file systems (module overlay)")
    if missing:
        raise EmbeddedError(
            f"This machine's kernel lacks {', '.join(missing)}. Use a kernel with them (Debian's own has them all), "
            "or another cluster with CONTEXT=<kube context>."
        )


def _interface_addresses(addresses: Iterable[dict[str, Any]]) -> Iterator[tuple[str, IPv4Interface]]:
    for interface in addresses:
        for entry in interface.get("addr_info", []):
            address = ip_interface(f"{entry['local']}/{entry['prefixlen']}")
            if isinstance(address, IPv4Interface):
                yield interface["ifname"], address


def _destination(route: dict[str, Any]) -> IPv4Network:
    return IPv4Network(route["dst"], strict=False)
