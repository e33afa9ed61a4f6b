"""A stack of cert-manager's on the real API server, with cert-manager's real CustomResourceDefinitions.

The proof ends at the controller, whose part a thread of the test plays: see issuing.py. Each step goes on from the one
before.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from commands import session, stackfile
from commands.errors import CommandError
from commands.tests_node import NODE
from embedded import node
from embedded.progress import Progress
from tests.cluster.go_modules import CERT_MANAGER, manifests
from tests.cluster.served import hurry, pods, serials
from tests.cluster.stack import Deployment, deployment_of, until
from tests.drills.issuing import Player

NAMESPACE = "issued"
APPLICATION = "issued-app"
ISSUER = {"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": {"name": "company"}}


@pytest.fixture(scope="module")
def definitions() -> str:
    """cert-manager's CustomResourceDefinitions, from its Go module."""
    return manifests({CERT_MANAGER: ["deploy/crds/*.yaml"]})


@pytest.fixture(scope="module")
def issued(platform: Deployment, definitions: str) -> Iterator[Deployment]:
    """The stack's file at its place; neither cert-manager nor its issuer is there yet."""
    del platform  # its node
    deployment = deployment_of(Path(__file__).with_name("Pulumi.issued.yaml").read_text(), NAMESPACE)
    yield deployment
    assert deployment.command("down").code == 0
    deployment.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)


@pytest.fixture(scope="module")
def player(issued: Deployment) -> Iterator[Player]:
    """Whoever signs; from the first test that wants it on."""
    found = node.find(node.NodeConfig.from_environment(NODE))
    assert found is not None
    del issued
    with Player(found.kubeconfig) as playing:
        yield playing


def refused_in_seconds(deployment: Deployment, line: str) -> None:
    """`make up` says this one line and makes nothing."""
    began = time.monotonic()
    ran = deployment.command("up")
    seconds = time.monotonic() - began
    assert ran.code == 1
    assert ran.err.splitlines()[-2:] == [
        "make up: cluster embedded lacks what Pulumi.issued.yaml names; nothing was changed:",
        f"  {line}",
    ], ran.err
    assert seconds < 60, f"it took {seconds:.0f} s"
    assert "NotFound" in deployment.kubectl("get", "namespace", NAMESPACE, check=False)


def test_1_without_cert_manager(issued: Deployment) -> None:
    refused_in_seconds(
        issued,
        "cert-manager is not installed: the cluster serves no cert-manager.io/v1. Install it "
        "(https://cert-manager.io/docs/installation), or choose another temporal:tls.kind",
    )


def test_2_without_the_issuer(issued: Deployment, definitions: str) -> None:
    issued.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    issued.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd/clusterissuers.cert-manager.io")
    refused_in_seconds(
        issued,
        "ClusterIssuer company does not exist, and temporal:tls.issuer names it; those there: none. "
        "Make it, or name another one",
    )


def test_3_it_runs_on_what_is_issued(issued: Deployment, player: Player) -> None:
    """100 executions over mutual TLS; the API server finds no unknown field in what it is sent."""
    del player
    issued.kubectl("apply", "-f", "-", stdin=json.dumps({**ISSUER, "spec": {"ca": {"secretName": "company"}}}))
    ran = issued.up()
    assert "100 of 100 workflow executions completed and checked" in ran.err
    assert "unknown field" not in ran.err
    certificates = json.loads(issued.kubectl("get", "certificates", "-A", "-o", "json"))["items"]
    assert len(certificates) == 10, [c["metadata"]["name"] for c in certificates]
    assert {c["spec"]["privateKey"]["algorithm"] for c in certificates} == {"ECDSA"}


def test_4_renewed_leaves_are_served_without_a_restart(issued: Deployment, player: Player) -> None:
    """Frontend, Web UI, PostgreSQL and between the services."""
    before, running = serials(issued), pods(issued)
    roles = ("frontend", "ui", "database", "internode")
    player.renew(NAMESPACE, *(f"temporal-{role}-tls" for role in roles))

    def renewed() -> bool:
        hurry(issued)
        return not set(before.items()) & set(serials(issued).items())

    until("new leaves are served", renewed, 300)
    assert pods(issued) == running
    ran = issued.up()
    assert "no changes" in ran.err
    assert "100 of 100 workflow executions completed and checked" in ran.err
    assert pods(issued) == running


def test_5_what_is_served_is_what_the_issuer_signed(issued: Deployment) -> None:
    """The operator's ca.crt is the issuer's, and the application has a certificate of its own."""
    client = issued.client()
    authority = x509.load_pem_x509_certificate(Path(client["TEMPORAL_TLS_SERVER_CA_CERT_PATH"]).read_bytes())
    assert authority.subject.rfc4514_string() == "CN=company"
    found = json.loads(issued.kubectl("-n", APPLICATION, "get", "secret", "temporal-client", "-o", "json"))
    assert found["data"].keys() == {"tls.crt", "tls.key", "ca.crt"}


def test_6_an_issuer_that_is_gone_is_told_by_the_program_itself(
    issued: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain `pulumi` has no look beforehand: the program reads the issuer."""
    text = issued.file.read_text()
    issued.file.write_text(text.replace("name: company", "name: nobody"))
    for name, value in {**NODE, "STACK": str(issued.file)}.items():
        monkeypatch.setenv(name, value)
    stack = stackfile.resolve()
    try:
        stackfile.write_copy(stack, stackfile.HERE.root)
        with pytest.raises(CommandError, match="'nobody' does not exist"):
            session.on_cluster(stack, Progress()).preview()
        ran = issued.command("preview", LIVE="1")
    finally:
        issued.file.write_text(text)
    assert "ClusterIssuer nobody does not exist, and temporal:tls.issuer names it; those there: company." in ran.err
