"""The way to an API server: kubeconfig, credentials, TLS, and one HTTP request.

The `kubernetes` package reads the kubeconfig (exec plugins, token renewal, certificates) and keeps the connections; it
takes 0.6 s to import, so only this module does, on first use. Its typed models and its dynamic client are not used:
objects stay dictionaries exactly as the API writes them.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import yaml

from standins.live.kubernetes.errors import ApiError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from standins.live.kubernetes.settings import Settings

JSON = "application/json"
JSON_PATCH = "application/json-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"

_CONNECTIONS = 64  # more than the calls that the engine makes at once
_SECONDS = 60.0  # for one request; an admission webhook may take 30


@dataclass(frozen=True)
class Response:
    """The body as text, and the server's warnings (unknown fields, deprecated kinds, pod security)."""

    text: str
    warnings: tuple[str, ...] = ()

    def json(self) -> Any:
        return json.loads(self.text)


class Connection(Protocol):
    """One API server. Safe to use from many threads."""

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
    ) -> Response:
        """Raises ApiError when the server refuses, UnreachableError when nobody answers."""


def connect(settings: Settings) -> tuple[Connection, str]:
    """A connection by the settings' kubeconfig and context, and the context's namespace (`default` when it has none).

    Raises UnreachableError when there is no usable kubeconfig or context. The server is not asked yet.
    """
    import urllib3  # noqa: PLC0415 - see the module's docstring
    from kubernetes.client import ApiClient, Configuration  # noqa: PLC0415
    from kubernetes.config import ConfigException  # noqa: PLC0415
    from kubernetes.config.kube_config import KubeConfigLoader  # noqa: PLC0415

    source, document = _kubeconfig(settings.kubeconfig)
    if settings.cluster:
        _use_cluster(document, settings)
    configuration = Configuration()
    configuration.connection_pool_maxsize = _CONNECTIONS
    try:
        loader = KubeConfigLoader(  # type: ignore[no-untyped-call]
            config_dict=document, active_context=settings.context or None
        )
        loader.load_and_set(configuration)  # type: ignore[no-untyped-call]
        context = loader.current_context["context"]
    except (ConfigException, OSError, ValueError) as error:
        wanted = f"context {settings.context}" if settings.context else "its current context"
        raise UnreachableError(f"{source}: {wanted} cannot be used: {error}") from error
    if not configuration.verify_ssl:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # one for each request otherwise
    return _Http(ApiClient(configuration)), str(context.get("namespace") or "default")


class _Http:
    """A connection through the `kubernetes` package's client."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._credentials = threading.Lock()  # renewing a token writes into the configuration

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON,
    ) -> Response:
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - comes with the kubernetes package

        configuration = self._client.configuration
        parameters = list((query or {}).items())
        headers = {"Accept": JSON, "Content-Type": content_type, "User-Agent": "temporal-platform"}
        with self._credentials:
            self._client.update_params_for_auth(headers, parameters, ["BearerToken"], path, method, body)
        url = configuration.host + path + (f"?{urlencode(parameters)}" if parameters else "")
        try:
            response = self._client.rest_client.request(
                method, url, headers=headers, body=body, _request_timeout=_SECONDS
            )
            text = response.read().decode("utf-8", errors="replace")
        except (HTTPError, OSError) as error:
            raise UnreachableError(
                f"the Kubernetes API server at {configuration.host} does not answer: {_cause(error)}"
            ) from error
        if not 200 <= response.status <= 299:
            raise _refusal(response.status, response.reason, text)
        return Response(text, tuple(_warning(header) for header in response.headers.getlist("Warning")))


def _kubeconfig(path_or_content: str) -> tuple[str, dict[str, Any]]:
    """Where the kubeconfig is from, and its content."""
    from kubernetes.config.kube_config import KUBE_CONFIG_DEFAULT_LOCATION, KubeConfigMerger  # noqa: PLC0415

    if "\n" in path_or_content or path_or_content.lstrip().startswith("{"):
        document = yaml.safe_load(path_or_content)
        if not isinstance(document, dict):
            raise UnreachableError("the kubeconfig given to the provider is not a YAML mapping")
        return "the kubeconfig given to the provider", document
    paths = str(Path(path_or_content).expanduser()) if path_or_content else KUBE_CONFIG_DEFAULT_LOCATION
    merged = KubeConfigMerger(paths).config  # type: ignore[no-untyped-call]
    if merged is None:
        raise UnreachableError(f"there is no kubeconfig at {paths}: set KUBECONFIG, or the provider's kubeconfig")
    return paths, merged.value


def _use_cluster(document: dict[str, Any], settings: Settings) -> None:
    current = settings.context or document.get("current-context")
    for item in document.get("contexts") or []:
        if item.get("name") == current:
            item["context"]["cluster"] = settings.cluster


def _refusal(status: int, reason: str | None, text: str) -> ApiError:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    if not isinstance(answer, dict):
        answer = {}
    message = answer.get("message") or f"HTTP {status} {reason or ''}: {text[:500]}".strip()
    return ApiError(status, answer.get("reason") or "", message, answer.get("details"))


def _cause(error: BaseException) -> str:
    """The innermost reason of urllib3's nested errors."""
    reason = getattr(error, "reason", None)
    return _cause(reason) if isinstance(reason, BaseException) else str(error)


def _warning(header: str) -> str:
    """The text of a Warning header: `299 - "text"`."""
    _before, quote, rest = header.partition('"')
    return rest.rstrip().removesuffix('"').replace('\\"', '"') if quote else header
