"""The Kubernetes cluster of a stack: where it is, and the few things the commands read from it."""

import base64
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
import yaml
from kubernetes import client, config
from kubernetes.config.config_exception import ConfigException

from commands.errors import CommandError
from commands.stackfile import EMBEDDED, Stack
from embedded import node

TIMEOUT = (5.0, 20.0)
"""Seconds to connect to an API server, and to wait for its answer."""
_LOG_LINES = 15
_PODS = 2
_SHORTEST_SECRET = 6
"""Characters: masking shorter values would garble ordinary words."""


@dataclass(frozen=True)
class Entry:
    """A cluster in a kubeconfig: its name there, the URL of its API, and what the command gets that asks for tokens."""

    name: str
    server: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """One context of one kubeconfig; `kubeconfig` None means the person's own."""

    context: str | None
    kubeconfig: Path | None

    def core(self) -> Any:
        """The core API.

        Raises:
            CommandError: the kubeconfig has no such context.
        """
        try:
            configuration = client.Configuration()
            config.load_kube_config(  # type: ignore[no-untyped-call]
                config_file=str(self.kubeconfig) if self.kubeconfig else None,
                context=self.context,
                client_configuration=configuration,
                persist_config=False,
            )
        except ConfigException as error:
            raise CommandError(f"{_no_context(self)} ({error})") from error
        if self.context == EMBEDDED:
            configuration.proxy = None
        return client.CoreV1Api(client.ApiClient(configuration))

    def entry(self) -> "Entry | None":
        """What the kubeconfig says of it; None where that cannot be read."""
        found: dict[str, dict[str, Any]] = {"contexts": {}, "clusters": {}, "users": {}}
        try:
            for file in (str(self.kubeconfig) if self.kubeconfig else _kubeconfigs()).split(os.pathsep):
                document = yaml.safe_load(Path(file).expanduser().read_text())
                for section, entries in found.items():
                    for each in document.get(section) or ():
                        entries.setdefault(each["name"], each[section.removesuffix("s")])
            context = found["contexts"][str(self.context)]
            user = found["users"].get(context["user"]) or {}
            arguments = (user.get("exec") or {}).get("args") or ()
            server = found["clusters"][context["cluster"]]["server"]
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
            return None
        return Entry(str(context["cluster"]), str(server), tuple(map(str, arguments)))

    def secret(self, namespace: str, name: str) -> dict[str, bytes]:
        """The decoded data of a Secret.

        Raises:
            CommandError: no such Secret, no permission, or no answer.
        """
        try:
            data: Mapping[str, str] = self.core().read_namespaced_secret(name, namespace, _request_timeout=TIMEOUT).data
        except client.ApiException as error:
            raise CommandError(
                f"the Secret {namespace}/{name} cannot be read in cluster {self.context}: "
                f"{error.status} {error.reason}. Repeat `make up`."
            ) from error
        except urllib3.exceptions.HTTPError as error:
            raise CommandError(_no_answer(self)) from error
        return {key: base64.b64decode(value) for key, value in (data or {}).items()}

    def identity(self) -> str | None:
        """What tells this cluster from one made anew at the same address: the uid of its oldest namespace. None for a
        person who may not read that.

        Raises:
            CommandError: no answer.
        """
        try:
            namespace = self.core().read_namespace("kube-system", _request_timeout=TIMEOUT)
        except client.ApiException:
            return None
        except urllib3.exceptions.HTTPError as error:
            raise CommandError(_no_answer(self)) from error
        return str(namespace.metadata.uid)

    def has_namespace(self, name: str) -> bool:
        """Whether the cluster has a Kubernetes namespace of that name.

        Raises:
            CommandError: no permission, or no answer.
        """
        return self._has(f"namespace {name}", lambda core: core.read_namespace(name, _request_timeout=TIMEOUT))

    def has_service(self, namespace: str, name: str) -> bool:
        """Whether a Service is there.

        Raises:
            CommandError: no permission, or no answer.
        """
        return self._has(
            f"service {namespace}/{name}",
            lambda core: core.read_namespaced_service(name, namespace, _request_timeout=TIMEOUT),
        )

    def _has(self, what: str, read: Callable[[client.CoreV1Api], object]) -> bool:
        try:
            read(self.core())
        except client.ApiException as error:
            if error.status == 404:
                return False
            raise CommandError(
                f"{what} cannot be read in cluster {self.context}: {error.status} {error.reason}."
            ) from error
        except urllib3.exceptions.HTTPError as error:
            raise CommandError(_no_answer(self)) from error
        return True

    def last_words(self, namespace: str, labels: Mapping[str, str]) -> list[str]:
        """Why the pods with `labels` are not well: their state and the last lines of their logs; empty when unknown.

        What any Secret of the namespace holds is masked; where these cannot be read no log is shown.
        """
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        try:
            core = self.core()
            pods = core.list_namespaced_pod(namespace, label_selector=selector, _request_timeout=TIMEOUT).items
            newest = sorted(pods, key=lambda pod: pod.metadata.creation_timestamp)[-_PODS:]
            hidden = _secret_texts(core, namespace)
            return [_masked(line, hidden) for pod in newest for line in _pod_words(core, pod)]
        except (client.ApiException, urllib3.exceptions.HTTPError, CommandError):
            return []

    def working_sets(self, namespace: str) -> dict[str, int]:
        """The working set in bytes of each pod of a namespace, as the kubelet of the first node counts it.

        Raises:
            CommandError: no answer.
        """
        try:
            core = self.core()
            name = core.list_node(_request_timeout=TIMEOUT).items[0].metadata.name
            reply = core.connect_get_node_proxy_with_path(
                name, "stats/summary", _preload_content=False, _request_timeout=TIMEOUT
            )
        except (client.ApiException, urllib3.exceptions.HTTPError) as error:
            raise CommandError(_no_answer(self)) from error
        pods = json.loads(reply.data)["pods"]
        return {
            pod["podRef"]["name"]: int(pod["memory"]["workingSetBytes"])
            for pod in pods
            if pod["podRef"]["namespace"] == namespace
        }


