"""A stack that searches in an OpenSearch of its own: found by attributes, nothing lost while OpenSearch is away, and
its figures told to who sees no document.

The proof ends at one node; moves between stores are a drill.
"""

import base64
import json
import re
import subprocess
from pathlib import Path
from typing import Any

from components.monitoring.dashboards import dashboards
from tests.cluster.monitored import inside, looked_into
from tests.cluster.searching import found, start_searchable
from tests.cluster.stack import Deployment, ready, until
from tests.monitoring.metrics import TARGET, metrics

NAMESPACE = "search"
NAME = "temporal-opensearch"
INDEX = "temporal_visibility_v1_search"
SILENT = {"Refused writes": "every write was taken"}
"""Panels that show nothing here, and why."""


def test_1_executions_are_found_by_their_attributes(search: Deployment) -> None:
    """`make up` has run its smoke test, which finds its own executions; here 500 with attributes, by seven filters,
    in order, and counted by group. PostgreSQL has nothing to search in."""
    store = f"https://temporal-opensearch.{NAMESPACE}.svc:9200/temporal_visibility_v1_search"
    assert search.outputs["immutable"]["visibility"] == store
    start_searchable(search, 500)
    found(search)
    query = ("--query", "WorkflowType = 'Searchable'", "--limit", "1000", "--output", "json")
    listed = json.loads(search.temporal("workflow", "list", *query))
    starts = [item["startTime"] for item in listed]
    assert len(starts) == 500
    assert starts == sorted(starts, reverse=True)
    grouped = search.temporal("workflow", "count", "--query", "WorkflowType = 'Searchable' GROUP BY ExecutionStatus")
    assert "total: 500, values: Running" in " ".join(grouped.split())
    sql = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    words = [
        "exec",
        "temporal-postgres-0",
        "-c",
        "postgres",
        "--",
        "psql",
        "-X",
        "-A",
        "-t",
        "-d",
        "temporal_visibility",
    ]
    assert search.kubectl("-n", NAMESPACE, *words, "-c", sql).strip() == "0"


def test_2_nothing_is_lost_while_it_is_away(search: Deployment) -> None:
    """Executions start while no node is there, and are found when one is back; those of before still are."""
    search.kubectl("-n", NAMESPACE, "scale", "statefulset", NAME, "--replicas=0")
    until("no node is there", lambda: not _nodes(search), 120)
    start_searchable(search, 100)
    assert search.try_temporal("workflow", "count").code != 0
    search.kubectl("-n", NAMESPACE, "scale", "statefulset", NAME, "--replicas=1")
    until("a node serves again", lambda: any(ready(pod) for pod in _nodes(search)), 300)
    found(search, {"WorkflowType = 'Searchable'": 600, "CaseId = 'case-7'": 12}, 180)


def test_3_passwords_are_in_secrets_alone_and_a_second_up_changes_nothing(search: Deployment) -> None:
    """Three users: the server's, the schema job's, and who reads figures; no ConfigMap holds a password."""
    users = search.get("secret", "temporal-opensearch-users")["data"]
    assert set(users) == {"temporal", "temporal-schema", "temporal-monitor"}
    maps = json.dumps(search.get("configmaps"))
    assert [user for user, text in users.items() if base64.b64decode(text).decode() in maps] == []
    assert "no changes" in search.up().err


def test_4_its_figures_are_what_rules_and_panels_ask_for(search: Deployment, tmp_path: Path) -> None:
    """By a real exporter, over TLS: everything that the catalogue has, with those labels, and nothing else."""
    monitored = looked_into(search, tmp_path)
    job = f'job="temporal-search", installation="{NAMESPACE}"'
    until("it answers", lambda: monitored.query(f"elasticsearch_clusterinfo_up{{{job}}} == 1"), 120)
    known = {name: metric for name, metric in metrics().items() if metric.family == "search"}

    def served() -> list[dict[str, str]]:
        found = monitored.query(f"{{{job}}}")
        return [series["metric"] for series in found if not series["metric"]["__name__"].startswith(("up", "scrape_"))]

    until("everything is read", lambda: {series["__name__"] for series in served()} >= known.keys(), 60)
    found = served()
    assert {series["__name__"] for series in found} == known.keys()
    strange = {
        (series["__name__"], label)
        for series in found
        for label in series.keys() - {"__name__"} - TARGET - known[series["__name__"]].labels
    }
    assert strange == set()
    print(f"{len(found)} series of one node")
    color = monitored.query(f"elasticsearch_cluster_health_status{{{job}}} == 1")
    assert [series["metric"]["color"] for series in color] in (["green"], ["yellow"])
    [documents] = monitored.query(f"elasticsearch_indices_docs{{{job}}}")
    assert int(documents["value"][1]) >= 600


