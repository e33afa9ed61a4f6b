"""From PostgreSQL to OpenSearch in one `up`, then from an index that is lost to a new one: what was found is found.

The proof ends at some hundred executions.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.searching import found, ids, start_searchable
from tests.cluster.stack import Deployment, deployed, deployment_of

NAMESPACE = "search"
ALL = "ExecutionStatus IS NOT NULL"
OPEN = 20
EXPECTED = {"WorkflowType = 'Open' AND ExecutionStatus = 'Running'": OPEN, "WorkflowId = 'open-7'": 1}
WITH_ATTRIBUTES = {"WorkflowType = 'Searchable'": 50, "CaseId = 'case-7' AND Amount >= 0": 1}
NODE = "temporal-opensearch"
LOST = f"https://{NODE}.{NAMESPACE}.svc:9200/temporal_visibility_v1"


@pytest.fixture
def search() -> Iterator[Deployment]:
    """The stack of the tests' OpenSearch, as it was before: searching in PostgreSQL."""
    document = yaml.safe_load((Path(__file__).parents[1] / "cluster" / "Pulumi.search.yaml").read_text())
    del document["config"]["temporal:visibility"]
    del document["config"]["temporal:namespaces"][0]["searchAttributes"]
    with deployed(deployment_of(yaml.safe_dump(document), NAMESPACE)) as deployment:
        yield deployment


def say(search: Deployment, visibility: dict[str, Any], **attributes: str) -> None:
    document = yaml.safe_load(search.file.read_text())
    document["config"]["temporal:visibility"] = visibility
    document["config"]["temporal:namespaces"][0]["searchAttributes"] = attributes
    search.file.write_text(yaml.safe_dump(document))


def lose_the_volume(search: Deployment) -> None:
    """The node comes back with an empty one: its users are there, the index is not."""
    words = ["-n", NAMESPACE]
    search.kubectl(*words, "scale", "statefulset", NODE, "--replicas=0")
    search.kubectl(*words, "wait", "--for=delete", f"pod/{NODE}-0", "--timeout=180s")
    claims = [item["metadata"]["name"] for item in search.get("persistentvolumeclaims")["items"]]
    (claim,) = [name for name in claims if name.endswith(f"{NODE}-0")]
    search.kubectl(*words, "delete", "persistentvolumeclaim", claim)
    search.kubectl(*words, "scale", "statefulset", NODE, "--replicas=1")
    search.kubectl(*words, "rollout", "status", "statefulset", NODE, "--timeout=300s")


def test_search_takeover(search: Deployment) -> None:
    """Twenty open executions, the 100 closed ones of the smoke test, a schedule; later 50 with search attributes."""
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
    store = {"kind": "opensearch", "storage": "1Gi"}
    say(search, store)
    refused = search.command("up")
    assert refused.code == 1
    assert "With temporal:visibility.replaces: postgres one `up` changes over" in refused.err
    say(search, {**store, "replaces": "postgres"})
    search.up()
    found(search, EXPECTED, 120)
    assert before - ids(search, ALL) == set()
    assert "nightly" in search.temporal("schedule", "list")

    say(search, store, CaseId="Keyword", Amount="Int")
    search.up()
    start_searchable(search, 50)
    found(search, {**EXPECTED, **WITH_ATTRIBUTES})
    before = ids(search, ALL)
    lose_the_volume(search)
    assert "404" in search.try_temporal("workflow", "count").err
    store["index"] = "temporal_visibility_v1_again"
    say(search, store, CaseId="Keyword", Amount="Int")
    refused = search.command("up")
    assert refused.code == 1
    assert f"an index that is lost is given up by temporal:visibility.replaces: {LOST}" in refused.err
    say(search, {**store, "replaces": LOST}, CaseId="Keyword", Amount="Int")
    search.up()
    found(search, {**EXPECTED, **WITH_ATTRIBUTES}, 120)
    assert before - ids(search, ALL) == set()
    assert "nightly" in search.temporal("schedule", "list")
