"""From PostgreSQL to OpenSearch in one `up`: what is found before is found after.

The proof ends at some hundred executions.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster.searching import found, ids
from tests.cluster.stack import Deployment, deployed, deployment_of

NAMESPACE = "search"
ALL = "ExecutionStatus IS NOT NULL"
OPEN = 20
EXPECTED = {"WorkflowType = 'Open' AND ExecutionStatus = 'Running'": OPEN, "WorkflowId = 'open-7'": 1}


@pytest.fixture
def search() -> Iterator[Deployment]:
    """The stack of the tests' OpenSearch, as it was before: searching in PostgreSQL."""
    document = yaml.safe_load((Path(__file__).parents[1] / "cluster" / "Pulumi.search.yaml").read_text())
    del document["config"]["temporal:visibility"]
    del document["config"]["temporal:namespaces"][0]["searchAttributes"]
    with deployed(deployment_of(yaml.safe_dump(document), NAMESPACE)) as deployment:
        yield deployment


def test_search_takeover(search: Deployment) -> None:
    """Twenty open executions, the 100 closed ones of the smoke test, a schedule."""
    for number in range(OPEN):
        search.temporal(
            "workflow", "start", "--type", "Open", "--task-queue", "nobody", "--workflow-id", f"open-{number}"
        )
    search.temporal(
        *("schedule", "create", "--schedule-id", "nightly", "--interval", "24h"),
        *("--workflow-id", "nightly", "--type", "Nightly", "--task-queue", "nobody"),
    )
    found(search, EXPECTED)
    before = ids(search, ALL)
    assert len(before) >= 100 + OPEN
    document = yaml.safe_load(search.file.read_text())
    document["config"]["temporal:visibility"] = {"kind": "opensearch", "storage": "1Gi"}
    search.file.write_text(yaml.safe_dump(document))
    refused = search.command("up")
    assert refused.code == 1
    assert "With temporal:visibility.replaces: postgres one `up` changes over" in refused.err
    document["config"]["temporal:visibility"]["replaces"] = "postgres"
    search.file.write_text(yaml.safe_dump(document))
    search.up()
    found(search, EXPECTED, 120)
    assert before - ids(search, ALL) == set()
    assert "nightly" in search.temporal("schedule", "list")
    del document["config"]["temporal:visibility"]["replaces"]
    search.file.write_text(yaml.safe_dump(document))
    search.up()
    found(search, EXPECTED)