def test_5_a_board_shows_them_and_no_alert_fires(search: Deployment, tmp_path: Path) -> None:
    monitored = looked_into(search, tmp_path)
    board = json.loads(dashboards()["temporal-search"])
    asked = {
        panel["title"]: [_filled(target["expr"]) for target in panel["targets"]]
        for panel in board["panels"]
        if panel["type"] != "row"
    }

    def silent() -> set[str]:
        return {title for title, queries in asked.items() if not any(map(monitored.query, queries))}

    until(lambda: f"a figure for {silent() - SILENT.keys()}", lambda: silent() <= SILENT.keys(), 180)
    alerts = {each["metric"]["alertname"] for each in monitored.query("ALERTS")}
    assert {name for name in alerts if name.startswith("TemporalSearch")} == set()
    rules = monitored.ask("prometheus", 9090, "/api/v1/rules")["data"]["groups"]
    names = {rule["name"] for group in rules for rule in group["rules"]}
    assert "TemporalSearchClusterRed" in names
    assert "TemporalSearchClusterYellow" not in names


def test_6_who_reads_figures_sees_no_document(search: Deployment, tmp_path: Path) -> None:
    """Nor what others search for, nor the index; asked with its own password."""
    looked_into(search, tmp_path)
    words = ("get", "secret", "temporal-search-ca", "-o", 'go-template={{index .data "ca.crt" | base64decode}}')
    (tmp_path / "search-ca.crt").write_text(search.kubectl("-n", NAMESPACE, *words))
    password = base64.b64decode(search.get("secret", "temporal-opensearch-users")["data"]["temporal-monitor"]).decode()
    address = search.get("pod", f"{NAME}-0")["status"]["podIP"]
    host = f"{NAME}.{NAMESPACE}.svc"

    def status(method: str, path: str) -> int:
        command = [
            *(*inside(), "curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30", "--request", method),
            *("--cacert", str(tmp_path / "search-ca.crt"), "--resolve", f"{host}:9200:{address}"),
            *("--config", "-", "--output", "/dev/null", "--write-out", "%{http_code}", f"https://{host}:9200{path}"),
        ]
        said = f'user = "temporal-monitor:{password}"'
        return int(subprocess.run(command, input=said, capture_output=True, text=True, check=True).stdout)

    allowed = ("/", "/_cluster/health", "/_nodes/stats")
    assert {path: status("GET", path) for path in allowed} == dict.fromkeys(allowed, 200)
    refused = [
        *(("GET", f"/{path}") for path in (f"{INDEX}/_search", f"{INDEX}/_mapping", f"{INDEX}/_count", "_search")),
        *(("GET", f"/{path}") for path in ("_tasks?detailed", "_cat/indices", "_cluster/state", "_all/_stats")),
        ("GET", "/_plugins/_security/api/internalusers"),
        ("PUT", f"/{INDEX}-other"),
        ("DELETE", f"/{INDEX}"),
    ]
    assert {asked: status(*asked) for asked in refused} == dict.fromkeys(refused, 403)


def _filled(expression: str) -> str:
    return re.sub(r"\$__rate_interval", "1m", expression.replace("$installation", NAMESPACE))


def _nodes(search: Deployment) -> list[Any]:
    return [pod for pod in search.get("pods")["items"] if pod["metadata"]["name"].startswith(f"{NAME}-")]
