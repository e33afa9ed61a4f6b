"""Proves what waits for what, from the dependencies the engine would get: it creates in this order, deletes in reverse.

The proof ends there: that a failed job really holds back what follows is seen on a cluster.
"""

import pytest

from tests.program import recording, stacks
from tests.program.recording import Recording, Registration

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
NAMESPACE = "kubernetes:core/v1:Namespace::temporal-namespace"
ROLES = "kubernetes:batch/v1:Job::temporal-database-roles"
SCHEMAS = {f"kubernetes:batch/v1:Job::temporal-server-schema-{store}" for store in ("temporal", "visibility")}
DEPLOYMENTS = {f"kubernetes:apps/v1:Deployment::temporal-server-{name}" for name in SERVICES}


def _of(found: Recording, key: str) -> Registration:
    type_, _, name = key.partition("::")
    return found.of(type_)[name]


def test_roles_after_the_database(local: Recording) -> None:
    service = "kubernetes:core/v1:Service::temporal-database-service"
    assert service in _of(local, ROLES).waits_for
    assert "kubernetes:apps/v1:StatefulSet::temporal-database" in _of(local, service).waits_for


@pytest.mark.parametrize("schema", sorted(SCHEMAS))
def test_schemas_after_roles(local: Recording, schema: str) -> None:
    assert ROLES in _of(local, schema).waits_for


@pytest.mark.parametrize("deployment", sorted(DEPLOYMENTS))
def test_servers_after_both_schemas(local: Recording, deployment: str) -> None:
    assert _of(local, deployment).waits_for >= SCHEMAS


def test_temporal_namespaces_after_all_servers(local: Recording) -> None:
    job = _of(local, "kubernetes:batch/v1:Job::temporal-namespaces")
    assert job.waits_for >= DEPLOYMENTS


def test_connections_after_temporal_namespaces(local: Recording) -> None:
    connection = _of(local, "temporal:connection:Connection::temporal-connection-demo")
    assert connection.waits_for == {"kubernetes:batch/v1:Job::temporal-namespaces"}


def test_ways_in_after_what_they_lead_to(local: Recording) -> None:
    """A Service waits for a ready endpoint: first in the order it would hold everything up."""
    frontend = _of(local, "kubernetes:core/v1:Service::temporal-frontend-way-in")
    ui = _of(local, "kubernetes:core/v1:Service::temporal-ui-way-in")
    assert "kubernetes:apps/v1:Deployment::temporal-server-frontend" in frontend.waits_for
    assert "kubernetes:apps/v1:Deployment::temporal-ui" in ui.waits_for


def test_no_workload_waits_for_its_own_service(local: Recording) -> None:
    """The Service waits for the workload's endpoints: a dead-lock."""
    for deployment in local.of("kubernetes:apps/v1:Deployment").values():
        assert not [key for key in deployment.waits_for if key.startswith("kubernetes:core/v1:Service::")]


def test_jobs_after_their_scripts(local: Recording) -> None:
    for job in local.of("kubernetes:batch/v1:Job").values():
        assert f"kubernetes:core/v1:ConfigMap::{job.name}-script" in job.waits_for


def test_everything_of_an_installation_after_its_namespace_and_gone_with_it(local: Recording) -> None:
    """Each namespaced object, or the nearest component above it that the engine hands options down from."""
    by_key = {f"{r.type}::{r.name}": r for r in local.registrations}

    def inherits(registration: Registration, option: str) -> bool:
        here: Registration | None = registration
        while here is not None:
            if option == "waits" and NAMESPACE in here.waits_for:
                return True
            if option == "gone" and here.deleted_with.endswith(f"${NAMESPACE}"):
                return True
            here = by_key.get(here.parent.split("$")[-1])
        return False

    inside = [r for r in local.registrations if r.inputs.get("metadata", {}).get("namespace") == "local"]
    assert len(inside) > 40
    assert [r.name for r in inside if not inherits(r, "waits")] == []
    assert [r.name for r in inside if not inherits(r, "gone")] == []


def test_no_service_waits_for_pods_that_come_later(local: Recording) -> None:
    """A Service waits for ready pods; were it first, a failure before its pods would be told ten minutes late."""
    behind = {
        "temporal-ui-service": "kubernetes:apps/v1:Deployment::temporal-ui",
        **{
            f"temporal-server-{name}-service": f"kubernetes:apps/v1:Deployment::temporal-server-{name}"
            for name in ("frontend", "internal-frontend", "history", "matching", "worker")
        },
    }
    services = local.of("kubernetes:core/v1:Service")
    assert {name: workload in services[name].waits_for for name, workload in behind.items()} == dict.fromkeys(
        behind, True
    )


def test_services_roll_one_after_the_other(local: Recording) -> None:
    """Each Deployment waits for exactly one other; one that fails holds back those behind it, and their files."""
    before = {
        name: _of(local, f"kubernetes:apps/v1:Deployment::temporal-server-{name}").waits_for & DEPLOYMENTS
        for name in SERVICES
    }
    order = ("frontend", "internal-frontend", "matching", "worker", "history")
    assert before == {
        name: {f"kubernetes:apps/v1:Deployment::temporal-server-{previous}"} if previous else set()
        for previous, name in zip((None, *order), order, strict=False)
    }
    for name in SERVICES:
        file = _of(local, f"kubernetes:core/v1:ConfigMap::temporal-server-{name}-config")
        assert file.waits_for & DEPLOYMENTS == before[name]


SEARCH_SCHEMA = "kubernetes:batch/v1:Job::temporal-server-schema-search"
SEARCH_TARGET = "kubernetes:batch/v1:Job::temporal-server-schema-search-target"
OPENSEARCH = "kubernetes:core/v1:Service::temporal-visibility-service"
REFILL = "kubernetes:batch/v1:Job::temporal-refill"


def test_the_index_after_opensearch_and_servers_after_both_indexes(moving: Recording) -> None:
    """Another store, which is somebody else's, is there."""
    assert "kubernetes:apps/v1:StatefulSet::temporal-visibility" in _of(moving, OPENSEARCH).waits_for
    assert OPENSEARCH in _of(moving, SEARCH_SCHEMA).waits_for
    assert OPENSEARCH not in _of(moving, SEARCH_TARGET).waits_for
    before = {"kubernetes:batch/v1:Job::temporal-server-schema-temporal", SEARCH_SCHEMA, SEARCH_TARGET}
    for deployment in DEPLOYMENTS:
        assert _of(moving, deployment).waits_for >= before


def test_another_index_of_opensearch_waits_for_it_too() -> None:
    found = recording.run(stacks.opensearch(move=stacks.move("prepare")))
    assert OPENSEARCH in _of(found, SEARCH_TARGET).waits_for


def test_a_new_store_is_filled_when_every_server_writes_to_it_and_knows_its_attributes(moving: Recording) -> None:
    refill = _of(moving, REFILL)
    assert refill.waits_for >= DEPLOYMENTS | {"kubernetes:batch/v1:Job::temporal-namespaces"}


def test_opensearch_nodes_find_each_other_before_any_is_ready(moving: Recording) -> None:
    nodes = "kubernetes:core/v1:Service::temporal-visibility-nodes-service"
    assert nodes in _of(moving, "kubernetes:apps/v1:StatefulSet::temporal-visibility").waits_for
    service = _of(moving, nodes).inputs
    assert service["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    assert service["spec"]["publishNotReadyAddresses"] is True
