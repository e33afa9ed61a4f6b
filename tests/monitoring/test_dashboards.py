"""Proves of the committed dashboards that they are fresh, that every query asks for what there is, and that Grafana has
nothing to mend: ids, places, sources.
"""

import json
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from commands import generate
from commands.generate.dashboards import BOARDS, documents, visibility
from commands.generate.dashboards.board import MARKS, Board, rendered
from components.monitoring.dashboards import dashboards
from components.monitoring.rules import rule_groups
from embedded.progress import Progress
from settings.monitoring.alerts import CATALOGUE
from tests.monitoring import promql
from tests.monitoring.examples import everything

UIDS = (
    "temporal-activity-metrics",
    "temporal-cloud",
    "temporal-cluster-overview",
    "temporal-logs",
    "temporal-postgresql",
    "temporal-search",
    "temporal-server-overview",
    "temporal-service-health",
    "temporal-workers",
    "temporal-workflow-throughput",
)
LARGEST = 900 * 1024
"""Of a ConfigMap, which may have 1 MiB with all that is around it."""
FIELDS = {"level", "msg", "container", "wf_id", "__error__"}
"""What queries of logs name: labels of the streams, and fields of the server's log as Loki's `json` spells them."""
RULES: list[dict[str, Any]] = [rule for group in rule_groups(everything()) for rule in group["rules"]]
JSON = {uid: json.loads(text) for uid, text in dashboards().items()}


def _panels(uid: str) -> Iterator[dict[str, Any]]:
    """Those with queries."""
    yield from (panel for panel in JSON[uid]["panels"] if panel["type"] != "row")


def _queries(source: str) -> Iterator[tuple[str, str]]:
    """The place of each query and what it says."""
    for uid in JSON:
        for panel in _panels(uid):
            if panel["datasource"]["type"] == source:
                yield from ((f"{uid}: {panel['title']}", target["expr"]) for target in panel["targets"])


def _variables(uid: str) -> Mapping[str, dict[str, Any]]:
    return {variable["name"]: variable for variable in JSON[uid]["templating"]["list"]}


def test_the_committed_dashboards_are_fresh() -> None:
    assert dashboards() == documents(), "run: make generate NAME=dashboards"


def test_a_dashboard_is_the_same_whenever_it_is_made() -> None:
    assert documents() == documents()


def test_a_dashboard_that_is_no_more_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "DASHBOARDS", tmp_path)
    (tmp_path / "temporal-gone.json").write_text("{}")
    generate.PARTS["dashboards"](Progress(StringIO()))
    assert sorted(file.stem for file in tmp_path.iterdir()) == list(UIDS)


def test_there_are_these() -> None:
    assert tuple(JSON) == UIDS
    assert {uid: board["uid"] for uid, board in JSON.items()} == {uid: uid for uid in UIDS}
    titles = [board["title"] for board in JSON.values()]
    assert len(set(titles)) == len(titles)
    assert all(title.startswith("Temporal / ") for title in titles)


@pytest.mark.parametrize(("place", "expression"), [*_queries("prometheus")])
def test_every_query_asks_for_what_there_is(place: str, expression: str) -> None:
    assert promql.findings(expression, promql.PANELS) == [], place


@pytest.mark.parametrize("uid", UIDS)
def test_every_variable_asks_for_what_there_is(uid: str) -> None:
    for name, variable in _variables(uid).items():
        if variable["type"] == "query":
            match = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"])
            assert match is not None, name
            asked, label = match.groups()
            found = promql.findings(asked, promql.PANELS)
            if name == "installation":
                found = [finding for finding in found if "not restricted to the installation" not in finding]
            assert found == [], name
            assert label in promql.labels(asked), name


@pytest.mark.parametrize(("place", "expression"), [*_queries("loki")])
def test_every_query_of_logs_is_of_the_installation(place: str, expression: str) -> None:
    selectors = re.findall(r"\{[^}]*\}", expression)
    assert len(selectors) == 1, place
    assert 'namespace=~"$installation"' in selectors[0], place
    stages = expression.partition("}")[2]
    named = set(re.findall(r"\b(\w+)\s*(?:=~|!=|!~|=)", expression)) | set(re.findall(r"by \((\w+)\)", expression))
    assert named <= FIELDS | {"namespace"}, place
    assert ("| json" in stages) == bool(named & {"level", "msg", "wf_id"}), place
    assert expression.count("(") == expression.count(")"), place


@pytest.mark.parametrize("uid", UIDS)
def test_legends_name_labels_that_the_result_has(uid: str) -> None:
    for panel in _panels(uid):
        for target in panel["targets"]:
            if panel["datasource"]["type"] == "prometheus" and panel["type"] != "table":
                named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
                assert target["legendFormat"], panel["title"]
                assert named == promql.labels(target["expr"]), panel["title"]


@pytest.mark.parametrize("uid", UIDS)
def test_nothing_is_told_twice(uid: str) -> None:
    ids = [panel["id"] for panel in JSON[uid]["panels"]]
    titles = [panel["title"] for panel in JSON[uid]["panels"]]

    assert ids == list(range(1, len(ids) + 1))
    assert sorted(titles) == sorted(set(titles))
    for panel in _panels(uid):
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == list("ABCDEFGHIJ"[: len(letters)]), panel["title"]
        legends = [target.get("legendFormat", "") for target in panel["targets"]]
        assert len(set(legends)) == len(legends), panel["title"]


def test_every_query_of_a_board_is_in_its_panel() -> None:
    """More queries than there are letters would be left out."""
    for board in BOARDS:
        told = [rendered(query.expression) for row in board.rows for panel in row.panels for query in panel.queries]
        assert [target["expr"] for panel in _panels(board.uid) for target in panel["targets"]] == told


