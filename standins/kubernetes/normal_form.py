"""The normal form of inputs: what two spellings of one object have in common, so that no diff is seen between them.

The official plugin decodes an object into the Go types of the API and encodes it again. Without those types, this does
the parts that programs meet: nulls, read-only metadata and zeroes that the API does not store dropped, quantities
canonical, a Secret's stringData written as data.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from standins.kubernetes.objects import Object, is_kind
from standins.kubernetes.omitted import without_omitted
from standins.kubernetes.quantities import normalize_quantities
from standins.provider import has_unknowns

if TYPE_CHECKING:
    from standins.provider import Value

# Groups of the API server itself. A custom resource is left as it is: the server knows its schema alone.
_BUILT_IN_GROUPS = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
_READ_ONLY_METADATA = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)


def is_built_in(obj: Object) -> bool:
    """Whether the object's group belongs to the API server: `apps`, `rbac.authorization.k8s.io`, …"""
    group, slash, _version = str(obj.get("apiVersion", "")).rpartition("/")
    return not slash or group in _BUILT_IN_GROUPS or group.endswith(".k8s.io")


def normalize(obj: Object) -> Object:
    """The normal form of an object without secret marks. Objects with unknowns only lose their read-only metadata."""
    result = dict(obj)
    if not has_unknowns(obj) and is_built_in(obj):
        result = _without_nulls(result)
        if is_kind(result, "v1", "Secret"):
            _encode_string_data(result)
        elif result.get("kind") == "CustomResourceDefinition":
            result.pop("status", None)
        elif not is_kind(result, "v1", "ConfigMap"):
            result = normalize_quantities(without_omitted(result))
    metadata = result.get("metadata")
    if isinstance(metadata, dict):
        result["metadata"] = {key: value for key, value in metadata.items() if key not in _READ_ONLY_METADATA}
    return result


def _without_nulls(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _encode_string_data(secret: Object) -> None:
    """stringData overwrites data, as in the API server; data is re-encoded, which removes its line breaks."""
    data = {key: _re_encoded(value) for key, value in (secret.get("data") or {}).items()}
    strings = secret.pop("stringData", None) or {}
    data |= {key: base64.b64encode(str(value).encode()).decode() for key, value in strings.items()}
    if data:
        secret["data"] = data


def _re_encoded(value: Value) -> Value:
    try:
        return base64.b64encode(base64.b64decode(value)).decode()
    except (binascii.Error, TypeError, ValueError):
        return value  # the API server refuses it with a message of its own
