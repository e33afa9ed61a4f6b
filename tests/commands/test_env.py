"""`make env`: exact lines, private files, and each thing that can be missing."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from commands import env, forward, stackfile
from commands.forward import Service
from embedded.progress import Progress
from tests.commands.checkout import Checkout
from tests.commands.conftest import SECRET


def test_lines_and_files(deployed: Checkout, tmp_path: Path) -> None:
    """A shell that evaluates the lines has the client's environment; the key is readable by the person alone."""
    (tmp_path / "tools").mkdir()
    shutil.copy("/bin/true", tmp_path / "tools" / "temporal")
    path = f"{tmp_path / 'tools'}:{deployed.environment({})['PATH']}"
    ran = deployed.run("env", STACK="small", NAMESPACE="orders", PATH=path)
    assert ran.code == 0, ran.err
    folder = deployed.folder("small") / "client"
    assert ran.out.splitlines() == [
        "export TEMPORAL_ADDRESS=198.51.100.7:30733",
        "export TEMPORAL_NAMESPACE=orders",
        "export TEMPORAL_TLS=true",
        f"export TEMPORAL_TLS_CLIENT_CERT_PATH={folder}/client.pem",
        f"export TEMPORAL_TLS_CLIENT_KEY_PATH={folder}/client.key",
        f"export TEMPORAL_TLS_SERVER_CA_CERT_PATH={folder}/ca.pem",
        "export TEMPORAL_TLS_SERVER_NAME='frontend of small'",
    ]
    assert ran.err == ""
    assert {file.name: file.read_text() for file in folder.iterdir()} == {
        "ca.pem": SECRET["ca.crt"],
        "client.pem": SECRET["tls.crt"],
        "client.key": SECRET["tls.key"],
    }
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    shown = subprocess.run(
        ["sh", "-c", f'{ran.out}\nprintf %s "$TEMPORAL_TLS_SERVER_NAME"'], capture_output=True, text=True, check=True
    )
    assert shown.stdout == "frontend of small"


def test_unknown_namespace(deployed: Checkout) -> None:
    """The stack's own namespaces are offered; no key is written."""
    shutil.rmtree(deployed.folder("small") / "client")
    ran = deployed.run("env", STACK="small", NAMESPACE="payments")
    assert ran.err == (
        "make env: stack small has no Temporal namespace 'payments'. Choose one: NAMESPACE=default|orders\n"
    )
    assert (ran.code, ran.out) == (1, "")
    assert not (deployed.folder("small") / "client").exists()


def test_cluster_that_does_not_answer(deployed: Checkout) -> None:
    """The kubeconfig leads nowhere: says which context, writes nothing to stdout."""
    kubeconfig = deployed.root / "kubeconfig"
    kubeconfig.write_text(kubeconfig.read_text().replace("cluster: tried", "cluster: nowhere"))
    ran = deployed.run("env", STACK="small")
    assert ran.err == "make env: the cluster of context tried does not answer. Is it running?\n"
    assert (ran.code, ran.out) == (1, "")


def test_secret_that_is_gone(deployed: Checkout) -> None:
    """The Secret that the outputs name is not there."""
    state = deployed.folder("small") / "backend/.pulumi/stacks/temporal/small.json"
    state.write_text(state.read_text().replace("temporal-client-operator", "temporal-client-lost"))
    ran = deployed.run("env", STACK="small")
    assert ran.err == (
        "make env: the Secret small/temporal-client-lost cannot be read in cluster tried: 404 Not Found. "
        "Repeat `make up`.\n"
    )


@pytest.mark.parametrize(
    ("outside", "expected", "words"),
    [
        ("198.51.100.7:30733", "198.51.100.7:30733", ""),
        ("[::1]:30733", "[::1]:30733", ""),
        ("localhost:7233", "localhost:7233", ""),
        ("temporal.invalid:7233", "127.0.0.1:40123", "this machine's DNS does not know temporal.invalid (yet)"),
    ],
)
def test_a_name_that_this_machine_does_not_know(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outside: str, expected: str, words: str
) -> None:
    """The record of a new load balancer comes later: until then a port-forward leads there."""
    file = tmp_path / "Pulumi.small.yaml"
    file.write_text("config: {}\n")
    stack = stackfile.read("small", file, tmp_path / "state")
    monkeypatch.setattr(forward, "address", lambda _stack, inside, _progress: f"127.0.0.1:40123 {inside}")
    found = {"address": "temporal-frontend.small.svc:7233", "externalAddress": outside}
    said = io.StringIO()
    forwarded = "" if outside == expected else " temporal-frontend.small.svc:7233"
    assert env._address(found, stack, Progress(said)) == f"{expected}{forwarded}"
    assert words in said.getvalue()
    assert bool(words) == bool(said.getvalue())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("temporal-frontend.local:7233", Service("temporal-frontend", "local", 7233)),
        ("temporal-frontend.local.svc.cluster.local:7233", Service("temporal-frontend", "local", 7233)),
    ],
)
def test_service_of_an_address(address: str, expected: Service) -> None:
    """The outputs name the frontend as a client in the cluster does."""
    assert Service.parse(address) == expected
