"""A tiny API server in memory for the live Kubernetes provider: what it is asked is recorded, what it holds can be set.

It knows discovery, get, list, create, apply, replace, JSON patch of managedFields and delete; no defaults, no
admission, no controllers. What those do is proved on the real cluster.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from standins.live.kubernetes.connection import JSON, Response
from standins.live.kubernetes.errors import ApiError
from standins.live.kubernetes.live_provider import KubernetesProvider
from standins.live.kubernetes.waiting import Clock
from standins.provider import Call

KINDS = {
    "v1": {
        "ConfigMap": ("configmaps", True),
        "Event": ("events", True),
        "Namespace": ("namespaces", False),
        "PersistentVolumeClaim": ("persistentvolumeclaims", True),
        "Pod": ("pods", True),
        "Secret": ("secrets", True),
        "Service": ("services", True),
    },
    "apps/v1": {"Deployment": ("deployments", True), "StatefulSet": ("statefulsets", True)},
    "batch/v1": {"Job": ("jobs", True)},
    "discovery.k8s.io/v1": {"EndpointSlice": ("endpointslices", True)},
    "storage.k8s.io/v1": {"StorageClass": ("storageclasses", False)},
    "apiextensions.k8s.io/v1": {"CustomResourceDefinition": ("customresourcedefinitions", False)},
}

Refuse = Callable[[str, str], ApiError | None]


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    content_type: str


@dataclass
class FakeApi:
    """`objects` by path. `refuse` may answer a method and path with an error; `on_get` may change an object read."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=lambda: copy.deepcopy(KINDS))
    requests: list[Request] = field(default_factory=list)
    logs: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    refuse: Refuse = lambda _method, _path: None
    on_get: Callable[[str, dict[str, Any]], None] = lambda _path, _obj: None
    keeps_deleted: int = 0  # how many reads a deleted object survives

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
    ) -> Response:
        self.requests.append(Request(method, path, dict(query or {}), copy.deepcopy(body), content_type))
        error = self.refuse(method, path)
        if error is not None:
            raise error
        if path.endswith("/log"):
            return Response(self.logs[path])
        return Response(json.dumps(self._answer(method, path, dict(query or {}), copy.deepcopy(body))), self.warnings)

    def writes(self) -> list[tuple[str, str]]:
        return [(request.method, request.path) for request in self.requests if request.method != "GET"]

    def last(self, method: str) -> Request:
        return [request for request in self.requests if request.method == method][-1]

    def _answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        version = path.removeprefix("/apis/").removeprefix("/api/")
        if version.count("/") <= 1 and "namespaces" not in path and "/" in path[1:]:
            discovered = self._discovery(version)
            if discovered is not None:
                return discovered
        return getattr(self, f"_{method.lower()}")(path, query, body)

    def _discovery(self, version: str) -> Any:
        if version in self.kinds:
            items = self.kinds[version].items()
            return {"resources": [{"kind": k, "name": name, "namespaced": scope} for k, (name, scope) in items]}
        if version.rpartition("/")[2].startswith("v1") and version.count(".") >= 1:
            raise ApiError(404, "NotFound", "the server could not find the requested resource")
        return None

    def _get(self, path: str, _query: dict[str, str], _body: Any) -> Any:
        if path in self.objects:
            obj = self.objects[path]
            self.on_get(path, obj)
            if obj["metadata"].get("deletionTimestamp"):
                self.keeps_deleted -= 1
                if self.keeps_deleted < 0:
                    del self.objects[path]
                    raise _not_found(path)
            return obj
        if path.rpartition("/")[2] in {name for kinds in self.kinds.values() for name, _scope in kinds.values()}:
            return {"items": [obj for key, obj in self.objects.items() if key.rpartition("/")[0] == path]}
        raise _not_found(path)

    def _post(self, path: str, query: dict[str, str], body: Any) -> Any:
        name = body["metadata"]["name"]
        if f"{path}/{name}" in self.objects:
            raise ApiError(409, "AlreadyExists", f'"{name}" already exists')
        return self._store(f"{path}/{name}", body, query)

    def _patch(self, path: str, query: dict[str, str], body: Any) -> Any:
        if isinstance(body, list):
            for operation in body:
                if operation["path"] == "/metadata/managedFields":
                    self.objects[path]["metadata"]["managedFields"] = operation["value"]
            return self.objects[path]
        return self._store(path, {**self.objects.get(path, {}), **body}, query)

    def _put(self, path: str, query: dict[str, str], body: Any) -> Any:
        return self._store(path, body, query)

    def _delete(self, path: str, _query: dict[str, str], _body: Any) -> Any:
        if path not in self.objects:
            raise _not_found(path)
        self.objects[path]["metadata"]["deletionTimestamp"] = "now"
        return {}

    def _store(self, path: str, body: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
        namespace = path.split("/namespaces/")[1].split("/", maxsplit=1)[0] if path.count("/namespaces/") else ""
        if namespace and not path.endswith(f"/namespaces/{namespace}"):
            body["metadata"].setdefault("namespace", namespace)
            if f"/api/v1/namespaces/{namespace}" not in self.objects:
                details = {"kind": "namespaces", "name": namespace}
                raise ApiError(404, "NotFound", f'namespaces "{namespace}" not found', details)
        known = self.objects.get(path, {}).get("metadata", {})
        body["metadata"] = (
            {"uid": f"uid-{len(self.requests)}", "resourceVersion": "1", "generation": 1}
            | {key: known[key] for key in ("uid", "managedFields") if key in known}
            | body["metadata"]
        )
        if "dryRun" not in query:
            self.objects[path] = body
        return body


def _not_found(path: str) -> ApiError:
    return ApiError(404, "NotFound", f"{path} not found")


class FakeClock:
    """Time that passes only in sleeps."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Bench:
    """A provider on a fake API, and what it says."""

    api: FakeApi = field(default_factory=FakeApi)
    clock: FakeClock = field(default_factory=FakeClock)
    said: list[tuple[str, str]] = field(default_factory=list)
    cancelled: Callable[[], bool] = lambda: False

    def provider(self, **config: Any) -> KubernetesProvider:
        provider = KubernetesProvider(lambda _settings: (self.api, "default"), Clock(self.clock.now, self.clock.sleep))
        provider.configure({"enableServerSideApply": "true", **config})
        return provider

    def call(self, obj: Mapping[str, Any], **fields: Any) -> Call:
        group = "core/v1" if obj["apiVersion"] == "v1" else obj["apiVersion"]
        arguments: dict[str, Any] = {"urn": "urn:one", "name": "one", "timeout": 0.0, **fields}
        return Call(
            type=f"kubernetes:{group}:{obj['kind']}",
            cancelled=self.cancelled,
            log=lambda severity, text: self.said.append((severity, text)),
            **arguments,
        )

    def add(self, obj: dict[str, Any]) -> dict[str, Any]:
        """Put an object into the cluster as if it had been there."""
        plural, namespaced = self.api.kinds[obj["apiVersion"]][obj["kind"]]
        root = f"/apis/{obj['apiVersion']}" if "/" in obj["apiVersion"] else f"/api/{obj['apiVersion']}"
        metadata = obj["metadata"]
        place = f"/namespaces/{metadata['namespace']}" if namespaced else ""
        stored = {
            **obj,
            "metadata": {"uid": f"uid-{metadata['name']}", "resourceVersion": "1", "generation": 1, **metadata},
        }
        self.api.objects[f"{root}{place}/{plural}/{metadata['name']}"] = stored
        return stored
