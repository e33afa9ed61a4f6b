"""A stack that searches in an OpenSearch of its own: found by attributes, and nothing lost while OpenSearch is away.

The proof ends at one node; moves between stores are a drill.
"""

import base64
import json
from typing import Any

from tests.cluster.searching import found, start_searchable
from tests.cluster.stack import Deployment, ready, until

NAMESPACE = "search"
NAME = "temporal-opensearch"


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
    """Two users, the server's and the schema job's; no ConfigMap holds a password."""
    users = search.get("secret", "temporal-opensearch-users")["data"]
    assert set(users) == {"temporal", "temporal-schema"}
    maps = json.dumps(search.get("configmaps"))
    assert [user for user, text in users.items() if base64.b64decode(text).decode() in maps] == []
    assert "no changes" in search.up().err


def _nodes(search: Deployment) -> list[Any]:
    return [pod for pod in search.get("pods")["items"] if pod["metadata"]["name"].startswith(f"{NAME}-")]
