"""How a node's address range is divided."""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Final

from embedded.errors import EmbeddedError

LARGEST: Final = 16
SMALLEST: Final = 22


@dataclass(frozen=True)
class AddressPlan:
    """A /16 A.B.0.0 becomes: host A.B.0.1 and node A.B.0.2, pods A.B.64.0/18, services A.B.128.0/18.

    Smaller ranges are divided alike: the first quarter begins with the link between host and node, pods have the
    second quarter, services the third. The first service address is the API's, the tenth the cluster's DNS. The last
    quarter is not used: another, smaller node may have its addresses there.
    """

    network: IPv4Network
    link: IPv4Network
    pods: IPv4Network
    services: IPv4Network

    @classmethod
    def of(cls, network: str) -> "AddressPlan":
        """Divides `network`. Raises EmbeddedError unless it is a private IPv4 range of /16 to /22."""
        try:
            whole = IPv4Network(network)
        except (AddressValueError, NetmaskValueError, ValueError) as error:
            raise EmbeddedError(f"EMBEDDED_NETWORK={network!r} is no IPv4 range ({error}). {EXAMPLE}") from error
        if not LARGEST <= whole.prefixlen <= SMALLEST:
            raise EmbeddedError(f"EMBEDDED_NETWORK={network} must be a range of /{LARGEST} to /{SMALLEST}. {EXAMPLE}")
        if whole.is_global or whole.is_loopback or whole.is_multicast or whole.is_link_local or whole.is_unspecified:
            raise EmbeddedError(f"EMBEDDED_NETWORK={network} is not a private range. {EXAMPLE}")
        first, pods, services, _ = whole.subnets(prefixlen_diff=2)
        return cls(network=whole, link=IPv4Network((first.network_address, 30)), pods=pods, services=services)

    @property
    def used(self) -> tuple[IPv4Network, ...]:
        """The parts of the range that the node really uses."""
        return self.link, self.pods, self.services

    @property
    def host(self) -> IPv4Address:
        """The host's end of the link."""
        return self.link[1]

    @property
    def node(self) -> IPv4Address:
        """The node's end of the link: API server, kubelet, cluster DNS and NodePorts."""
        return self.link[2]

    @property
    def api(self) -> IPv4Address:
        """The Service `kubernetes.default`."""
        return self.services[1]

    @property
    def dns(self) -> IPv4Address:
        """The Service `kube-dns`."""
        return self.services[10]


EXAMPLE: Final = "Use a range that no network of yours uses, for instance EMBEDDED_NETWORK=198.19.0.0/16."
