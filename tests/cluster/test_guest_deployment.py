"""A stack on what other people made: Kubernetes namespace, Secrets, PostgreSQL, certificates, a volume for the archive.

The database and the certificates are those of the tests' first stack, handed over as another team would: by name and
Secret. The proof ends where theirs do: one PostgreSQL pod, certificates that nobody renews while it runs. The volume is
one node's: all pods that share it are there.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.searching import found, start_searchable
from tests.cluster.stack import Deployment, deployment_of, until

NAMESPACE = "guest"
APPLICATION = "guest-app"
HANDED_OVER = {
    "internode": "temporal-internode-tls",
    "frontend": "temporal-frontend-tls",
    "client-ca": "temporal-client-ca",
    "client": "temporal-client-operator",
    "database-ca": "temporal-database-ca",
}
PASSWORDS = {"executions-password": "first", "visibility-password": "second", "owner-password": "third"}
ROLES = (
    "CREATE ROLE guest LOGIN PASSWORD 'first'",
    "CREATE ROLE guest_visibility LOGIN PASSWORD 'second'",
    "CREATE ROLE guest_owner LOGIN PASSWORD 'third'",
    "CREATE DATABASE guest OWNER guest",
    "CREATE DATABASE guest_visibility OWNER guest_owner",
)
CLAIM = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "archive", "namespace": NAMESPACE},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
RIGHTS = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE guest_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO guest_visibility"
)


@pytest.fixture(scope="module")
def guest(platform: Deployment) -> Iterator[Deployment]:
    """The stack's file at its place; nothing it needs is there yet."""
    deployment = deployment_of(Path(__file__).with_name("Pulumi.guest.yaml").read_text(), NAMESPACE)
    yield deployment
    assert deployment.command("down").code == 0
    deployment.kubectl("delete", "namespace", NAMESPACE, APPLICATION, "--ignore-not-found")
    for sql in ("DROP DATABASE IF EXISTS guest", "DROP DATABASE IF EXISTS guest_visibility"):
        platform.psql(sql)
    platform.psql("DROP ROLE IF EXISTS guest, guest_visibility, guest_owner")


def hand_over(platform: Deployment, source: str, name: str, namespace: str, target: str) -> None:
    """A Secret of the first stack as somebody else's."""
    secret = json.loads(platform.kubectl("-n", namespace, "get", "secret", source, "-o", "json"))
    copy = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": target},
        "type": secret["type"],
        "data": secret["data"],
    }
    platform.kubectl("apply", "-f", "-", stdin=json.dumps(copy))


def test_1_a_namespace_that_is_not_there_is_told(guest: Deployment) -> None:
    """The first `up` says what is missing before anything is deployed."""
    ran = guest.command("up")
    assert ran.code == 1
    assert "Kubernetes namespace guest does not exist, and Pulumi.guest.yaml says that it does" in ran.err
    assert "Traceback" not in ran.err


def test_2_it_runs_on_what_it_is_given(platform: Deployment, guest: Deployment) -> None:
    """`make up` ends with its smoke test: 100 executions over mutual TLS, in the given databases."""
    for namespace in (NAMESPACE, APPLICATION):
        guest.kubectl("create", "namespace", namespace)
    guest.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
    for name, source in HANDED_OVER.items():
        hand_over(platform, source, name, platform.namespace, NAMESPACE)
    hand_over(platform, "temporal-client", "given-client", "shop", APPLICATION)
    for name, password in PASSWORDS.items():
        guest.kubectl("-n", NAMESPACE, "create", "secret", "generic", name, f"--from-literal=password={password}")
    guest.kubectl("apply", "-f", "-", stdin=json.dumps(CLAIM))
    for sql in ROLES:
        platform.psql(sql)
    words = ["exec", "temporal-postgres-0", "--", "psql", "-X", "-d", "guest_visibility", "-c"]
    platform.kubectl("-n", platform.namespace, *words, RIGHTS)
    ran = guest.up()
    assert "100 of 100 workflow executions completed and checked" in ran.err
    assert guest.outputs["immutable"] == {
        "archival": "file:///archive/guest",
        "databases": ["guest", "guest_visibility"],
        "historyShardCount": 64,
        "searchAttributes": {"default": {"Amount": "Int", "CaseId": "Keyword"}},
        "visibility": "postgres",
        "visibilityMove": "",
        "visibilityStage": "",
        "aws": {},
        "rds": {},
        "operated": {},
    }
    assert guest.outputs["client"] == {"namespace": NAMESPACE, "name": "client"}
    assert [connection["secret"] for connection in guest.outputs["connections"]] == ["given-client"]


