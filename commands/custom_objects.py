"""Custom resources of operators, as a look before anything is applied needs them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from kubernetes import client

from commands.cluster import TIMEOUT, Cluster


class CustomObjects:
    """What a cluster serves besides Kubernetes' own. Each question raises ApiException when it is not answered."""

    def __init__(self, place: Cluster) -> None:
        self._client = place.core().api_client
        self._objects: Any = client.CustomObjectsApi(self._client)

    def groups(self) -> Mapping[str, str]:
        """The preferred version by API group."""
        served: Any = client.ApisApi(self._client).get_api_versions(_request_timeout=TIMEOUT)
        return {group.name: group.preferred_version.version for group in served.groups}

    def kinds(self, group: str, version: str) -> Mapping[str, Any]:
        """What the group has in that version, by kind; nothing when it is not served."""
        try:
            found = self._objects.get_api_resources(group, version, _request_timeout=TIMEOUT).resources
        except client.ApiException as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return {}
            raise
        return {resource.kind: resource for resource in found if "/" not in resource.name}

    def named(self, group: str, version: str, resource: Any, namespace: str) -> Mapping[str, Any]:
        """The objects of a kind by name: in the namespace, or in the cluster where the kind knows none."""
        if resource.namespaced:
            listed = self._objects.list_namespaced_custom_object(
                group, version, namespace, resource.name, _request_timeout=TIMEOUT
            )
        else:
            listed = self._objects.list_cluster_custom_object(group, version, resource.name, _request_timeout=TIMEOUT)
        return {item["metadata"]["name"]: item for item in listed["items"]}


def not_ready(found: Mapping[str, Any]) -> str | None:
    """Why an object says that it is not ready; None when it says nothing of the kind."""
    for condition in found.get("status", {}).get("conditions", ()):
        if condition.get("type") == "Ready" and condition.get("status") == "False":
            return str(condition.get("message", "no reason given"))
    return None
