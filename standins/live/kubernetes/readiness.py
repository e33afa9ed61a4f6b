"""How far a live object is, with the other objects that its readiness depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standins.kubernetes.objects import Object, is_kind, name_of, namespace_of, pluck
from standins.kubernetes.readiness import READY, Progress, check_for
from standins.kubernetes.readiness.service import needs_endpoints, service
from standins.kubernetes.readiness.storage import claim
from standins.live.kubernetes.cluster import Cluster, Reference
from standins.live.kubernetes.errors import ApiError

if TYPE_CHECKING:
    from standins.live.kubernetes.cluster import Cluster

# Kinds that a refresh reports as unready, as the official plugin does.
_CHECKED_ON_READ = frozenset({"DaemonSet", "Deployment", "Ingress", "Job", "Pod", "Service", "StatefulSet"})


def progress(cluster: Cluster, live: Object) -> Progress:
    if is_kind(live, "v1", "Service"):
        return service(live, _slices(cluster, live) if needs_endpoints(live) else ())
    if is_kind(live, "v1", "PersistentVolumeClaim"):
        return claim(live, _storage_class(cluster, live))
    check = check_for(live)
    return READY if check is None else check(live)


def is_checked_on_read(live: Object) -> bool:
    return live.get("kind") in _CHECKED_ON_READ


def _slices(cluster: Cluster, live: Object) -> list[Object]:
    labels = f"kubernetes.io/service-name={name_of(live)}"
    return cluster.list("discovery.k8s.io/v1", "EndpointSlice", namespace_of(live), labels=labels)


def _storage_class(cluster: Cluster, live: Object) -> Object | None:
    name = pluck(live, "spec", "storageClassName")
    if not name:
        return None
    try:
        return cluster.get(Reference("storage.k8s.io/v1", "StorageClass", "", name))
    except ApiError:
        return None  # not there or not ours to read: then the claim has to be bound