def test_3_it_makes_nothing_that_was_given(guest: Deployment) -> None:
    """No database, no certificate, no password of its own; every pod carries what the file says of all pods."""
    secrets = {secret["metadata"]["name"] for secret in guest.get("secrets")["items"]}
    assert secrets == HANDED_OVER.keys() | PASSWORDS.keys()
    assert guest.get("statefulsets")["items"] == []
    pods = guest.get("pods")["items"]
    assert {pod["metadata"]["annotations"]["team"] for pod in pods} == {"platform"}
    assert {pod["spec"]["nodeSelector"]["kubernetes.io/os"] for pod in pods} == {"linux"}
    history = guest.get("deployment", "temporal-history")["spec"]["template"]["spec"]
    assert history["terminationGracePeriodSeconds"] == 75
    (container,) = history["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "50m", "memory": "256Mi"},
        "limits": {"cpu": "2", "memory": "512Mi"},
    }
    shown = guest.kubectl("-n", NAMESPACE, "exec", "deployment/temporal-history", "--", "env").splitlines()
    assert {"PLAIN=said", "HIDDEN=first", "GOMEMLIMIT=460MiB"} <= set(shown)


def test_4_the_server_itself_finds_no_fault_with_its_dynamic_config(guest: Deployment) -> None:
    """The server's own check knows every key, type and constraint of the file; it only prints when it does not."""
    words = ["exec", "deployment/temporal-history", "--", "temporal-server", "validate-dynamic-config"]
    said = guest.kubectl("-n", NAMESPACE, *words, "/etc/temporal/dynamicconfig/dynamic.yaml", check=False)
    assert "error" not in said.lower()
    assert "warning" not in said.lower()
    broken = guest.kubectl("-n", NAMESPACE, *words, "/etc/temporal/config/server.yaml", check=False)
    assert "error" in broken.lower()


def test_5_what_a_living_database_cannot_take_is_refused(guest: Deployment) -> None:
    """Shards, databases, an older server, another archive, another type, all at once, by `make up`; the way back
    changes nothing."""
    said = guest.file.read_text()
    changed = said.replace("shards: 64", "shards: 128").replace("database: guest_visibility", "database: other")
    changed = changed.replace("prefix: guest", "prefix: other").replace("Amount: Int", "Amount: Double")
    guest.file.write_text(changed.replace("kind: self-hosted", "kind: self-hosted\n    version: 1.31.5"))
    ran = guest.command("up")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    for line in (
        "temporal:backend.shards: found 128; allowed: 64, which the database was made with",
        "temporal:database.visibility.database: found 'other'; allowed: 'guest_visibility', which holds the data",
        "temporal:backend.version: found '1.31.5'; allowed: '1.32.2' or newer",
        "temporal:namespaces[0].searchAttributes.Amount: found 'Double'; allowed: 'Int'",
        "temporal:archival: found 'file:///archive/other'; allowed: 'file:///archive/guest'",
    ):
        assert line in ran.err
    guest.file.write_text(said)
    assert "no changes" in guest.up().err


def test_6_the_application_gets_its_names(guest: Deployment) -> None:
    """The ConfigMap speaks of the served certificate's name; the Secret is the given one, untouched."""
    found = json.loads(guest.kubectl("-n", APPLICATION, "get", "configmap", "temporal-connection", "-o", "json"))
    assert found["data"]["TEMPORAL_TLS_SERVER_NAME"] == "temporal-frontend.platform.svc.cluster.local"
    given = json.loads(guest.kubectl("-n", APPLICATION, "get", "secret", "given-client", "-o", "json"))
    assert base64.b64decode(given["data"]["tls.crt"]).startswith(b"-----BEGIN CERTIFICATE-----")
    assert "app.kubernetes.io/managed-by" not in given["metadata"].get("labels", {})


def test_7_executions_are_found_by_their_attributes(guest: Deployment) -> None:
    """500 of them, in PostgreSQL."""
    start_searchable(guest, 500)
    found(guest)


def test_8_an_archived_history_is_read_back_after_its_execution_is_deleted(guest: Deployment) -> None:
    """One of the smoke test's: found among the archived by its type, deleted from the server, shown from the volume."""
    query = ("--archived", "--query", "WorkflowType = 'smoke'", "--limit", "1", "--output", "json")

    def archived() -> Any:
        return json.loads(guest.temporal("workflow", "list", *query) or "[]")

    until("executions are archived", lambda: bool(archived()), 120)
    execution = archived()[0]["execution"]
    one = ("--workflow-id", execution["workflowId"], "--run-id", execution["runId"])
    guest.temporal("workflow", "delete", *one)
    gone = "workflow execution not found"
    until("it is deleted", lambda: gone in guest.try_temporal("workflow", "describe", *one).err.lower(), 60)
    assert "WorkflowExecutionCompleted" in guest.temporal("workflow", "show", *one)
