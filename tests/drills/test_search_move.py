"""From one OpenSearch to another, stage by stage: at each stage, everything is found.

The proof ends at some hundred executions, and at two nodes of one version.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from tests.cluster.searching import found, ids, start_searchable
from tests.cluster.stack import Deployment, deployment_of
from tests.drills.other_search import copy_node

NAMESPACE, OTHER = "search", "other-search"
INDEX = "temporal_visibility_v1_other"
STORE = {
    "kind": "existing",
    "url": f"https://temporal-opensearch.{OTHER}.svc:9200",
    "index": INDEX,
    "ca": {"secret": "other-ca", "key": "ca.crt"},
    "authentication": {
        "kind": "login",
        "user": "temporal",
        "password": {"secret": "other-login", "key": "temporal"},
        "owner": {"user": "temporal-schema", "password": {"secret": "other-login", "key": "temporal-schema"}},
    },
}
ALL = "ExecutionStatus IS NOT NULL"


@pytest.fixture
def search() -> Iterator[Deployment]:
    """The stack of the tests' OpenSearch, in a Kubernetes namespace that is there already."""
    text = (Path(__file__).parents[1] / "cluster" / "Pulumi.search.yaml").read_text()
    deployment = deployment_of(text, NAMESPACE)
    document = yaml.safe_load(text)
    document["config"]["temporal:kubernetes"]["createNamespace"] = False
    deployment.file.write_text(yaml.safe_dump(document))
    # The node that `up` would make is not there yet: any command makes it.
    deployment.command("up")
    deployment.kubectl("create", "namespace", NAMESPACE)
    try:
        deployment.up()
        yield deployment
    finally:
        ran = deployment.command("down")
        deployment.kubectl("delete", "namespace", NAMESPACE, OTHER, "--ignore-not-found")
    assert ran.code == 0, ran.err


def say(stack: Deployment, visibility: Mapping[str, object]) -> None:
    document = yaml.safe_load(stack.file.read_text())
    document["config"]["temporal:visibility"] = dict(visibility)
    stack.file.write_text(yaml.safe_dump(document))


def test_search_move(search: Deployment) -> None:
    """prepare, write-both, read-new, promote; stages left out are refused before anything changes."""
    old = {"kind": "opensearch", "index": "temporal_visibility_v1_search", "storage": "1Gi"}
    copy_node(search, OTHER)
    start_searchable(search, 200)
    search.temporal(
        *("schedule", "create", "--schedule-id", "nightly", "--interval", "24h"),
        *("--workflow-id", "nightly", "--type", "Nightly", "--task-queue", "nobody"),
    )
    found(search, {"WorkflowType = 'Searchable'": 200})
    for stage, count in (("prepare", 200), ("write-both", 250), ("read-new", 300)):
        if stage == "prepare":
            say(search, {**old, "move": {"to": STORE, "stage": "write-both"}})
            refused = search.command("up")
            assert refused.code == 1
            assert "temporal:visibility.move.stage: found 'write-both'; allowed: 'no move' or 'prepare'" in refused.err
        say(search, {**old, "move": {"to": STORE, "stage": stage}})
        search.up()
        found(search, {"WorkflowType = 'Searchable'": count, "CaseId = 'case-7'": count // 50})
        assert "nightly" in search.temporal("schedule", "list")
        start_searchable(search, 50)
        found(search, {"WorkflowType = 'Searchable'": count + 50})
    before = ids(search, ALL)
    say(search, STORE)
    search.up()
    found(search, {"WorkflowType = 'Searchable'": 350, "Amount >= 0 AND CaseId STARTS_WITH 'case-'": 350})
    assert before - ids(search, ALL) == set()
    assert "nightly" in search.temporal("schedule", "list")
    assert search.get("statefulsets")["items"][0]["metadata"]["name"] == "temporal-postgres"
    assert search.outputs["immutable"]["visibility"] == f"{STORE['url']}/{INDEX}"
