"""Names: automatic ones, kept ones, and the name under which fields are applied."""

from __future__ import annotations

import hashlib
import secrets

from standins.kubernetes.objects import Object, annotation, name_of
from standins.provider import Unknown

AUTONAMED = "pulumi.com/autonamed"
PATCH_FIELD_MANAGER = "pulumi.com/patchFieldManager"
CREATE_FIELD_MANAGER = (
    "pulumi-kubernetes"  # the official plugin creates under this name and applies under one per object
)

_DIGITS = 8


def unique_name(prefix: str, seed: bytes) -> str:
    """`prefix` and eight hex digits: the same for the same seed, random without one."""
    digest = hashlib.sha256(seed + prefix.encode()).hexdigest() if seed else secrets.token_hex(_DIGITS)
    return prefix + digest[:_DIGITS]


def is_named(obj: Object) -> bool:
    """Whether the program names the object; a name that is not known yet counts."""
    metadata = obj.get("metadata")
    if isinstance(metadata, Unknown):
        return True
    return isinstance(metadata, dict) and bool(metadata.get("name"))


def is_autonamed(obj: Object) -> bool:
    return annotation(obj, AUTONAMED) == "true"


def named(obj: Object, old_inputs: Object, resource_name: str, seed: bytes) -> Object:
    """`obj` with a name: its own, else the old object's automatic name, else a new automatic one."""
    if is_named(obj):
        return obj
    if old_inputs:
        return _autonamed(obj, name_of(old_inputs)) if is_autonamed(old_inputs) else obj
    return _autonamed(obj, unique_name(f"{resource_name}-", seed))


def field_manager(inputs: Object, state: Object, seed: bytes = b"") -> str:
    """Under which name fields are applied: the annotation's, the state's, or a new one."""
    kept = state.get("__fieldManager")
    if chosen := annotation(inputs, PATCH_FIELD_MANAGER):
        return chosen
    return kept if isinstance(kept, str) and kept else unique_name("pulumi-kubernetes-", seed)


def _autonamed(obj: Object, name: str) -> Object:
    metadata = dict(obj.get("metadata") or {})
    metadata["name"] = name
    annotations = metadata.get("annotations")
    if not isinstance(annotations, Unknown):
        metadata["annotations"] = {**(annotations or {}), AUTONAMED: "true"}
    return {**obj, "metadata": metadata}
