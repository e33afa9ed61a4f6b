"""Which node: its name and its addresses, from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from embedded.errors import EmbeddedError
from embedded.node.addresses import AddressPlan

NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
"""The name is part of an interface's name, of which Linux allows 15 characters."""


@dataclass(frozen=True)
class NodeConfig:
    """A node of this machine. Nodes of different names and networks live beside each other.

    `name`: 1 to 12 lower-case letters and digits, a letter first. `network`: a private IPv4 range of /16 to /22 that
    nothing on this machine uses. Raises EmbeddedError when one of them cannot be.
    """

    name: str = "main"
    network: str = "198.18.0.0/16"

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise EmbeddedError(
                f"EMBEDDED_NODE={self.name!r} is no name for a node: "
                "use 1 to 12 lower-case letters and digits, a letter first."
            )
        AddressPlan.of(self.network)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "NodeConfig":
        """Reads EMBEDDED_NODE and EMBEDDED_NETWORK; what is unset or empty keeps its default."""
        return cls(
            name=environment.get("EMBEDDED_NODE") or cls.name,
            network=environment.get("EMBEDDED_NETWORK") or cls.network,
        )

    @property
    def addresses(self) -> AddressPlan:
        """The addresses inside `network`."""
        return AddressPlan.of(self.network)
