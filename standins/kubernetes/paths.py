"""Property paths as the engine writes them: `spec.template.spec.containers[0].image`, `metadata.labels["a.b/c"]`."""

from __future__ import annotations

import re

Step = str | int
Path = tuple[Step, ...]

_NEEDS_BRACKETS = re.compile(r'[."\[\]]')
_STEP = re.compile(r'\.?([^."\[\]]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')


def format_path(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _NEEDS_BRACKETS.search(step):
            escaped = step.replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{step}" if text else step
    return text


def parse_path(text: str) -> Path:
    """The steps of a path; `[*]` is the step "*".

    Raises ValueError for a text that is no path.
    """
    steps: list[Step] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise ValueError(f"{text!r} is not a property path: stopped at {text[position:]!r}")
        plain, index, quoted = match.groups()
        if index is not None:
            steps.append(index if index == "*" else int(index))
        else:
            steps.append(plain if plain is not None else quoted.replace('\\"', '"'))
        position = match.end()
    return tuple(steps)


def contains(outer: Path, inner: Path) -> bool:
    """Whether `inner` lies at or below `outer`, in which "*" stands for any step."""
    return len(outer) <= len(inner) and all(a in ("*", b) for a, b in zip(outer, inner, strict=False))
