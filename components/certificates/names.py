"""Names in certificates and of Secrets that every issuer uses."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

OPERATOR: Final = "operator"
APPLICATION_SECRET: Final = "temporal-client"  # noqa: S105 - the name of an object


@dataclass(frozen=True, kw_only=True)
class ServedNames:
    """DNS names and IP addresses that serving leaves are for; empty where nothing serves."""

    internode: str
    """The one name that services expect of each other."""
    frontend: Sequence[str]
    """Of the frontend; the first is the one clients are told to expect."""
    ui: Sequence[str]
    """Of the Web UI."""
    database: Sequence[str]
    """Of the in-cluster database."""
    search: Sequence[str]
    """Of the in-cluster OpenSearch."""
    archive: Sequence[str]
    """Of the in-cluster archive."""
    monitoring: Sequence[str]
    """Of the bundled monitoring."""


_LONGEST_COMMON_NAME: Final = 64  # RFC 5280, ub-common-name; what peers check are the alternative names


def common_name(names: Sequence[str]) -> str:
    """The common name of a leaf for these names: the first, as much of it as fits."""
    return names[0][:_LONGEST_COMMON_NAME]


def is_address(name: str) -> bool:
    """Whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
