"""Size presets: what a stack gets for `temporal:size` unless a service's own settings say otherwise.

`dev` is one replica of everything on a laptop-sized node. Memory figures: idle working sets measured with 128 shards
on the embedded node, doubled and rounded up.
"""

from typing import Final, Literal, NamedTuple

Size = Literal["dev"]
ServiceName = Literal["frontend", "internal-frontend", "history", "matching", "worker"]
SERVICE_NAMES: Final[tuple[ServiceName, ...]] = ("frontend", "internal-frontend", "history", "matching", "worker")


class ServicePreset(NamedTuple):
    """`cpu` is a request, `memory` request and limit; the two `connections` are a pod's pools, one for each store."""

    replicas: int
    cpu: str
    memory: str
    connections: int
    visibility_connections: int


PRESETS: Final[dict[Size, dict[ServiceName, ServicePreset]]] = {
    "dev": {
        "frontend": ServicePreset(1, "50m", "256Mi", 5, 5),
        "internal-frontend": ServicePreset(1, "20m", "256Mi", 5, 5),
        "history": ServicePreset(1, "100m", "512Mi", 20, 5),
        "matching": ServicePreset(1, "50m", "256Mi", 10, 5),
        "worker": ServicePreset(1, "20m", "256Mi", 5, 5),
    },
}
