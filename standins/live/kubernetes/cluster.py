"""Objects of a cluster: where each kind is served, and the verbs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from standins.kubernetes.objects import Object, name_of, namespace_of
from standins.live.kubernetes.connection import APPLY_PATCH, JSON, JSON_PATCH, Connection, Response
from standins.live.kubernetes.errors import ApiError, UnknownKindError

if TYPE_CHECKING:
    from collections.abc import Mapping

Warn = Callable[[str], None]


@dataclass(frozen=True)
class Reference:
    """One object. `namespace` is ignored for kinds without one, and `default` where it is empty."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, obj: Object) -> Reference:
        return cls(str(obj["apiVersion"]), str(obj["kind"]), namespace_of(obj), name_of(obj))

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Cluster:
    """Safe to use from many threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._served: dict[str, dict[str, tuple[str, bool]]] = {}
        self._discovery = threading.Lock()

    def is_namespaced(self, api_version: str, kind: str) -> bool:
        """Raises UnknownKindError."""
        return self._resource(api_version, kind)[1]

    def get(self, reference: Reference) -> Object:
        return self._object("GET", self._path(reference))

    def create(self, obj: Object, *, manager: str, dry_run: bool, warn: Warn) -> Object:
        path = self._path(Reference.of(obj), collection=True)
        return self._object("POST", path, _query(manager, dry_run), self._scoped(obj), warn=warn)

    def apply(self, obj: Object, *, manager: str, force: bool, dry_run: bool, warn: Warn) -> Object:
        """Server-side apply: fields that `manager` owned and that `obj` lacks are removed."""
        query = {**_query(manager, dry_run), "force": "true" if force else "false"}
        return self._object("PATCH", self._path(Reference.of(obj)), query, self._scoped(obj), APPLY_PATCH, warn=warn)

    def replace(self, obj: Object, *, manager: str, dry_run: bool, warn: Warn) -> Object:
        return self._object(
            "PUT", self._path(Reference.of(obj)), _query(manager, dry_run), self._scoped(obj), warn=warn
        )

    def patch(self, reference: Reference, operations: list[dict[str, Any]]) -> Object:
        return self._object("PATCH", self._path(reference), None, operations, JSON_PATCH)

    def delete(self, reference: Reference, propagation: str) -> None:
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        self._connection.request("DELETE", self._path(reference), None, options)

    def list(self, api_version: str, kind: str, namespace: str, *, labels: str = "", fields: str = "") -> list[Object]:
        query = {key: text for key, text in (("labelSelector", labels), ("fieldSelector", fields)) if text}
        path = self._path(Reference(api_version, kind, namespace, ""), collection=True)
        items: list[Object] = self._connection.request("GET", path, query).json().get("items") or []
        return items

    def log(self, namespace: str, pod: str, container: str, *, lines: int, previous: bool) -> str:
        path = self._path(Reference("v1", "Pod", namespace, pod)) + "/log"
        query = {"container": container, "tailLines": str(lines), "previous": "true" if previous else "false"}
        return self._connection.request("GET", path, query).text

    def _object(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
        *,
        warn: Warn = lambda _text: None,
    ) -> Object:
        response: Response = self._connection.request(method, path, query, body, content_type)
        for text in response.warnings:
            warn(text)
        obj: Object = response.json()
        return obj

    def _path(self, reference: Reference, *, collection: bool = False) -> str:
        plural, namespaced = self._resource(reference.api_version, reference.kind)
        path = _group(reference.api_version)
        if namespaced:
            path += f"/namespaces/{quote(reference.namespace or 'default', safe='')}"
        path += f"/{plural}"
        return path if collection else f"{path}/{quote(reference.name, safe='')}"

    def _scoped(self, obj: Object) -> Object:
        """The object without a namespace where its kind has none: before its CRD was there it was taken to have one."""
        if not namespace_of(obj) or self.is_namespaced(str(obj["apiVersion"]), str(obj["kind"])):
            return obj
        return {**obj, "metadata": {key: item for key, item in obj["metadata"].items() if key != "namespace"}}

    def _resource(self, api_version: str, kind: str) -> tuple[str, bool]:
        """Plural and scope of a kind. What is not known yet is asked again, as a new CRD may have brought it."""
        with self._discovery:
            known = self._served.get(api_version, {})
            if kind not in known:
                known = self._served[api_version] = self._discover(api_version)
        if kind not in known:
            raise UnknownKindError(api_version, kind)
        return known[kind]

    def _discover(self, api_version: str) -> dict[str, tuple[str, bool]]:
        try:
            resources = self._connection.request("GET", _group(api_version)).json()["resources"]
        except ApiError as error:
            if error.not_found:
                return {}
            raise
        return {item["kind"]: (item["name"], bool(item["namespaced"])) for item in resources if "/" not in item["name"]}


def _group(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _query(manager: str, dry_run: bool) -> dict[str, str]:  # noqa: FBT001 - private
    query = {"fieldManager": manager, "fieldValidation": "Warn"}
    return {**query, "dryRun": "All"} if dry_run else query
