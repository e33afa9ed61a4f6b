"""What changes between a stored object and new inputs, and whether that replaces it.

As in the official plugin the new inputs are compared with the last stored object, cut down to the old inputs; the
cluster is not read. Two things differ on purpose. A false, 0, "", [] or {} that stood in the old inputs already and
that the API did not store is no change (the official plugin knows such fields by their Go type, `omitted` only most of
them). A null in a custom resource counts as absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from standins.kubernetes.checkpoint import parse
from standins.kubernetes.naming import is_autonamed, is_named
from standins.kubernetes.normal_form import normalize
from standins.kubernetes.objects import Object, annotation, name_of, namespace_of, plain
from standins.kubernetes.paths import Path, contains, format_path, parse_path
from standins.kubernetes.prune import prune
from standins.kubernetes.replacement import Mutability, replaces, replacing_fields
from standins.provider import Diff, Properties, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPLACE_UNREADY = "pulumi.com/replaceUnready"
_REPLACE_UNREADY_PATH = f'metadata.annotations["{REPLACE_UNREADY}"]'


class _Missing:
    def __bool__(self) -> bool:
        return False


_MISSING = _Missing()


@dataclass(frozen=True)
class _Change:
    path: Path
    kind: str  # add, update or delete
    value: Value = None


def diff(
    olds: Properties,
    news: Properties,
    *,
    old_inputs: Properties,
    namespaced: bool,
    mutability: Mutability,
    ignore_changes: Sequence[str] = (),
    unready: bool = False,
) -> Diff:
    """Changes from a stored resource to new inputs.

    `old_inputs` are used when the state holds no `__inputs`. `unready` says that the live object is a Job that has not
    completed: with the annotation replaceUnready it is replaced.
    """
    stored_inputs, live = parse(olds)
    old_shape = normalize(stored_inputs or plain(old_inputs))
    new = normalize(plain(news))
    old = prune(live, old_shape)
    _align(old, new, live=live, namespaced=namespaced)

    patterns = replacing_fields(new, mutability)
    ignored = [parse_path(text) for text in ignore_changes]
    detailed: dict[str, str] = {}
    replacing: list[str] = []
    for change in _changes((), old, new, old_shape):
        if any(contains(path, change.path) for path in ignored):
            continue
        text = format_path(change.path)
        whole_metadata = change.kind == "delete" and change.path == ("metadata",)
        replace = whole_metadata or replaces(change.path, change.value, patterns)
        detailed[text] = f"{change.kind}-replace" if replace else change.kind
        if replace:
            replacing.append(text)
    if unready and new.get("kind") == "Job" and annotation(new, REPLACE_UNREADY) == "true":
        detailed[_REPLACE_UNREADY_PATH] = "update-replace"
        replacing.append(_REPLACE_UNREADY_PATH)
    return Diff(detailed, tuple(replacing), bool(replacing) and _keeps_its_name(new, live))


def _keeps_its_name(new: Object, live: Object) -> bool:
    """A replacement under the same name can only be made after the old object is gone."""
    return (
        is_named(new)
        and not is_autonamed(new)
        and name_of(new) == name_of(live)
        and namespace_of(new) == namespace_of(live)
    )


def _align(old: Object, new: Object, *, live: Object, namespaced: bool) -> None:
    """Identity in one spelling on both sides: an unset namespace is `default`, a cluster-scoped object has none."""
    for obj in (old, new):
        metadata = obj.get("metadata")
        if isinstance(metadata, Unknown):
            continue
        metadata = obj["metadata"] = dict(metadata or {})
        if namespaced:
            metadata["namespace"] = metadata.get("namespace") or "default"
        else:
            metadata.pop("namespace", None)
    old.setdefault("apiVersion", new.get("apiVersion"))
    old.setdefault("kind", new.get("kind"))
    if name_of(new) and isinstance(old["metadata"], dict):
        old["metadata"]["name"] = name_of(live)


def _changes(path: Path, old: Value, new: Value, shape: Value) -> Iterator[_Change]:
    """Changes from `old` to `new`; `shape` are the old inputs at the same path."""
    if new is _MISSING or (new is None and old is not _MISSING):
        if old is not _MISSING:
            yield _Change(path, "delete")
    elif old is _MISSING:
        if new is not None and not (new == shape and _dropped_by_the_api(new)):
            yield _Change(path, "add", new)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _changes((*path, key), old.get(key, _MISSING), new.get(key, _MISSING), _at_key(shape, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            steps = (_at(old, index), _at(new, index), _at(shape, index))
            yield from _changes((*path, index), *steps)
    elif isinstance(new, Unknown) or not _equal(old, new):
        yield _Change(path, "update", new)


def _equal(old: Value, new: Value) -> bool:
    """Equal values of one type: 1 and 1.0 are, True and 1 are not."""
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def _dropped_by_the_api(value: Value) -> bool:
    return not isinstance(value, Unknown) and not value


def _at_key(value: Value, key: str) -> Value:
    return value.get(key, _MISSING) if isinstance(value, dict) else _MISSING


def _at(values: Value, index: int) -> Value:
    return values[index] if isinstance(values, list) and index < len(values) else _MISSING
