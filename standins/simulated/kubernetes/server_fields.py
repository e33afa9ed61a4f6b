"""What an API server and its controllers would add to an object: deterministic, from ranges that nobody routes."""

import copy
import uuid
from collections.abc import Callable
from typing import Any, Final

from standins.kubernetes.objects import Object, is_kind, name_of, pluck
from standins.provider import UNKNOWN, Call, Value
from standins.simulated.chance import digest

_CREATED: Final = "2000-01-01T00:00:00Z"
_FIRST_NODE_PORT: Final = 30000
_NODE_PORTS: Final = 2700  # leaves room for the ports of one Service above the last base
_WITH_NODE_PORTS: Final = ("NodePort", "LoadBalancer")


def filled(call: Call, obj: Object, old: Object | None) -> Object:
    """The object as it would stand in the cluster. `old` is the one it updates; what is new is unknown in a preview."""
    live = copy.deepcopy(obj)
    seed = 0 if call.preview else int(digest(call, obj), 16)
    if isinstance(live.get("metadata"), dict):
        _fill_metadata(live["metadata"], pluck(old, "metadata") or {}, seed, preview=call.preview)
    if is_kind(live, "v1", "Service") and isinstance(live.get("spec"), dict):
        _fill_service(live["spec"], pluck(old, "spec") or {}, seed, preview=call.preview)
    status = _STATUSES.get((str(live.get("apiVersion")), str(live.get("kind"))))
    if status and not call.preview:
        live["status"] = status(live)
    return live


def _fill_metadata(metadata: Object, old: Object, seed: int, *, preview: bool) -> None:
    version = str(int(old.get("resourceVersion", 0)) + 1)
    metadata["resourceVersion"] = UNKNOWN if preview else version
    for key, made in (("uid", str(uuid.UUID(int=seed % 2**128, version=4))), ("creationTimestamp", _CREATED)):
        metadata[key] = old.get(key, UNKNOWN if preview else made)


def _fill_service(spec: Object, old: Object, seed: int, *, preview: bool) -> None:
    if spec.get("type") == "ExternalName":
        return
    spec.setdefault("clusterIP", old.get("clusterIP", UNKNOWN if preview else f"198.51.100.{seed % 254 + 1}"))
    spec.setdefault("clusterIPs", [spec["clusterIP"]])
    if spec.get("type") not in _WITH_NODE_PORTS or not isinstance(spec.get("ports"), list):
        return
    old_ports = {port.get("port"): port.get("nodePort") for port in old.get("ports") or ()}
    for index, port in enumerate(spec["ports"]):
        if isinstance(port, dict):
            made = _FIRST_NODE_PORT + seed % _NODE_PORTS + index
            port.setdefault("nodePort", old_ports.get(port.get("port")) or (UNKNOWN if preview else made))


def _replicas(live: Object) -> Value:
    replicas = pluck(live, "spec", "replicas")
    return 1 if replicas is None else replicas


def _deployment(live: Object) -> dict[str, Any]:
    counts = dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"), _replicas(live))
    return {**counts, "conditions": [{"type": "Available", "status": "True"}]}


def _stateful_set(live: Object) -> dict[str, Any]:
    return dict.fromkeys(("replicas", "readyReplicas", "currentReplicas", "updatedReplicas"), _replicas(live))


def _job(live: Object) -> dict[str, Any]:
    completions = pluck(live, "spec", "completions")
    return {
        "succeeded": 1 if completions is None else completions,
        "conditions": [{"type": "Complete", "status": "True"}],
    }


def _service(live: Object) -> dict[str, Any]:
    if pluck(live, "spec", "type") != "LoadBalancer":
        return {"loadBalancer": {}}
    return {"loadBalancer": {"ingress": [{"hostname": f"{name_of(live)}.simulated.invalid"}]}}


_STATUSES: Final[dict[tuple[str, str], Callable[[Object], dict[str, Any]]]] = {
    ("apps/v1", "Deployment"): _deployment,
    ("apps/v1", "StatefulSet"): _stateful_set,
    ("batch/v1", "Job"): _job,
    ("v1", "Namespace"): lambda _live: {"phase": "Active"},
    ("v1", "PersistentVolumeClaim"): lambda _live: {"phase": "Bound"},
    ("v1", "Service"): _service,
}
