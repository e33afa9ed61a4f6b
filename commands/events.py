"""The engine's event stream (`pulumi up --json`): told to the person who waits, and remembered.

Shape of the events: Pulumi CLI 3.256, as seen by running it.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commands.diagnostics import is_noise, named
from embedded.progress import Progress

COUNTED = ("create", "update", "replace", "delete", "same")
_DOING = {
    "create": "creating",
    "create-replacement": "creating anew",
    "update": "updating",
    "delete": "deleting",
    "delete-replaced": "deleting the old",
}
_DONE = {
    "create": "created",
    "create-replacement": "created anew",
    "update": "updated",
    "delete": "deleted",
    "delete-replaced": "deleted the old",
}
_QUICK_SECONDS = 2.0
_ENGINE_OWN = ("pulumi:pulumi:", "pulumi:providers:")


@dataclass(frozen=True)
class Resource:
    """What a person calls a resource: `Deployment local/temporal-frontend`."""

    urn: str
    kind: str
    name: str
    namespace: str | None = None
    selector: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def counted(type_: str) -> bool:
    """Whether a person counts a resource of this type: stacks and providers are the engine's own."""
    return not type_.startswith(_ENGINE_OWN)


def describe(urn: str, type_: str, inputs: Any) -> Resource:
    """Names a resource; Kubernetes objects by their own name and namespace."""
    properties = inputs if isinstance(inputs, dict) else {}
    metadata = properties.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name = metadata.get("name")
    namespace = metadata.get("namespace")
    return Resource(
        urn=urn,
        kind=type_.rpartition(":")[2],
        name=name if isinstance(name, str) else urn.rpartition("::")[2],
        namespace=namespace if isinstance(namespace, str) else None,
        selector=_selector(type_, name, properties.get("spec")),
    )


class Story:
    """Hears the events of one operation; `done` is told each step that ended well, by its operation and resource."""

    def __init__(self, progress: Progress, done: Callable[[str, Resource], None] | None = None) -> None:
        self.errors: list[str] = []
        self.failed: list[Resource] = []
        self._progress = progress
        self._done = done
        self._operations: dict[str, str] = {}
        self._started: dict[str, float] = {}
        self._timers: dict[str, threading.Timer] = {}
        self._last_told = ""

    @property
    def changes(self) -> dict[str, int]:
        """How many resources were created, updated, replaced, deleted or left the same."""
        counter = Counter(self._operations.values())
        return {operation: counter[operation] for operation in COUNTED}

    @property
    def changed(self) -> bool:
        return any(count for operation, count in self.changes.items() if operation != "same")

    def hear(self, line: str) -> str:
        """Takes one line of the stream in and returns its text for the log."""
        try:
            event = json.loads(line)
        except ValueError:
            return line.rstrip()
        when = time.strftime("%H:%M:%S", time.localtime(event.get("timestamp", 0)))
        handlers = {
            "diagnosticEvent": self._diagnostic,
            "resourcePreEvent": self._begin,
            "resOutputsEvent": self._end,
            "resOpFailedEvent": self._fail,
            "summaryEvent": self._summary,
        }
        for name, handler in handlers.items():
            if name in event:
                return f"{when} {handler(event[name])}"
        return f"{when} {', '.join(key for key in event if key not in ('sequence', 'timestamp'))}"

    def end(self) -> None:
        """Nothing more will be heard, nor told."""
        for timer in self._timers.values():
            timer.cancel()

    def _diagnostic(self, content: dict[str, Any]) -> str:
        severity = content.get("severity", "")
        message = content.get("message", "").rstrip()
        text = named(content.get("urn", ""), message)
        if severity == "error":
            self.errors.append(text)
        elif severity == "warning" and not is_noise(message):
            self._tell(f"warning: {text}")
        elif severity == "info" and not is_noise(message):
            self._tell(text)
        return f"{severity}: {text}"

    def _begin(self, content: dict[str, Any]) -> str:
        operation, resource = self._read(content)
        self._count(operation, content["metadata"])
        self._started[resource.urn] = time.monotonic()
        if operation in _DOING and _told(content["metadata"]):
            self._announce(resource, f"{_DOING[operation]} {resource.title} …")
        return f"begin {operation} {resource.title}"

    def _end(self, content: dict[str, Any]) -> str:
        operation, resource = self._read(content)
        self._count(operation, content["metadata"])
        if self._was_announced(resource) and operation in _DONE:
            self._tell(f"{_DONE[operation]} {resource.title} ({self._seconds(resource)} s)")
        if self._done:
            self._done(operation, resource)
        return f"end {operation} {resource.title}"

    def _fail(self, content: dict[str, Any]) -> str:
        operation, resource = self._read(content)
        self.failed.append(resource)
        self._was_announced(resource)
        self._tell(f"failed: {operation} of {resource.title} ({self._seconds(resource)} s)")
        return f"failed {operation} {resource.title}"

    def _summary(self, content: dict[str, Any]) -> str:
        return f"summary: {content.get('result')} {content.get('resourceChanges')}"

    def _announce(self, resource: Resource, text: str) -> None:
        """Tells of what goes on for a while; the quick rest stands in the log and in the counts."""
        timer = threading.Timer(_QUICK_SECONDS, self._tell, [text])
        timer.daemon = True
        self._timers[resource.urn] = timer
        timer.start()

    def _was_announced(self, resource: Resource) -> bool:
        timer = self._timers.pop(resource.urn, None)
        if timer is None:
            return False
        timer.cancel()
        return time.monotonic() - self._started[resource.urn] >= _QUICK_SECONDS

    def _read(self, content: dict[str, Any]) -> tuple[str, Resource]:
        metadata = content["metadata"]
        state = metadata.get("new") or metadata.get("old") or {}
        return metadata["op"], describe(metadata["urn"], metadata["type"], state.get("inputs"))

    def _count(self, operation: str, metadata: dict[str, Any]) -> None:
        urn = metadata["urn"]
        if operation in COUNTED and counted(metadata["type"]) and self._operations.get(urn) != "replace":
            self._operations[urn] = operation

    def _seconds(self, resource: Resource) -> str:
        return f"{time.monotonic() - self._started.get(resource.urn, time.monotonic()):.1f}"

    def _tell(self, text: str) -> None:
        if text != self._last_told:
            self._progress.say(text)
        self._last_told = text


def _told(metadata: dict[str, Any]) -> bool:
    """Components take no time of their own; the engine's own resources interest nobody."""
    state = metadata.get("new") or metadata.get("old") or {}
    return bool(state.get("custom")) and counted(metadata["type"])


def _selector(type_: str, name: Any, spec: Any) -> tuple[tuple[str, str], ...]:
    """The labels of the pods a workload owns; empty for other kinds."""
    if type_.endswith(":Job") and isinstance(name, str):
        return (("batch.kubernetes.io/job-name", name),)
    selector = spec.get("selector") if isinstance(spec, dict) else None
    labels = selector.get("matchLabels") if isinstance(selector, dict) else None
    return tuple(sorted(labels.items())) if isinstance(labels, dict) else ()
