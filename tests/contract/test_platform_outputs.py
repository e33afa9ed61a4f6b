"""Proves that the contract's names are frozen, that it reads what it wrote, and that consumers need no Pulumi for it.

That a deployed stack exports exactly this is seen in tests/program, and on a cluster by `make up`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract import (
    CONTRACT_VERSION,
    ApplicationDatabaseReference,
    ConnectionReference,
    EndpointReference,
    ImmutableFacts,
    MetricsReference,
    PlatformOutputs,
    SecretReference,
    WorkspaceReference,
)

ROOT = Path(__file__).resolve().parents[2]

WRITTEN: dict[str, Any] = {
    "contractVersion": 1,
    "backend": "self-hosted",
    "name": "local",
    "serverVersion": "1.32.2",
    "address": "temporal-frontend.local.svc:7233",
    "externalAddress": None,
    "tlsServerName": "temporal-frontend.local.svc.cluster.local",
    "uiAddress": None,
    "namespaces": ["default"],
    "endpoints": {
        "default": {
            "address": "temporal-frontend.local.svc:7233",
            "tlsServerName": "temporal-frontend.local.svc.cluster.local",
        }
    },
    "clientAuthority": None,
    "client": {"namespace": "local", "name": "temporal-client-operator"},
    "connections": [
        {
            "kubernetesNamespace": "demo",
            "temporalNamespace": "default",
            "configMap": "temporal-connection",
            "secret": "temporal-client",
            "address": "temporal-frontend.local.svc:7233",
            "tlsServerName": "temporal-frontend.local.svc.cluster.local",
        }
    ],
    "databaseReaders": {"reporting": "reader.example.com:5433"},
    "applicationDatabases": {
        "orders": {
            "kubernetesNamespace": "demo",
            "secret": "database-orders",
            "host": "orders.example.com",
            "port": 5433,
            "database": "orders",
            "readers": {"reporting": "reader.example.com"},
            "immutable": {"identifier": "temporal-local-orders", "database": "orders"},
        }
    },
    "metrics": {
        "kind": "bundled",
        "installation": "local",
        "prometheus": "https://temporal-prometheus.local.svc:9090",
        "client": {"namespace": "local", "name": "temporal-monitoring-tls"},
        "grafana": "https://temporal-grafana.local.svc:3000",
        "workspace": {
            "url": "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1",
            "arn": "arn:aws:aps:eu-central-1:123456789012:workspace/ws-1",
            "region": "eu-central-1",
            "topic": "arn:aws:sns:eu-central-1:123456789012:temporal-local-alerts",
        },
    },
    "immutable": {
        "historyShardCount": 128,
        "databases": ["temporal", "temporal_visibility"],
        "searchAttributes": {"default": {"CaseId": "Keyword"}},
        "archival": "s3://archive",
        "aws": {"account": "123456789012", "region": "eu-central-1", "key": "created"},
        "rds": {"identifier": "temporal-local", "type": "instance"},
        "operated": {"kind": "zalando", "version": "17"},
        "visibility": "https://search.example.com/temporal_visibility_v1",
        "visibilityMove": "https://search.example.com/temporal_visibility_v1_new",
        "visibilityStage": "write-both",
    },
}
READ = PlatformOutputs(
    backend="self-hosted",
    name="local",
    server_version="1.32.2",
    address="temporal-frontend.local.svc:7233",
    external_address=None,
    tls_server_name="temporal-frontend.local.svc.cluster.local",
    ui_address=None,
    namespaces=["default"],
    endpoints={
        "default": EndpointReference(
            address="temporal-frontend.local.svc:7233", tls_server_name="temporal-frontend.local.svc.cluster.local"
        )
    },
    client=SecretReference(namespace="local", name="temporal-client-operator"),
    connections=(
        ConnectionReference(
            kubernetes_namespace="demo",
            temporal_namespace="default",
            config_map="temporal-connection",
            secret="temporal-client",
            address="temporal-frontend.local.svc:7233",
            tls_server_name="temporal-frontend.local.svc.cluster.local",
        ),
    ),
    database_readers={"reporting": "reader.example.com:5433"},
    application_databases={
        "orders": ApplicationDatabaseReference(
            kubernetes_namespace="demo",
            secret="database-orders",
            host="orders.example.com",
            port=5433,
            database="orders",
            readers={"reporting": "reader.example.com"},
            immutable={"identifier": "temporal-local-orders", "database": "orders"},
        )
    },
    metrics=MetricsReference(
        kind="bundled",
        installation="local",
        prometheus="https://temporal-prometheus.local.svc:9090",
        client=SecretReference(namespace="local", name="temporal-monitoring-tls"),
        grafana="https://temporal-grafana.local.svc:3000",
        workspace=WorkspaceReference(
            url="https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1",
            arn="arn:aws:aps:eu-central-1:123456789012:workspace/ws-1",
            region="eu-central-1",
            topic="arn:aws:sns:eu-central-1:123456789012:temporal-local-alerts",
        ),
    ),
    immutable=ImmutableFacts(
        history_shard_count=128,
        databases=["temporal", "temporal_visibility"],
        search_attributes={"default": {"CaseId": "Keyword"}},
        archival="s3://archive",
        aws={"account": "123456789012", "region": "eu-central-1", "key": "created"},
        rds={"identifier": "temporal-local", "type": "instance"},
        operated={"kind": "zalando", "version": "17"},
        visibility="https://search.example.com/temporal_visibility_v1",
        visibility_move="https://search.example.com/temporal_visibility_v1_new",
        visibility_stage="write-both",
    ),
)


def test_version_1_is_these_names() -> None:
    """A red test here is a change for every consumer: an addition goes into the table, the rest raises the version."""
    assert CONTRACT_VERSION == 1
    assert READ.exports() == WRITTEN


def test_reads_what_the_engine_prints() -> None:
    assert PlatformOutputs.read(json.loads(json.dumps(WRITTEN))) == READ


def test_floats_of_a_stack_reference_are_whole_numbers() -> None:
    outputs = {**WRITTEN, "contractVersion": 1.0}
    outputs["immutable"] = {**WRITTEN["immutable"], "historyShardCount": 128.0}
    found = PlatformOutputs.read(outputs)
    assert found.immutable is not None
    assert (repr(found.contract_version), repr(found.immutable.history_shard_count)) == ("1", "128")


def test_the_engine_leaves_out_what_is_null() -> None:
    assert PlatformOutputs.read({key: value for key, value in WRITTEN.items() if value is not None}) == READ


def test_a_stack_from_before_an_addition_can_be_read() -> None:
    """It has neither search attributes nor an archive nor anything on AWS, and searches its PostgreSQL."""
    added = ("searchAttributes", "archival", "aws", "visibility", "visibilityMove", "visibilityStage")
    before = {key: value for key, value in WRITTEN["immutable"].items() if key not in added}
    found = PlatformOutputs.read({**WRITTEN, "immutable": before}).immutable
    assert found is not None
    assert (found.search_attributes, found.archival, found.aws) == ({}, "", {})
    assert (found.visibility, found.visibility_move, found.visibility_stage) == ("postgres", "", "")


def test_a_stack_of_temporal_cloud_can_be_read() -> None:
    """It has no server of its own, and nothing that could not change."""
    absent = ("serverVersion", "immutable")
    cloud = {key: value for key, value in WRITTEN.items() if key not in absent} | {"backend": "cloud"}
    found = PlatformOutputs.read(cloud)
    assert (found.backend, found.server_version, found.immutable) == ("cloud", None, None)


def test_a_connection_from_before_its_address_has_the_stacks_own() -> None:
    [connection] = WRITTEN["connections"]
    before = {key: value for key, value in connection.items() if key not in ("address", "tlsServerName")}
    other = {**before, "kubernetesNamespace": "shop", "address": "shop.example.com:7233", "tlsServerName": "shop"}
    found = PlatformOutputs.read({**WRITTEN, "connections": [before, other]})
    assert [(each.address, each.tls_server_name) for each in found.connections] == [
        (WRITTEN["address"], WRITTEN["tlsServerName"]),
        ("shop.example.com:7233", "shop"),
    ]


def test_metrics_of_an_operator_have_no_prometheus_of_the_stacks_own() -> None:
    written = {"kind": "operator", "installation": "local", "prometheus": "", "grafana": ""}
    found = PlatformOutputs.read({**WRITTEN, "metrics": written})
    assert found.metrics == MetricsReference(kind="operator", installation="local")
    assert found.exports()["metrics"] == written


def test_a_missing_key_of_what_a_prometheus_wants_is_named_by_its_path() -> None:
    metrics = {**WRITTEN["metrics"], "client": {"namespace": "local"}}
    with pytest.raises(KeyError, match=r"^'metrics\.client\.name'$"):
        PlatformOutputs.read({**WRITTEN, "metrics": metrics})


def test_the_connection_of_an_application() -> None:
    assert READ.connection("demo") is READ.connections[0]
    with pytest.raises(LookupError) as raised:
        READ.connection("shop")
    assert str(raised.value) == (
        "no entry of connections is for Kubernetes namespace shop; there are: demo. Add it to temporal:applications"
    )


def test_outputs_of_later_additions_are_ignored() -> None:
    assert PlatformOutputs.read({**WRITTEN, "dashboards": []}) == READ


@pytest.mark.parametrize(("found", "shown"), [(2, "2"), (2.0, "2"), ("1", "1"), (None, "None")])
def test_another_version_is_refused(found: Any, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^the stack speaks contract version {shown}, this package 1$"):
        PlatformOutputs.read({**WRITTEN, "contractVersion": found})


def test_a_missing_output_is_named() -> None:
    with pytest.raises(KeyError, match=r"^'tlsServerName'$"):
        PlatformOutputs.read({key: value for key, value in WRITTEN.items() if key != "tlsServerName"})


@pytest.mark.parametrize(
    ("output", "key", "path"),
    [
        ("client", "namespace", "client.namespace"),
        ("connections", "secret", "connections[1].secret"),
        ("metrics", "installation", "metrics.installation"),
        ("immutable", "databases", "immutable.databases"),
        ("applicationDatabases", "secret", "applicationDatabases.orders.secret"),
    ],
)
def test_a_missing_key_is_named_by_its_path(output: str, key: str, path: str) -> None:
    def without(value: Any) -> Any:
        return {name: each for name, each in value.items() if name != key}

    whole = WRITTEN[output]
    broken = [*whole, without(whole[0])] if isinstance(whole, list) else without(whole)
    if output == "applicationDatabases":
        broken = {name: without(each) for name, each in whole.items()}
    with pytest.raises(KeyError, match=f"^'{re.escape(path)}'$"):
        PlatformOutputs.read({**WRITTEN, output: broken})


def test_consumers_need_no_pulumi() -> None:
    """A fresh interpreter in which nothing but the standard library can be imported reads the outputs."""
    program = (
        "import json, sys\n"
        "class OnlyStandard:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        top = name.partition('.')[0]\n"
        "        if top != 'contract' and top not in sys.stdlib_module_names:\n"
        "            raise ImportError(f'{name} is not for consumers')\n"
        "sys.meta_path.insert(0, OnlyStandard())\n"
        "from contract import PlatformOutputs\n"
        "print(PlatformOutputs.read(json.load(sys.stdin)).client.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input=json.dumps(WRITTEN),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "temporal-client-operator\n", "")


def test_every_output_is_documented() -> None:
    text = (ROOT / "docs" / "outputs.md").read_text()
    nested = [
        key
        for value in (WRITTEN["client"], WRITTEN["connections"][0], WRITTEN["metrics"], WRITTEN["immutable"])
        for key in value
    ]
    assert [name for name in WRITTEN if f"| `{name}` |" not in text] == []
    assert [key for key in nested if key not in text] == []
