"""Kubernetes objects as plain dictionaries: marks taken off, keys and numbers as the API writes them, identity."""

from __future__ import annotations

from typing import Any

from standins.provider import Secret, Value

Object = dict[str, Any]

# A CustomResourceDefinition's fields with dashes cannot be Python or TypeScript names: the SDKs use underscores.
_DASHED = {
    f"x_kubernetes_{name}": f"x-kubernetes-{name.replace('_', '-')}"
    for name in (
        "embedded_resource",
        "int_or_string",
        "list_map_keys",
        "list_type",
        "map_type",
        "preserve_unknown_fields",
        "validations",
    )
}
_UNDERSCORED = {dashed: underscored for underscored, dashed in _DASHED.items()}


def plain(value: Value) -> Value:
    """Take secret marks off, write keys as the API does, and whole floats as integers; unknowns stay."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {_DASHED.get(key, key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def underscored(value: Value) -> Value:
    """Write keys as the SDKs do; the other direction of `plain`."""
    if isinstance(value, dict):
        return {_UNDERSCORED.get(key, key): underscored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [underscored(item) for item in value]
    return value


def has_secret(value: Value) -> bool:
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)


def pluck(value: Value, *path: str) -> Value:
    """The value at a path of keys, or None where a step is missing or is no dictionary."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def name_of(obj: Object) -> str:
    name = pluck(obj, "metadata", "name")
    return name if isinstance(name, str) else ""


def namespace_of(obj: Object) -> str:
    namespace = pluck(obj, "metadata", "namespace")
    return namespace if isinstance(namespace, str) else ""


def annotation(obj: Object, key: str) -> str:
    value = pluck(obj, "metadata", "annotations", key)
    return value if isinstance(value, str) else ""


def is_kind(obj: Object, api_version: str, kind: str) -> bool:
    return obj.get("apiVersion") == api_version and obj.get("kind") == kind


def object_id(obj: Object) -> str:
    """`namespace/name`, or `name` for an object without a namespace."""
    namespace = namespace_of(obj)
    return f"{namespace}/{name_of(obj)}" if namespace else name_of(obj)


def parse_id(id_: str) -> tuple[str, str]:
    """Namespace (empty for cluster-scoped kinds) and name of an id."""
    namespace, slash, name = id_.partition("/")
    return (namespace, name) if slash else ("", id_)


def kind_of_token(token: str) -> tuple[str, str]:
    """apiVersion and kind of a type token: `kubernetes:core/v1:Pod` is v1 Pod, `kubernetes:apps/v1:Deployment` apps/v1.

    Raises ValueError for a token that names no Kubernetes kind.
    """
    parts = token.split(":")
    if len(parts) != 3 or parts[0] != "kubernetes" or "/" not in parts[1]:
        raise ValueError(
            f"{token} is not the type of a Kubernetes object (expected kubernetes:<group>/<version>:<Kind>)"
        )
    group, version = parts[1].split("/", 1)
    return (version if group == "core" else f"{group}/{version}"), parts[2]
