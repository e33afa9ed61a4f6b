"""A preview as text, JSON or Markdown."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commands.events import COUNTED, counted, describe

_SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "-", "same": " "}
_SHOWN = 60
_ABSENT = object()


@dataclass(frozen=True)
class PropertyChange:
    """One changed path; texts are short, secrets are masked by the engine."""

    path: str
    old: str | None
    new: str | None
    replaces: bool


@dataclass(frozen=True)
class Change:
    """What happens to one resource."""

    urn: str
    type: str
    name: str
    title: str
    op: str
    properties: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What happens to a stack, and what its program warns of."""

    stack: str
    changes: Sequence[Change]
    warnings: Sequence[str] = ()


def changes_of(digest: dict[str, Any]) -> list[Change]:
    """The resources of `pulumi preview --json`, without the engine's own; one entry a resource."""
    return [
        _change(step)
        for step in digest["steps"]
        if step["op"] in COUNTED and counted(step["urn"].split("::")[2].rpartition("$")[2])
    ]


def text(preview: Preview) -> str:
    """One line a changed resource, one a changed path, and the counts."""
    lines = [f"Preview of stack {preview.stack}"]
    for change in preview.changes:
        if change.op != "same":
            lines.append(f"{_SIGNS[change.op]} {change.op:<7} {change.title}")
            lines.extend(f"            {_property(found)}" for found in change.properties)
    return "\n".join([*lines, _counts_line(preview.changes)])


def as_json(preview: Preview) -> str:
    """The contract of the JSON: `changes` by operation, every resource, and the warnings."""
    resources = [
        {
            "urn": change.urn,
            "type": change.type,
            "name": change.name,
            "op": change.op,
            "properties": [
                {"path": found.path, "old": found.old, "new": found.new, "replaces": found.replaces}
                for found in change.properties
            ],
        }
        for change in preview.changes
    ]
    found = {
        "stack": preview.stack,
        "changes": _counts(preview.changes),
        "resources": resources,
        "warnings": list(preview.warnings),
    }
    return json.dumps(found, indent=2)


def markdown(preview: Preview) -> str:
    """For a comment on a pull request: warnings, counts, then a table that is folded away."""
    rows = [
        f"| {change.op} | {change.title} | {'<br>'.join(_cell(_property(p)) for p in change.properties)} |"
        for change in preview.changes
        if change.op != "same"
    ]
    warnings = [f"> **Warning:** {warning}\n" for warning in preview.warnings]
    head = [f"### Preview of stack `{preview.stack}`", "", *warnings, _counts_line(preview.changes)]
    if not rows:
        return "\n".join(head)
    table = ["| operation | resource | changed |", "|---|---|---|", *rows]
    return "\n".join([*head, "", "<details><summary>Resources</summary>", "", *table, "", "</details>"])


RENDERERS: dict[str, Callable[[Preview], str]] = {"text": text, "json": as_json, "markdown": markdown}


def _change(step: dict[str, Any]) -> Change:
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    state = new or old
    type_ = state["type"]
    resource = describe(step["urn"], type_, state.get("inputs"))
    details = step.get("detailedDiff") or {}
    return Change(
        urn=step["urn"],
        type=type_,
        name=step["urn"].rpartition("::")[2],
        title=resource.title,
        op=step["op"],
        properties=tuple(_property_change(path, kind, old, new) for path, kind in sorted(details.items())),
    )


def _property_change(path: str, detail: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> PropertyChange:
    keys = _keys(path)
    return PropertyChange(
        path=path,
        old=_short(_at(old.get("inputs"), keys)),
        new=_short(_at(new.get("inputs"), keys)),
        replaces="replace" in detail["kind"],
    )


def _keys(path: str) -> list[str | int]:
    """`spec.containers[0].labels["a.b"]` as keys and indexes."""
    keys: list[str | int] = []
    rest = path
    while rest:
        if rest.startswith('["'):
            key, _, rest = rest[2:].partition('"]')
            keys.append(key)
        elif rest.startswith("["):
            index, _, rest = rest[1:].partition("]")
            keys.append(int(index) if index.isdecimal() else index)
        else:
            rest = rest.removeprefix(".")
            end = min((rest.find(sign) for sign in ".[" if sign in rest), default=len(rest))
            keys.append(rest[:end])
            rest = rest[end:]
    return keys


def _at(value: Any, keys: Sequence[str | int]) -> Any:
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return value


def _short(value: Any) -> str | None:
    if value is _ABSENT:
        return None
    shown = value if isinstance(value, str) else json.dumps(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _property(found: PropertyChange) -> str:
    suffix = " (replaces)" if found.replaces else ""
    if found.old is None:
        return f"{found.path}: set to {_line(found.new)}{suffix}"
    if found.new is None:
        return f"{found.path}: {_line(found.old)} removed{suffix}"
    return f"{found.path}: {_line(found.old)} → {_line(found.new)}{suffix}"


def _line(value: str | None) -> str:
    return "?" if value is None else value.replace("\n", "⏎")


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("<", "&lt;")


def _counts(changes: Sequence[Change]) -> dict[str, int]:
    counter = Counter(change.op for change in changes)
    return {operation: counter[operation] for operation in COUNTED}


def _counts_line(changes: Sequence[Change]) -> str:
    counts = _counts(changes)
    if counts["same"] == len(changes):
        return f"no changes ({counts['same']} resources stay the same)"
    return ", ".join(f"{count} to {operation}" for operation, count in counts.items() if operation != "same") + (
        f", {counts['same']} the same"
    )