@pytest.mark.parametrize("uid", UIDS)
def test_panels_fill_their_lines(uid: str) -> None:
    places = [panel["gridPos"] for panel in JSON[uid]["panels"]]
    lines = sorted({place["y"] for place in places})

    for top in lines:
        line = [place for place in places if place["y"] == top]
        assert len({place["h"] for place in line}) == 1
        ends = [0, *(place["x"] + place["w"] for place in line)]
        assert [place["x"] for place in line] == ends[:-1]
        assert ends[-1] == 24
    heights = [next(place["h"] for place in places if place["y"] == top) for top in lines]
    assert [later - sooner for sooner, later in pairwise(lines)] == heights[:-1]


@pytest.mark.parametrize("uid", UIDS)
def test_every_panel_says_what_is_normal_and_in_which_unit(uid: str) -> None:
    for panel in _panels(uid):
        assert len(panel["description"]) >= 5, panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["datasource"]["uid"] in ("${datasource}", "${loki}"), panel["title"]
    text = dashboards()[uid]
    assert not [mark for mark in MARKS if mark in text]
    assert "aws_" not in text


@pytest.mark.parametrize("uid", UIDS)
def test_every_variable_is_used_and_every_one_used_is_there(uid: str) -> None:
    text = json.dumps([JSON[uid]["panels"], JSON[uid]["templating"]])
    own = {"datasource", "installation", *(variable.name for variable in _board(uid).variables)}

    assert set(_variables(uid)) == own | ({"loki"} if uid == "temporal-logs" else set())
    assert set(re.findall(r"\$\{?([a-z]\w+)", text)) == set(_variables(uid))


def _board(uid: str) -> Board:
    (board,) = [board for board in BOARDS if board.uid == uid]
    return board


@pytest.mark.parametrize("uid", UIDS)
def test_the_boards_lead_to_each_other(uid: str) -> None:
    (link,) = JSON[uid]["links"]

    assert JSON[uid]["tags"] == link["tags"] == ["temporal"]
    assert (link["type"], link["keepTime"], link["includeVars"], link["asDropdown"]) == ("dashboards", True, True, True)


@pytest.mark.parametrize("uid", UIDS)
def test_each_fits_into_a_config_map(uid: str) -> None:
    assert len(dashboards()[uid].encode()) < LARGEST
    assert JSON[uid]["schemaVersion"] == 41


@pytest.mark.parametrize(
    ("seed", "shown"),
    [
        ("temporal_server_requests_per_second", "sum by (service_name) (rate(service_requests{"),
        ("temporal_server_latency_p99", "histogram_quantile(0.99, sum by (le) (rate(service_latency_bucket{"),
        ("temporal_workflow_started_count", 'operation="StartWorkflowExecution"}[$__rate_interval]))'),
        ("temporal_workflow_completed_count", "sum by (outcome) (temporal:workflow_closed:rate10m{"),
        (
            "temporal_activity_task_schedule_to_start_latency",
            "(rate(temporal_activity_schedule_to_start_latency_bucket{",
        ),
        ("task queue depth", "(approximate_backlog_count{"),
        ("worker health", "(temporal_worker_task_slots_available{"),
        ("failure rates", 'outcome="failed"}) or 0 * sum by (temporal_namespace)'),
        ("database", "(pg_up{"),
    ],
)
def test_what_was_meant_by_metrics_that_do_not_exist_is_shown(seed: str, shown: str) -> None:
    assert [place for place, expression in _queries("prometheus") if shown in expression], seed


def test_alerts_lead_to_dashboards_that_there_are() -> None:
    assert {name: alert.dashboard for name, alert in CATALOGUE.items() if alert.dashboard not in UIDS} == {}


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_alert_s_dashboard_shows_what_it_looks_at(name: str) -> None:
    """Whoever follows the link has the figure before them; `up` only guards an expression, burn rates stand for the
    windows of the promises."""
    alert = CATALOGUE[name]
    (rule,) = [rule for rule in RULES if rule.get("alert") == name]
    asked = {metric for metric in promql.names(rule["expr"]) if metric != "up" and not metric.startswith("slo:")}
    shown = [target["expr"] for panel in _panels(alert.dashboard) for target in panel["targets"]]

    assert asked <= set().union(*map(promql.names, shown))


def test_lines_are_where_alerts_fire() -> None:
    drawn = 0
    for board in BOARDS:
        panels = {panel["title"]: panel["fieldConfig"]["defaults"] for panel in _panels(board.uid)}
        for panel in (panel for row in board.rows for panel in row.panels if panel.alert):
            threshold = CATALOGUE[panel.alert].threshold
            assert threshold is not None, panel.title
            assert panels[panel.title]["thresholds"]["steps"][1]["value"] == float(threshold.number), panel.title
            assert panels[panel.title]["custom"]["thresholdsStyle"] == {"mode": "dashed"}, panel.title
            asked = set().union(*(promql.names(rendered(query.expression)) for query in panel.queries))
            (rule,) = [rule for rule in RULES if rule.get("alert") == panel.alert]
            assert asked & promql.names(rule["expr"]), panel.title
            drawn += 1
    assert drawn > 20


@pytest.mark.parametrize(
    ("alert", "selector"),
    [("TemporalSearchStoreDown", visibility.WRITES), ("TemporalVisibilityErrorRatioHigh", visibility.FAULTS)],
)
def test_a_panel_counts_the_calls_that_its_alert_goes_by(alert: str, selector: str) -> None:
    assert selector in CATALOGUE[alert].expr
