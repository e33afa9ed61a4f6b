"""Size presets: what a stack gets for `temporal:size` unless a service's own settings say otherwise.

`dev` is one replica of everything on a laptop-sized node: idle working sets measured with 128 shards on the embedded
node, doubled and rounded up. `staging` and `production` follow the tables of teams that run Temporal on PostgreSQL;
memory is request and limit, and half of history's is for its caches (components/server/caches.py).
"""

from dataclasses import dataclass
from typing import Final, Literal

Size = Literal["dev", "staging", "production"]
ServiceName = Literal["frontend", "internal-frontend", "history", "matching", "worker"]
SERVICE_NAMES: Final[tuple[ServiceName, ...]] = ("frontend", "internal-frontend", "history", "matching", "worker")
Part = Literal[
    "frontend",
    "internal-frontend",
    "history",
    "matching",
    "worker",
    "ui",
    "search",
    "prometheus",
    "alertmanager",
    "grafana",
    "agent",
]


@dataclass(frozen=True)
class Preset:
    """`cpu` is a request, `memory` request and limit; `pool` and `visibility_pool` are a pod's connections to each
    store."""

    replicas: int
    cpu: str
    memory: str
    pool: int = 0
    visibility_pool: int = 0


@dataclass(frozen=True)
class ShutdownPreset:
    """How pods leave: how long a frontend fails its health check and then drains, the step of the clock at which
    history and matching come and go, how long history waits before it joins, and the grace period of all.

    A join delay would break the alignment (common/membership/ringpop/factory.go, getJoinTime plans the moment at the
    start): seen under load, 4 s without one shard's answer instead of 2.
    """

    fail_health_check: str
    drain: str
    align: str
    join_delay: str
    grace_period: str


@dataclass(frozen=True)
class RolloutPreset:
    """How pods are replaced: how many more and how many fewer there may be meanwhile, and whether a new one must have
    settled before the next one is touched."""

    max_surge: int
    max_unavailable: int
    settles: bool


PRESETS: Final[dict[Size, dict[Part, Preset]]] = {
    "dev": {
        "frontend": Preset(1, "50m", "256Mi", 5, 5),
        "internal-frontend": Preset(1, "20m", "256Mi", 5, 5),
        "history": Preset(1, "100m", "512Mi", 20, 5),
        "matching": Preset(1, "50m", "256Mi", 10, 5),
        "worker": Preset(1, "20m", "256Mi", 5, 5),
        "ui": Preset(1, "20m", "128Mi"),
        "search": Preset(1, "100m", "1Gi"),
        "prometheus": Preset(1, "50m", "512Mi"),
        "alertmanager": Preset(1, "10m", "64Mi"),
        "grafana": Preset(1, "50m", "256Mi"),
        "agent": Preset(1, "50m", "256Mi"),
    },
    "staging": {
        "frontend": Preset(2, "250m", "512Mi", 10, 5),
        "internal-frontend": Preset(1, "100m", "512Mi", 5, 5),
        "history": Preset(2, "500m", "1Gi", 20, 5),
        "matching": Preset(2, "250m", "512Mi", 10, 5),
        "worker": Preset(1, "100m", "512Mi", 5, 5),
        "ui": Preset(1, "50m", "256Mi"),
        "search": Preset(1, "500m", "2Gi"),
        "prometheus": Preset(1, "100m", "1Gi"),
        "alertmanager": Preset(1, "10m", "64Mi"),
        "grafana": Preset(1, "50m", "256Mi"),
        "agent": Preset(1, "100m", "512Mi"),
    },
    "production": {
        "frontend": Preset(3, "500m", "1Gi", 20, 10),
        "internal-frontend": Preset(2, "200m", "1Gi", 10, 5),
        "history": Preset(3, "1", "4Gi", 50, 10),
        "matching": Preset(3, "500m", "1Gi", 20, 5),
        "worker": Preset(2, "200m", "1Gi", 10, 5),
        "ui": Preset(2, "100m", "256Mi"),
        "search": Preset(3, "1", "4Gi"),
        "prometheus": Preset(1, "500m", "4Gi"),
        "alertmanager": Preset(1, "20m", "128Mi"),
        "grafana": Preset(1, "100m", "512Mi"),
        "agent": Preset(1, "500m", "2Gi"),
    },
}

SHUTDOWN: Final[dict[Size, ShutdownPreset]] = {
    "dev": ShutdownPreset("0s", "0s", "0s", "0s", "30s"),
    "staging": ShutdownPreset("10s", "20s", "10s", "0s", "75s"),
    "production": ShutdownPreset("10s", "20s", "10s", "0s", "75s"),
}

ROLLOUT: Final[dict[Size, RolloutPreset]] = {
    "dev": RolloutPreset(1, 0, settles=False),
    "staging": RolloutPreset(1, 0, settles=True),
    "production": RolloutPreset(1, 0, settles=True),
}
