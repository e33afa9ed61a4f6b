"""Executions with search attributes, and what is found of them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.cluster.stack import Deployment, until

FOUND_OF_500: Final = {
    "WorkflowType = 'Searchable'": 500,
    "CaseId = 'case-7'": 10,
    "Amount > 100 AND Amount <= 200": 100,
    "CaseId STARTS_WITH 'case-1'": 110,
    "CaseId IN ('case-2', 'case-3') AND Amount < 100": 4,
    "CaseId = 'case-50'": 0,
    "WorkflowType = 'Searchable' AND ExecutionStatus = 'Running' AND StartTime > '2020-01-01T00:00:00Z'": 500,
}
"""How many of 500 executions of searchable.py a query finds: equality, ranges, prefixes, lists, the server's own
attributes."""


def start_searchable(deployment: Deployment, count: int) -> None:
    """Starts that many, each with attributes."""
    subprocess.run(
        [sys.executable, str(Path(__file__).with_name("searchable.py")), str(count)],
        env=deployment.client(),
        check=True,
        timeout=300,
    )


def counted(deployment: Deployment, queries: Mapping[str, int] = FOUND_OF_500) -> dict[str, int]:
    """What `temporal workflow count` says to each query."""
    return {query: int(deployment.temporal("workflow", "count", "--query", query).split()[-1]) for query in queries}


def found(deployment: Deployment, queries: Mapping[str, int] = FOUND_OF_500, seconds: float = 60.0) -> None:
    """Waits until each query finds as many as it must."""
    until(f"all are found: {queries}", lambda: counted(deployment, queries) == queries, seconds)


def ids(deployment: Deployment, query: str) -> set[str]:
    """Workflow and run id of everything that a query finds."""
    listed = json.loads(deployment.temporal("workflow", "list", "--query", query, "--output", "json") or "[]")
    return {f"{item['execution']['workflowId']} {item['execution']['runId']}" for item in listed}
