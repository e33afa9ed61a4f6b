"""Databases of operators on the real API server, with the operators' real CustomResourceDefinitions.

The proof ends at the operators, whose part threads of the tests play (see postgres_operators.py): a replica, a failover
or a backup was not seen here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from commands.tests_node import NODE
from embedded import node
from embedded.progress import Progress
from tests.cluster.served import pods
from tests.cluster.stack import Deployment, deployment_of
from tests.drills.postgres_operators import CloudNativePg, Operator, Zalando, definitions

STACK = """\
config:
  temporal:name: {name}
  temporal:size: dev
  temporal:kubernetes: {{context: embedded, nodeAddress: 198.18.0.2, adoptExistingObjects: true}}
  temporal:backend: {{kind: self-hosted, shards: 4}}
  temporal:database: {database}
  temporal:tls: {{kind: generated}}
  temporal:access: {{frontend: {{kind: node-port}}}}
  temporal:namespaces: [{{name: default, retention: 3d}}]
"""
WORDS = {"instances": 1, "storage": "1Gi", "parameters": {"work_mem": "8MB"}, "environment": {"WORD": "said"}}


@pytest.fixture(scope="module")
def installed() -> Iterator[Deployment]:
    """A node with the definitions."""
    node.up(node.NodeConfig.from_environment(NODE), Progress())
    anywhere = deployment_of("config: {}", "nowhere")
    files = definitions()
    anywhere.kubectl("apply", "--server-side", "-f", "-", stdin=files)
    names = [f"crd/{each['metadata']['name']}" for each in yaml.safe_load_all(files) if each]
    anywhere.kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)
    yield anywhere
    anywhere.kubectl("delete", "--ignore-not-found", *names)


@contextmanager
def operated(name: str, database: dict[str, Any], kind: type[Operator]) -> Iterator[tuple[Deployment, Operator]]:
    """A stack while it is up, and whoever plays its operator."""
    text = STACK.format(name=name, database=yaml.safe_dump({**database, **WORDS}, default_flow_style=True).strip())
    deployment = deployment_of(text, name)
    found = node.find(node.NodeConfig.from_environment(NODE))
    assert found is not None
    try:
        with kind(found.kubeconfig, name) as operator:
            ran = deployment.up()
            assert "100 of 100 workflow executions completed and checked" in ran.err
            assert "unknown field" not in ran.err
            yield deployment, operator
    finally:
        ran = deployment.command("down")
    assert ran.code == 0, ran.err


def psql(deployment: Deployment, pod: str, sql: str, database: str = "postgres") -> list[str]:
    words = ["exec", pod, "--", "psql", "-XAt", "-d", database, "-c", sql]
    return deployment.kubectl("-n", deployment.namespace, *words).splitlines()


def users_come_in_by_tls_and_own_nothing(deployment: Deployment, pod: str) -> None:
    """The server's users, each in its own database; tables are the owners'; nobody is more than he must be."""
    connected = psql(
        deployment,
        pod,
        "SELECT DISTINCT usename, datname, ssl, version FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)"
        " WHERE usename LIKE 'temporal%' ORDER BY usename",
    )
    assert connected == ["temporal|temporal|t|TLSv1.3", "temporal_visibility|temporal_visibility|t|TLSv1.3"]
    for database in ("temporal", "temporal_visibility"):
        tables = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        assert psql(deployment, pod, tables, database) == [f"{database}_owner"]
        rights = (
            f"SELECT has_schema_privilege('{database}', 'public', 'CREATE'),"
            f" has_database_privilege('{database}', '{database}', 'CREATE')"
        )
        assert psql(deployment, pod, rights, database) == ["f|f"]
    other = "SELECT has_database_privilege('temporal', 'temporal_visibility', 'CONNECT')"
    assert psql(deployment, pod, other) == ["f"]
    assert psql(deployment, pod, "SELECT rolname FROM pg_roles WHERE rolsuper OR rolcreaterole OR rolcreatedb") == [
        "postgres"
    ]
    assert psql(deployment, pod, "SHOW work_mem") == ["8MB"]
    assert deployment.kubectl("-n", deployment.namespace, "exec", pod, "--", "printenv", "WORD").strip() == "said"


def grants(deployment: Deployment) -> str:
    """What the last grants job said."""
    jobs = [job["metadata"]["name"] for job in deployment.get("jobs")["items"]]
    [name] = [job for job in jobs if job.startswith("temporal-database-grants-")]
    return deployment.kubectl("-n", deployment.namespace, "logs", f"job/{name}")


def test_zalando(installed: Deployment) -> None:
    """Roles, databases and passwords of the operator; a certificate of the stack; pods that are not `restricted`."""
    del installed
    database = {"kind": "zalando", "spread": {"zones": "off", "hosts": "off"}}
    database["logicalBackup"] = {"retention": "14 days"}
    with operated("zalando", database, Zalando) as (deployment, _):
        pod = "temporal-postgres-0"
        users_come_in_by_tls_and_own_nothing(deployment, pod)
        assert grants(deployment).splitlines()[-2:] == [
            "database temporal: owner temporal_owner, user temporal",
            "database temporal_visibility: owner temporal_visibility_owner, user temporal_visibility",
        ]
        ran = deployment.up()
        assert "no changes" in ran.err


def test_cloudnative_pg(installed: Deployment) -> None:
    """Passwords of the stack, a certificate of the operator; passwords rotate without a restart."""
    del installed
    database: dict[str, Any] = {"kind": "cloudnative-pg"}
    database["backup"] = {"store": {"kind": "s3", "path": "s3://orders-backup", "endpoint": "https://s3.example.com"}}
    with operated("cnpg", database, CloudNativePg) as (deployment, operator):
        assert isinstance(operator, CloudNativePg)
        pod = "temporal-postgres-1"
        users_come_in_by_tls_and_own_nothing(deployment, pod)
        before, running = dict(operator.passwords), pods(deployment)
        text = deployment.file.read_text()
        deployment.file.write_text(re.sub(r"kind: cloudnative-pg", "kind: cloudnative-pg, passwordRotation: 1", text))
        ran = deployment.up()
        assert "100 of 100 workflow executions completed and checked" in ran.err
        assert pods(deployment) == running
        assert len(before) == 4
        assert not set(before.values()) & set(operator.passwords.values())
