"""The few calls to the API server that bringing up a node needs."""

import json
from ipaddress import IPv4Address
from typing import Any, Final

import urllib3

from embedded.errors import EmbeddedError
from embedded.node.kubeconfigs import API_PORT
from embedded.node.pki import CLUSTER
from embedded.node.places import Places

TIMEOUT: Final = urllib3.Timeout(connect=2, read=10)
COLLECTIONS: Final = {
    "Namespace": "/api/v1/namespaces",
    "ConfigMap": "/api/v1/{namespace}/configmaps",
    "Service": "/api/v1/{namespace}/services",
    "ServiceAccount": "/api/v1/{namespace}/serviceaccounts",
    "EndpointSlice": "/apis/discovery.k8s.io/v1/{namespace}/endpointslices",
    "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
    "Role": "/apis/rbac.authorization.k8s.io/v1/{namespace}/roles",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/{namespace}/rolebindings",
    "ClusterRole": "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "ClusterRoleBinding": "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
}


class Api:
    """The node's API server as its administrator sees it."""

    def __init__(self, places: Places, address: IPv4Address) -> None:
        self._server = f"https://{address}:{API_PORT}"
        self._pool = urllib3.PoolManager(
            ca_certs=str(places.pki / f"{CLUSTER}.crt"),
            cert_file=str(places.pki / "admin.crt"),
            key_file=str(places.pki / "admin.key"),
            timeout=TIMEOUT,
            retries=False,
        )

    def ready(self) -> bool:
        """Whether the API server answers and says it is ready."""
        try:
            return self._pool.request("GET", f"{self._server}/readyz").status == 200
        except (urllib3.exceptions.HTTPError, OSError):
            return False

    def get(self, path: str) -> Any:
        """The object at `path`, or None where there is none. Raises EmbeddedError when the server refuses."""
        response = self._request("GET", path)
        return None if response.status == 404 else self._answer(response, f"read {path}")

    def apply(self, document: dict[str, Any]) -> None:
        """Creates the object or brings it back to `document` by server-side apply. Raises EmbeddedError."""
        metadata = document["metadata"]
        namespace = f"namespaces/{metadata.get('namespace')}"
        path = f"{COLLECTIONS[document['kind']].format(namespace=namespace)}/{metadata['name']}"
        response = self._request(
            "PATCH",
            f"{path}?fieldManager=temporal-platform&force=true",
            body=json.dumps(document),
            headers={"Content-Type": "application/apply-patch+yaml"},
        )
        self._answer(response, f"apply {document['kind']} {metadata['name']}")

    def _request(self, method: str, path: str, **arguments: Any) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request(method, f"{self._server}{path}", **arguments)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise EmbeddedError(f"The node's API server {self._server} does not answer: {error}.") from error

    def _answer(self, response: urllib3.BaseHTTPResponse, what: str) -> Any:
        answer = json.loads(response.data)
        if response.status >= 400:
            raise EmbeddedError(f"The node's API server refuses to {what}: {answer.get('message', response.status)}.")
        return answer
