"""`make drill`: breaks a deployed server on purpose, under load, and writes what the load saw into docs/drills.md.

A drill is a module of tests/drills. Those under load run against two stacks, one after the other on a node of their
own: one as the platform advises for production, one with the official chart's defaults; each writes its figures where
this command finds them. The others are tests that take too long for `make test` and have no figures: searches that
move from store to store, certificates of cert-manager's, databases of operators, rotation, workers that follow their
backlog, faults of which people must be told, a stack on AWS with what stands in for it, and the stacks of real teams
in examples/stacks (`seed-000` …). The drill `aws-compliance` needs no node, but tools from PyPI.
"""

import json
import os
import platform
import time
from contextlib import ExitStack
from typing import Any, Final

from commands import pytest_run
from commands.environment import variable
from commands.errors import CommandError
from commands.marked import put
from commands.stackfile import HERE
from commands.tests_node import tests_node
from embedded.progress import Progress

_FOLDER = HERE.root / "tests" / "drills"
_WITHOUT_NODE: Final = {"aws-compliance"}
RESULTS = HERE.state / "drills"
"""One file a drill and stack, `<drill>.<stack>.json`, written by the drill."""
_TITLE = """\
# Drills

What a steady load saw while a deployed server was broken on purpose. `make drill` writes each section anew.

Two stacks go through the same: `careful` is the size `staging` with two pods of every service; `chart` has what the
official Helm chart 1.6.0 sets by default, one pod of every service and nothing said of how it leaves. The load starts
executions at a fixed rate whether earlier ones have ended or not, each with one activity, through the Python SDK with
retries that last longer than any outage here; times are end to end, from the start call to the result. A failed call
or a lost execution fails the drill. `before` is a quiet half minute; `during` holds what ran from the event's begin
until it and the load had settled; `after` what started then. `load quiet in` is the time from the event's begin to the
end of the last execution above twice the p99 of before; after something that nothing works without, it counts from its
return. `recovered in` is the same, but then it ends with the first result: the rest is work that piled up. **Bold** is
above what is meant to hold.
"""
_COLUMNS = (
    *("event", "stack", "executions", "failed", "p50 / p99 / max before, ms", "during", "after"),
    *("settled in", "recovered in", "load quiet in"),
)
_HEAD = (f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|")


def main() -> int:
    """Runs the drills that NAME lists (comma-separated; default: all).

    Raises:
        CommandError: NAME is unknown, no root for one with a node, or a drill failed; its figures are written all
            the same.
    """
    known = sorted(file.stem.removeprefix("test_").replace("_", "-") for file in _FOLDER.glob("test_*.py"))
    names = (variable("NAME") or ",".join(known)).split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CommandError(f"NAME={','.join(unknown)} is unknown. Known: {', '.join(known)}.")
    needs_node = not _WITHOUT_NODE.issuperset(names)
    if needs_node and os.geteuid() != 0:
        raise CommandError("drills start a Kubernetes node, which needs root (sudo make drill).")
    for name in names:
        for old in RESULTS.glob(f"{name}.*.json"):
            old.unlink()
    modules = [str(_FOLDER / f"test_{name.replace('-', '_')}.py") for name in names]
    with ExitStack() as until_done:
        node = until_done.enter_context(tests_node(Progress())) if needs_node else {}
        ran = pytest_run.run("drills", ["-s", *modules], node)
    for name in names:
        _write(name)
    if not ran.succeeded:
        raise CommandError(f"drills: {ran.line}. What was seen stands in docs/drills.md.")
    return 0


def _write(name: str) -> None:
    """The section of a drill, if it got as far as figures."""
    results = {file.name.split(".")[1]: json.loads(file.read_text()) for file in sorted(RESULTS.glob(f"{name}.*.json"))}
    if results:
        put(HERE.root / "docs" / "drills.md", _TITLE, f"drill:{name}", _section(name, results))


def _section(name: str, results: dict[str, Any]) -> str:
    """Rows by event, the stacks beside each other."""
    events = list(dict.fromkeys(effect["event"] for result in results.values() for effect in result["effects"]))
    rows = [
        _row(stack, effect)
        for event in events
        for stack, result in results.items()
        for effect in result["effects"]
        if effect["event"] == event
    ]
    rate = next(iter(results.values()))["rate"]
    conditions = (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({platform.machine()}) for the node, the server and the "
        f"load together; {rate:g} executions a second."
    )
    return "\n".join([f"## {name}", "", *_HEAD, *rows, "", conditions])


def _row(stack: str, effect: Any) -> str:
    limits = effect["limits"]
    before, during, after = (_times(effect[part]) for part in ("before", "during", "after"))
    during = _marked(during, effect["during"]["worst"], limits["worst"])
    recovery = _marked(f"{effect['recovery']:.1f} s", effect["recovery"], limits["recovery"])
    return (
        f"| {effect['event']} | {stack} | {effect['during']['count']} | {effect['failed']} "
        f"| {before} | {during} | {after} | {effect['seconds']:.0f} s | {recovery} "
        f"| {effect['quiet']:.1f} s |"
    )


def _marked(text: str, found: float, limit: float | None) -> str:
    return text if limit is None or found <= limit else f"**{text}**"


def _times(latency: Any) -> str:
    return " / ".join(f"{latency[key]:.0f}" for key in ("p50", "p99", "worst")) if latency["count"] else "-"