def of(stack: Stack) -> Cluster:
    """The cluster a deployed stack lives in.

    Raises:
        CommandError: it is the embedded node, and that is not running; or the stack names no context.
    """
    if stack.node:
        running = node.find(stack.node)
        if running is None:
            raise CommandError("the embedded node is not running. Start it: make up")
        return Cluster(running.context, running.kubeconfig)
    if stack.context is None:
        raise CommandError(
            f"{stack.source} names no cluster: set `temporal:kubernetes: {{context: …}}`, "
            "or pass CONTEXT=<kube context>."
        )
    cluster = Cluster(stack.context, None)
    if stack.context not in _contexts():
        raise CommandError(_no_context(cluster))
    return cluster


def _contexts() -> list[str]:
    """The names in the person's own kubeconfig files; the client's own list fails when none of them is current."""
    names = set()
    for file in _kubeconfigs().split(os.pathsep):
        try:
            document = yaml.safe_load(Path(file).expanduser().read_text())
            names |= {entry["name"] for entry in document["contexts"]}
        except (OSError, yaml.YAMLError, KeyError, TypeError):
            continue
    return sorted(names)


def _kubeconfigs() -> str:
    return os.environ.get("KUBECONFIG") or "~/.kube/config"


def _secret_texts(core: Any, namespace: str) -> list[str]:
    """Every value of every Secret, and every line of one, the longest first."""
    found = set()
    for secret in core.list_namespaced_secret(namespace, _request_timeout=TIMEOUT).items:
        for value in (secret.data or {}).values():
            text = base64.b64decode(value).decode(errors="replace")
            found |= {text, *text.splitlines()}
    return sorted((text for text in found if len(text) >= _SHORTEST_SECRET), key=len, reverse=True)


def _masked(line: str, hidden: list[str]) -> str:
    for text in hidden:
        line = line.replace(text, "[secret]")
    return line


def _pod_words(core: Any, pod: Any) -> list[str]:
    statuses = [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]
    unwell = [status for status in statuses if not status.ready and not _completed(status)]
    where = f"pod {pod.metadata.namespace}/{pod.metadata.name}"
    if not statuses:
        reasons = [c.message for c in pod.status.conditions or [] if c.status != "True" and c.message]
        return [f"{where} is {pod.status.phase}: {'; '.join(reasons) or 'no reason given'}"]
    return [line for status in unwell for line in _container_words(core, pod, status, where)]


def _container_words(core: Any, pod: Any, status: Any, where: str) -> list[str]:
    head = f"{where}, container {status.name}: {_state(status)}"
    for previous in (False, True):
        try:
            text = core.read_namespaced_pod_log(
                pod.metadata.name,
                pod.metadata.namespace,
                container=status.name,
                tail_lines=_LOG_LINES,
                previous=previous,
                _request_timeout=TIMEOUT,
            )
        except client.ApiException:
            continue
        if text.strip():
            return [head, *(f"    {line}" for line in text.rstrip().splitlines())]
    return [head]


def _completed(status: Any) -> bool:
    return bool(status.state.terminated and status.state.terminated.exit_code == 0)


def _state(status: Any) -> str:
    if status.state.waiting:
        return " ".join(filter(None, [status.state.waiting.reason, status.state.waiting.message]))
    if status.state.terminated:
        return f"ended with exit code {status.state.terminated.exit_code}"
    return f"running, not ready, restarted {status.restart_count} times"


def _no_context(cluster: Cluster) -> str:
    where, known = cluster.kubeconfig or _kubeconfigs(), ", ".join(_contexts()) or "none"
    return f"there is no context {cluster.context!r} in {where}. Contexts there: {known}."


def _no_answer(cluster: Cluster) -> str:
    what = "Repeat `make up`, which repairs the node." if cluster.context == EMBEDDED else "Is it running?"
    return f"the cluster of context {cluster.context} does not answer. {what}"
