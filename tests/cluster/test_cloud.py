"""Proves that a stack of Temporal Cloud gives applications what they need, against a server that stands in for it: one
that asks for certificates, and one that asks for an API key. The application's pod is the same both times, and the same
as with a server of the stack's own.

What only Temporal Cloud itself can show: its endpoints' names, that it takes the stack's authority, its own API keys.
Each step goes on from the one before.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from embedded import toolchain
from embedded.progress import Progress
from tests.cluster.other_temporal import OtherTemporal
from tests.cluster.stack import Deployment, deployment_of, until
from tests.drills.issuing import Authority, pem
from versions import ADMIN_TOOLS_IMAGE

TEMPORAL = "orders.a1b2c"
PORT = 7600
PASSPHRASE = "what only this test knows"
CERTIFICATES = {"kind": "mtls", "certificates": {"kind": "generated"}}
KEY = {"kind": "api-key"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherTemporal]:
    """What stands in for Temporal Cloud, not running yet. This machine trusts its authority."""
    folder = tmp_path_factory.mktemp("cloud")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "authority.crt"))
        yield OtherTemporal(folder, Authority.new("public"), f"{TEMPORAL}.tmprl.cloud", PORT)


def stack_of(server: OtherTemporal, name: str, authentication: dict[str, Any]) -> Deployment:
    """A stack that uses it."""
    config = {
        "name": name,
        "kubernetes": {"context": "embedded", "adoptExistingObjects": True},
        "backend": {
            "kind": "cloud",
            "endpoint": {"kind": "address", "host": server.host, "port": PORT, "serverName": server.server_name},
            "authentication": authentication,
        },
        "namespaces": [{"name": TEMPORAL}],
        "applications": [{"namespace": f"{name}-shop", "temporalNamespace": TEMPORAL, "createNamespace": True}],
    }
    return deployment_of(yaml.safe_dump({"config": {f"temporal:{key}": value for key, value in config.items()}}), name)


@pytest.fixture(scope="module")
def certified(server: OtherTemporal) -> Iterator[Deployment]:
    """A stack whose clients show certificates that it makes."""
    stack = stack_of(server, "certified", CERTIFICATES)
    yield stack
    ran = stack.command("down")
    assert ran.code == 0, ran.err


def application_runs(stack: Deployment, server: OtherTemporal, workflow: str) -> str:
    """What a pod of the application says that starts an execution with the documented mounts alone, and, for this
    machine's Cloud has no public authority, with the authority."""
    [reference] = stack.outputs["connections"]
    place = reference["kubernetesNamespace"]
    authority = (server.folder / "authority.crt").read_text()
    public = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"ca.crt": authority}}
    container = {
        "name": "application",
        "image": ADMIN_TOOLS_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "command": ["temporal", "workflow", "start", "--type", "Order", "--task-queue", "nobody"],
        "args": ["--workflow-id", workflow],
        "env": [
            {"name": "HOME", "value": "/tmp"},  # noqa: S108
            {"name": "SSL_CERT_FILE", "value": "/public/ca.crt"},
        ],
        "envFrom": [{"configMapRef": {"name": reference["configMap"]}}],
        "volumeMounts": [
            {"name": "client", "mountPath": "/etc/temporal/client"},
            {"name": "public", "mountPath": "/public"},
        ],
    }
    spec = {
        "restartPolicy": "Never",
        "securityContext": {"runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000},
        "containers": [container],
        "volumes": [
            {"name": "client", "secret": {"secretName": reference["secret"], "defaultMode": 0o440}},
            {"name": "public", "configMap": {"name": "public"}},
        ],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": spec}
    for name, made in (("public", public), (workflow, pod)):
        stack.kubectl("apply", "-f", "-", stdin=json.dumps({**made, "metadata": {"name": name, "namespace": place}}))
    words = ("-n", place, "get", "pod", workflow, "-o", "jsonpath={.status.phase}")
    until("the application's pod ended", lambda: stack.kubectl(*words) in ("Succeeded", "Failed"))
    return stack.kubectl("-n", place, "logs", workflow)


def is_there(stack: Deployment, server: OtherTemporal, workflow: str) -> bool:
    """Whether people of the stack see the execution."""
    return server.cli("workflow", "describe", "--workflow-id", workflow, **stack.client(TEMPORAL)).code == 0


def test_1_the_authority_is_told_before_anybody_gets_in(certified: Deployment, server: OtherTemporal) -> None:
    """Nobody knows the stack's authority yet: it is deployed, the smoke test says where it did not get, and the outputs
    have what the other side must be told."""
    with server.running(clients=pem(Authority.new("somebody else").certificate).decode()):
        ran = certified.command("up")
    assert ran.code == 1
    assert "deployed, but the smoke test failed" in ran.err
    assert f"no connection to {server.host}:{PORT}, namespace {TEMPORAL}" in ran.err
    outputs = json.loads(certified.command("outputs").out)
    assert outputs["clientAuthority"].startswith("-----BEGIN CERTIFICATE-----")
    assert (outputs["backend"], outputs["namespaces"]) == ("cloud", [TEMPORAL])
    assert not {"serverVersion", "immutable"} & set(outputs)


def test_2_certificates_of_the_stack_are_taken(certified: Deployment, server: OtherTemporal) -> None:
    """By the smoke test, by people, by an application."""
    clients = json.loads(certified.command("outputs").out)["clientAuthority"]
    shown = {key: value for key, value in certified.client(TEMPORAL).items() if key.startswith("TEMPORAL_TLS_CLIENT")}
    with server.running(clients=clients):
        server.make_namespace(TEMPORAL, **shown)
        ran = certified.up()
        assert "100 of 100 workflow executions completed and checked" in ran.err
        assert "no changes" in ran.err
        said = application_runs(certified, server, "by-certificate")
        assert is_there(certified, server, "by-certificate"), said
        assert server.cli("workflow", "list", "--namespace", TEMPORAL).code == 1, "without a certificate"


def test_3_a_shell_has_nothing_to_run_in(certified: Deployment) -> None:
    ran = certified.command("shell", COMMAND="true")
    assert ran.code == 1
    assert "uses Temporal Cloud: nothing of Temporal runs in its cluster" in ran.err


def encrypt(file: Path, key: str, folder: Path) -> None:
    """`pulumi config set --secret`, as a person with a passphrase of their own does it."""
    pulumi = toolchain.ensure(["pulumi"], Progress()).path("pulumi")
    (folder / "Pulumi.yaml").write_text("name: temporal\nruntime: python\n")
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "PULUMI_BACKEND_URL": f"file://{folder}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    setting = ("config", "set", "--secret", "temporal:cloudApiKey", key, "--config-file", str(file), "--stack", "keyed")
    for words in (("stack", "init", "keyed"), setting):
        subprocess.run([str(pulumi), *words, "--cwd", str(folder)], env=environment, check=True, capture_output=True)


@pytest.fixture
def keyed(server: OtherTemporal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """A stack whose clients show an API key, which its file holds encrypted."""
    stack = stack_of(server, "keyed", KEY)
    encrypt(stack.file, server.key, tmp_path)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", PASSPHRASE)
    yield stack
    ran = stack.command("down")
    assert ran.code == 0, ran.err


def test_4_an_api_key_is_taken(keyed: Deployment, server: OtherTemporal) -> None:
    """By the same three. It is in Secrets and in no other place that anybody can read."""
    assert server.key not in keyed.file.read_text()
    with server.running(clients=""):
        server.make_namespace(TEMPORAL, TEMPORAL_API_KEY=server.key)
        ran = keyed.up()
        assert "100 of 100 workflow executions completed and checked" in ran.err
        said = application_runs(keyed, server, "by-key")
        assert is_there(keyed, server, "by-key"), said
        refused = server.cli("workflow", "list", "--namespace", TEMPORAL)
        assert "unauthorized" in refused.err.lower(), "without a key"
    assert server.key not in ran.out + ran.err
    assert server.key not in keyed.kubectl("get", "configmaps", "--all-namespaces", "-o", "json")
    assert server.key not in keyed.command("outputs", SHOW_SECRETS="1").out
