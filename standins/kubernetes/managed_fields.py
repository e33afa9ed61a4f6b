"""Who owns which field of an object, by its metadata.managedFields.

Format: sigs.k8s.io/structured-merge-diff, "FieldsV1": `f:name` is a key of a map, `k:{…}` an element of a list by its
key fields, `v:…` an element of a set by its value, `i:…` by its place, `.` the thing itself.
"""

from __future__ import annotations

import copy
import itertools
import json
from typing import TYPE_CHECKING, Any

from standins.kubernetes.naming import CREATE_FIELD_MANAGER
from standins.kubernetes.paths import Path, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standins.kubernetes.objects import Object
    from standins.provider import Value

Fields = dict[str, Any]

# Managers whose fields are taken over on update, so that they do not conflict: (prefix of the name, operation).
_TAKEN_OVER = (
    ("kubectl", "Apply"),
    ("kubectl", "Update"),
    ("before-first-apply", "Update"),
    ("pulumi-kubernetes", "Update"),
    ("pulumi-resource-kubernetes", "Update"),
)
_CREATED_BY_PROVIDER = ("pulumi-kubernetes", "pulumi-resource-kubernetes")


def take_over(live: Object, manager: str) -> list[Object] | None:
    """The managedFields with those of creators moved to `manager`, or None when there is nothing to move."""
    kept: list[Object] = []
    own: Object | None = None
    moved: list[Object] = []
    for entry in _entries(live):
        if entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource"):
            own = entry
        elif _is_taken_over(entry):
            moved.append(entry)
        else:
            kept.append(entry)
    if not moved:
        return None
    first = own or {**moved[0], "manager": manager, "operation": "Apply"}
    fields: Fields = {}
    for entry in [*([own] if own else []), *moved]:
        _merge(fields, entry.get("fieldsV1") or {})
    return [*kept, {**first, "fieldsV1": fields}]


def forces_preview(live: Object) -> bool:
    """Whether a dry run must override conflicts because a real update would take the fields over first."""
    return any(
        entry.get("operation") == "Update" and str(entry.get("manager")).startswith(_CREATED_BY_PROVIDER)
        for entry in _entries(live)
    )


def is_left_by_provider(conflicts: Sequence[tuple[str, str]]) -> bool:
    """Whether all conflicts (field, the API server's sentence) are with names this provider creates and applies under.

    That is so after an interrupted run whose objects the state does not know.
    """
    return bool(conflicts) and all(f'conflict with "{CREATE_FIELD_MANAGER}' in text for _field, text in conflicts)


def without_ignored(inputs: Object, live: Object, manager: str, ignore_changes: Sequence[str]) -> Object:
    """The inputs to apply: an ignored field is left out where others alone own it, else it keeps its live value.

    Left in with its live value it stays ours and stays set; left out it would be removed.
    """
    result = copy.deepcopy(inputs)
    ours = _union(entry for entry in _entries(live) if entry.get("manager") == manager)
    theirs = _union(entry for entry in _entries(live) if entry.get("manager") != manager)
    for text in ignore_changes:
        for path in _expand(parse_path(text), result):
            value = _value(live, path)
            if _owns(theirs, live, path) and not _owns(ours, live, path):
                _remove(result, path)
            elif value is not _ABSENT:
                _set(result, path, copy.deepcopy(value))
    return result


_ABSENT = object()


def _entries(live: Object) -> list[Object]:
    entries: list[Object] = (live.get("metadata") or {}).get("managedFields") or []
    return entries


def _is_taken_over(entry: Object) -> bool:
    if entry.get("subresource"):
        return False
    return any(
        str(entry.get("manager")).startswith(prefix) and entry.get("operation") == operation
        for prefix, operation in _TAKEN_OVER
    )


def _union(entries: Iterator[Object]) -> Fields:
    fields: Fields = {}
    for entry in entries:
        _merge(fields, entry.get("fieldsV1") or {})
    return fields


def _merge(into: Fields, fields: Fields) -> None:
    for key, nested in fields.items():
        _merge(into.setdefault(key, {}), nested)


def _owns(fields: Fields, live: Object, path: Path) -> bool:
    value: Value = live
    for step in path:
        key = _field_key(fields, value, step)
        if key is None:
            return False
        fields, value = fields[key], _child(value, step)
    return True


def _field_key(fields: Fields, parent: Value, step: str | int) -> str | None:
    if isinstance(step, str):
        return f"f:{step}" if f"f:{step}" in fields else None
    element = _child(parent, step)
    return next((key for key in fields if _names(key, element, step)), None)


def _names(key: str, element: Value, index: int) -> bool:
    """Whether a list's key means this element."""
    if key == ".":
        return False
    mark, _colon, text = key.partition(":")
    named = json.loads(text)
    if mark == "k":
        return isinstance(element, dict) and all(element.get(name) == item for name, item in named.items())
    return bool(named == (index if mark == "i" else element))


def _expand(path: Path, value: Value) -> list[Path]:
    """Paths with every "*" written out for the elements that `value` has."""
    for position, step in enumerate(path):
        if step == "*":
            parent = _value(value, path[:position])
            steps = range(len(parent)) if isinstance(parent, list) else parent if isinstance(parent, dict) else ()
            rest = path[position + 1 :]
            return [found for item in steps for found in _expand((*path[:position], item, *rest), value)]
    return [path]


def _child(value: Value, step: str | int) -> Value:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else _ABSENT
    return value.get(step, _ABSENT) if isinstance(value, dict) else _ABSENT


def _value(value: Value, path: Path) -> Value:
    for step in path:
        value = _child(value, step)
    return value


def _remove(value: Value, path: Path) -> None:
    parent = _value(value, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)


def _set(value: Value, path: Path, item: Value) -> None:
    for step, _following in itertools.pairwise(path):
        value = value.setdefault(step, {}) if isinstance(value, dict) and isinstance(step, str) else _child(value, step)
    last = path[-1]
    is_there = _child(value, last) is not _ABSENT
    if is_there or isinstance(value, dict):
        value[last] = item
