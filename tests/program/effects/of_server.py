"""Changes of the server, its pods and images."""

from typing import Any

from settings.sizes import SERVICE_NAMES
from tests.program.effects.example import Example
from tests.program.effects.pods import ARCHIVE, FRONTEND, POSTGRES, SERVICES, UI
from tests.program.test_scheduling import PARTS

ESTIMATE: dict[str, Any] = {
    "prices": {"rds/db.r6g.large": 0.2},
    "actionsPerMonth": 5,
    **dict.fromkeys(("activeGigabytes", "retainedGigabytes", "archiveGigabytes", "backupGigabytes"), 5),
    **dict.fromkeys(("logGigabytes", "loadBalancerUnits"), 5),
    **dict.fromkeys(("aurora/gigabytes", "aurora/requests", "aurora/capacityUnits"), 5),
    **dict.fromkeys(("cluster/controlPlanes", "cluster/nodes", "cluster/natGateways"), 5),
    "cluster/nodeType": "t3.large",
}
"""Every word of the estimate, which nothing that is deployed reads."""


def of_the_server() -> list[Example]:
    """Of the server, its pods and images."""
    return [
        Example("full", {"access/ui/tolerations/1/operator": "Exists"}, UI),
        Example("local", {"name": "other"}),
        Example("cluster", {"size": "staging"}, SERVICES | UI),
        Example("local", {"kubernetes/context": "other"}),
        Example("local", {"kubernetes/storageClass": "fast"}),
        Example("local", {"kubernetes/createNamespace": False}),
        Example("full", {"kubernetes/nodeAddress": "temporal.example.com"}),
        Example("full", {"kubernetes/adoptExistingObjects": False}),
        Example("local", {"kubernetes/pods/priorityClass": "high"}, SERVICES | UI | POSTGRES),
        Example("full", {"images/registry": "registry.example.com"}, SERVICES | UI | POSTGRES | ARCHIVE),
        Example("full", {"images/pullSecrets/0": "other"}, SERVICES | UI | POSTGRES | ARCHIVE),
        Example("full", {"images/digests/server": f"sha256:{'1' * 64}"}, SERVICES),
        Example("full", {"images/digests/adminTools": f"sha256:{'1' * 64}"}),
        Example("full", {"images/digests/ui": f"sha256:{'1' * 64}"}, UI),
        Example("full", {"images/digests/postgres": f"sha256:{'1' * 64}"}, POSTGRES),
        Example("full", {"images/digests/versitygw": f"sha256:{'1' * 64}"}, ARCHIVE),
        Example("full", {"backend/version": "1.32.2"}, SERVICES),
        Example("local", {"backend/shards": 256}),
        Example("full", {"backend/services/history/replicas": 2}),
        Example("full", {"access/ui/replicas": 2}),
        Example("full", {"backend/services/frontend/pools/default": 6}, FRONTEND),
        Example("full", {"backend/services/history/pools/visibility": 6}, frozenset({"Deployment/temporal-history"})),
        *(
            Example("full", {f"backend/services/{name}/shutdown/gracePeriod": "2m"}, frozenset({PARTS[place]}))
            for place in PARTS
            if (name := place[-1]) in SERVICE_NAMES
        ),
        Example("full", {"backend/services/frontend/shutdown/failHealthCheck": "2s"}),
        Example(
            "full", {"backend/services/history/spread/zones": "required"}, frozenset({"Deployment/temporal-history"})
        ),
        Example("full", {"access/ui/spread/hosts": "off"}, UI),
        Example("full", {"backend/services/frontend/rollout/maxSurge": 2}),
        Example("full", {"backend/services/matching/rollout/maxUnavailable": 1}),
        Example("full", {"backend/services/history/rollout/minReady": "1m"}),
        Example("full", {"backend/services/frontend/disruptionBudget/maxUnavailable": 1}),
        Example("full", {"backend/services/worker/disruptionBudget/minAvailable": 0}),
        Example("full", {"access/ui/disruptionBudget/maxUnavailable": 1}),
        Example("local", {"access/ui/disruptionBudget/minAvailable": 0}),
        *(
            Example("autoscaled", {f"backend/services/{name}/autoscaling/{key}": value})
            for name in ("frontend", "matching", "history")
            for key, value in (("min", 2), ("max", 3), ("cpu", 50))
        ),
        Example("full", {"backend/services/frontend/shutdown/drain": "3s"}),
        Example("full", {"backend/services/matching/shutdown/align": "4s"}),
        Example("full", {"backend/services/history/shutdown/align": "5s"}),
        Example("full", {"backend/services/history/shutdown/joinDelay": "6s"}),
        Example("full", {"backend/dynamicConfig/frontend.namespaceRPS/0/value": 400}),
        Example("full", {"backend/dynamicConfig/frontend.namespaceRPS/0/constraints/namespace": "orders"}),
        Example("full", {"protection": True}),
        *(Example("local", {f"cost/{path}": value}) for path, value in ESTIMATE.items()),
    ]
