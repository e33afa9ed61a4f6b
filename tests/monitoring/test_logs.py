"""Proves on a running server that its log is JSON, and that it has every field that queries of logs name.

Loki is not there: how its `json` spells fields is from its documentation (grafana.com, "Log queries", JSON parser).
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from components.monitoring.dashboards import dashboards
from tests.cluster.stack import until
from tests.monitoring.one_process import SERVICES, cli, running

pytestmark = pytest.mark.slow

PORT: Final = 18100
NAME: Final = "orders"
STREAM: Final = {"namespace", "pod", "container"}
"""Labels of streams, which whoever collects logs sets."""
OWN: Final = {"__error__"}
"""What Loki adds itself."""


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a server says that cannot hand out the task of a workflow, for matching is away."""
    services = [service for service in SERVICES if service != "matching"]
    with running(tmp_path_factory.mktemp("logs"), PORT, services=services) as log:
        made = ("operator", "namespace", "create", "--namespace", NAME, "--retention", "1d")
        until(f"the namespace is there: {log}", lambda: cli(PORT, *made), 120)
        begun = ("workflow", "start", "--namespace", NAME, "--type", "T", "--task-queue", "q", "--workflow-id", "lost")
        until(f"a workflow is started: {log}", lambda: cli(PORT, *begun), 60)
        until(f"the server complains of it: {log}", lambda: _of_the_workflow(_read(log)), 60)
        return _read(log)


def _read(log: Path) -> list[dict[str, Any]]:
    """Whole lines only: the last one may be under way."""
    return [json.loads(line) for line in log.read_text().split("\n")[:-1]]


def _of_the_workflow(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line.get("wf-id") == "lost"]


def test_every_line_says_when_what_and_how_bad(lines: list[dict[str, Any]]) -> None:
    assert all({"ts", "level", "msg", "logging-call-at"} <= line.keys() for line in lines)
    assert {line["level"] for line in lines} <= {"info", "warn", "error"}


def test_queries_name_fields_that_the_log_has(lines: list[dict[str, Any]]) -> None:
    """Loki writes `_` for what may not stand in a label."""
    panels = [panel for panel in json.loads(dashboards()["temporal-logs"])["panels"] if panel["type"] != "row"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    parsed = " ".join(each for each in expressions if "| json" in each)
    named = {*re.findall(r"\b(\w+)\s*(?:=~|!=|!~|=)", parsed), *re.findall(r"by \((\w+)\)", parsed)} - STREAM - OWN
    there = {re.sub(r"\W", "_", field) for line in lines for field in line}
    assert named == {"level", "msg", "wf_id"}
    assert sorted(named - there) == []


def test_a_line_about_a_workflow_says_which(lines: list[dict[str, Any]]) -> None:
    """And no line has a trace's id: the way from a log to a trace is the workflow's id."""
    [first, *_] = _of_the_workflow(lines)
    assert {"wf-id", "wf-run-id", "wf-namespace-id", "error", "component", "shard-id"} <= first.keys()
    assert {field for line in lines for field in line if "trace" in field.lower()} <= {"stacktrace"}
