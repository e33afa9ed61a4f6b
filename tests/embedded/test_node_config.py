"""Proves which names and address ranges a node accepts, how a range is divided, and when a range counts as in use.

The proof ends before the kernel: no interface is made here.
"""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from embedded.errors import EmbeddedError
from embedded.node import NodeConfig
from embedded.node.addresses import AddressPlan
from embedded.node.host import in_use


def test_environment_names_the_node() -> None:
    """Both variables are read; what is unset or empty keeps its default."""
    assert NodeConfig.from_environment({}) == NodeConfig("main", "198.18.0.0/16")
    assert NodeConfig.from_environment({"EMBEDDED_NODE": "", "EMBEDDED_NETWORK": ""}) == NodeConfig()
    both = {"EMBEDDED_NODE": "test", "EMBEDDED_NETWORK": "198.19.0.0/16"}
    assert NodeConfig.from_environment(both) == NodeConfig("test", "198.19.0.0/16")


@pytest.mark.parametrize("name", ["Main", "1st", "a-b", "../x", "thirteenchars", " "])
def test_names_that_cannot_be_part_of_an_interface_are_refused(name: str) -> None:
    """The message shows the value and the rule."""
    with pytest.raises(EmbeddedError) as refused:
        NodeConfig(name=name)
    assert str(refused.value) == (
        f"EMBEDDED_NODE={name!r} is no name for a node: use 1 to 12 lower-case letters and digits, a letter first."
    )


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ("198.18.0.0", "must be a range of /16 to /22"),
        ("198.18.0.0/23", "must be a range of /16 to /22"),
        ("10.0.0.0/8", "must be a range of /16 to /22"),
        ("198.18.0.1/16", "is no IPv4 range (198.18.0.1/16 has host bits set)"),
        ("fd00::/48", "is no IPv4 range"),
        ("8.8.0.0/16", "is not a private range"),
        ("127.0.0.0/16", "is not a private range"),
        ("mine", "is no IPv4 range"),
    ],
)
def test_ranges_that_cannot_serve_are_refused(network: str, reason: str) -> None:
    """Each says why, and gives an example."""
    with pytest.raises(EmbeddedError) as refused:
        NodeConfig(network=network)
    assert str(refused.value).startswith("EMBEDDED_NETWORK=")
    assert reason in str(refused.value)
    assert str(refused.value).endswith("for instance EMBEDDED_NETWORK=198.19.0.0/16.")


def test_a_large_range_is_divided_as_documented() -> None:
    """A.B.0.0/16: link A.B.0.0/30, pods A.B.64.0/18, services A.B.128.0/18."""
    plan = NodeConfig().addresses
    assert plan.used == (IPv4Network("198.18.0.0/30"), IPv4Network("198.18.64.0/18"), IPv4Network("198.18.128.0/18"))
    assert [plan.host, plan.node] == [IPv4Address("198.18.0.1"), IPv4Address("198.18.0.2")]
    assert [plan.api, plan.dns] == [IPv4Address("198.18.128.1"), IPv4Address("198.18.128.10")]


def test_a_small_range_is_divided_alike() -> None:
    """The smallest one, /22, leaves 254 addresses each for pods and services."""
    plan = AddressPlan.of("198.19.252.0/22")
    assert plan.used == (IPv4Network("198.19.252.0/30"), IPv4Network("198.19.253.0/24"), IPv4Network("198.19.254.0/24"))
    assert plan.dns == IPv4Address("198.19.254.10")


def _interface(name: str, address: str, prefix: int) -> dict[str, Any]:
    return {"ifname": name, "addr_info": [{"family": "inet", "local": address, "prefixlen": prefix}]}


def test_an_interface_in_the_range_is_named() -> None:
    """With its address; its own routes are not told again."""
    addresses = [_interface("lo", "127.0.0.1", 8), _interface("vpn0", "198.18.70.4", 24)]
    routes = [{"dst": "198.18.70.0/24", "dev": "vpn0"}]
    assert in_use(NodeConfig().addresses, "tp-main", addresses, routes) == ["interface vpn0 has 198.18.70.4/24"]


def test_a_route_into_the_range_is_named() -> None:
    """A wider one as well; the default route and version 6 addresses do not count."""
    addresses = [{"ifname": "eth0", "addr_info": [{"family": "inet6", "local": "fe80::1", "prefixlen": 64}]}]
    routes = [
        {"dst": "default", "gateway": "192.0.2.1", "dev": "eth0"},
        {"dst": "198.18.0.0/15", "gateway": "192.0.2.9", "dev": "eth0"},
        {"type": "unreachable", "dst": "198.18.128.7"},
        {"dst": "198.17.0.0/16", "dev": "eth0"},
    ]
    found = in_use(NodeConfig().addresses, "tp-main", addresses, routes)
    assert found == ["route to 198.18.0.0/15 through eth0", "route to 198.18.128.7"]


def test_the_node_is_not_in_its_own_way_nor_a_smaller_one_in_the_last_quarter() -> None:
    """Its own link stays after a kill, and tests have a node of their own beside the user's."""
    addresses = [_interface("tp-main", "198.18.0.1", 30), _interface("tp-nodetest", "198.18.240.1", 30)]
    routes = [{"dst": "198.18.0.0/30", "dev": "tp-main"}, {"dst": "198.18.240.0/30", "dev": "tp-nodetest"}]
    assert in_use(NodeConfig().addresses, "tp-main", addresses, routes) == []
