"""Ports of the server's services (config/docker.yaml of the server's source)."""

from typing import Final, NamedTuple

from settings.sizes import ServiceName


class Ports(NamedTuple):
    """`grpc` serves calls, `membership` gossip; `http` the HTTP API, where the service has one."""

    grpc: int
    membership: int
    http: int | None = None


PORTS: Final[dict[ServiceName, Ports]] = {
    "frontend": Ports(7233, 6933, 7243),
    "internal-frontend": Ports(7236, 6936, 7246),
    "history": Ports(7234, 6934),
    "matching": Ports(7235, 6935),
    "worker": Ports(7239, 6939),
}
