"""Fields that the API server does not store when they are zero or empty, so that writing them changes nothing.

Source: the Go types in k8s.io/api 0.36: plain (not pointer) numbers and booleans marked `omitempty`, and maps and lists
marked so. Everywhere else zero and empty have a meaning: `replicas: 0`, `storageClassName: ""`, `emptyDir: {}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standins.provider import Value

_ZERO = frozenset(
    {
        "chapAuthDiscovery",
        "chapAuthSession",
        "failureThreshold",
        "globalDefault",
        "healthCheckNodePort",
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "hostPort",
        "initialDelaySeconds",
        "insecureSkipTLSVerifyBackend",
        "minReadySeconds",
        "nodePort",
        "number",
        "paused",
        "publishNotReadyAddresses",
        "readOnly",
        "sslEnabled",
        "stdin",
        "stdinOnce",
        "successThreshold",
        "tty",
        "unschedulable",
    }
)
_ZERO_IN_PROBES = frozenset({"periodSeconds", "timeoutSeconds"})
_PROBES = frozenset({"livenessProbe", "readinessProbe", "startupProbe"})
_POINTERS_IN = frozenset({"azureDisk", "csi"})  # there readOnly: false is stored
_EMPTY_MAPS = frozenset(
    {
        "annotations",
        "binaryData",
        "data",
        "hard",
        "labels",
        "limits",
        "matchLabels",
        "nodeSelector",
        "overhead",
        "requests",
        "stringData",
    }
)
_EMPTY_TEXTS = frozenset(
    {("env", "value"), ("tolerations", "effect"), ("tolerations", "key"), ("tolerations", "value")}
)
_STORED_LISTS = frozenset(
    {"containers", "limits", "nodeSelectorTerms", "paths", "rules", "sources", "values", "verbs"}
    | {"addresses", "admissionReviewVersions", "endpoints", "ports"}
)


def without_omitted(value: Value, parent: str = "") -> Value:
    """A copy without what the server drops; `parent` is the field that holds `value`."""
    if isinstance(value, list):
        return [without_omitted(item, parent) for item in value]
    if not isinstance(value, dict):
        return value
    cleaned = {key: without_omitted(item, key) for key, item in value.items()}
    return {key: item for key, item in cleaned.items() if not _is_omitted(key, item, parent)}


def _is_omitted(key: str, value: Value, parent: str) -> bool:
    if isinstance(value, dict):
        return not value and key in _EMPTY_MAPS
    if isinstance(value, list):
        return not value and key not in _STORED_LISTS
    if value == "":
        return (parent, key) in _EMPTY_TEXTS
    if value is False or (isinstance(value, (int, float)) and value == 0):
        return (key in _ZERO and parent not in _POINTERS_IN) or (key in _ZERO_IN_PROBES and parent in _PROBES)
    return False
