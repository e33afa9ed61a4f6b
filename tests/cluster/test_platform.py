"""The deployed platform, seen from outside: what `make up` promises.

The proof ends at one node and one replica of each service.
"""

import json
import re
import socket
import ssl
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from contract import PlatformOutputs
from tests.cluster.stack import ROOT, Deployment, until

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")


def engine_files(deployment: Deployment) -> dict[str, str]:
    """The texts of everything the engine would like to rewrite: the project and the stack files."""
    files = [*ROOT.glob("Pulumi*.yaml"), deployment.file]
    return {file.name: file.read_text() for file in files}


def generations(deployment: Deployment) -> dict[str, int]:
    """Each Deployment's generation, which moves with its spec."""
    return {d["metadata"]["name"]: d["metadata"]["generation"] for d in deployment.get("deployments")["items"]}


def test_outputs_are_the_contract(platform: Deployment) -> None:
    """The typed reader of applications reads what the stack exports."""
    outputs = PlatformOutputs.read(platform.outputs)
    assert (outputs.name, outputs.backend, outputs.server_version) == ("platform", "self-hosted", "1.32.2")
    assert list(outputs.namespaces) == ["default", "orders"]
    assert re.fullmatch(r"198\.19\.0\.2:3\d{4}", outputs.external_address or "")
    assert re.fullmatch(r"https://198\.19\.0\.2:3\d{4}", outputs.ui_address or "")


def test_up_again_changes_nothing(platform: Deployment) -> None:
    """A second `make up` reports no change, rolls no pod and rewrites no file of a person."""
    before, files = generations(platform), engine_files(platform)
    ran = platform.up()
    assert "no changes" in ran.err
    assert generations(platform) == before
    assert engine_files(platform) == files


def test_temporal_cli_connects_by_environment(platform: Deployment) -> None:
    """The `temporal` CLI needs nothing but the environment; namespaces have the stack file's settings."""
    said = platform.temporal(
        "operator", "namespace", "describe", "--output", "json", "--namespace", "orders", namespace="orders"
    )
    described = json.loads(said)
    assert described["namespaceInfo"]["description"] == "A second one"
    assert described["config"]["workflowExecutionRetentionTtl"] == "172800s"


def handshake(platform: Deployment, certificate: Path | None, key: Path | None) -> None:
    """A TLS connection to the frontend that verifies its name and speaks HTTP/2's first words."""
    client = platform.client()
    context = ssl.create_default_context(cafile=client["TEMPORAL_TLS_SERVER_CA_CERT_PATH"])
    context.set_alpn_protocols(["h2"])
    if certificate and key:
        context.load_cert_chain(certificate, key)
    host, port = client["TEMPORAL_ADDRESS"].split(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=client["TEMPORAL_TLS_SERVER_NAME"]) as secured,
    ):
        secured.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)[:3] + b"\x04" + bytes(5))
        # TLS 1.3 tells a client that its certificate is refused only when it reads.
        assert secured.recv(9)


def test_client_with_its_certificate_is_let_in(platform: Deployment) -> None:
    """The way the refusals below are tried does connect with the right certificate."""
    client = platform.client()
    handshake(platform, Path(client["TEMPORAL_TLS_CLIENT_CERT_PATH"]), Path(client["TEMPORAL_TLS_CLIENT_KEY_PATH"]))


def test_client_without_certificate_is_refused(platform: Deployment) -> None:
    """Mutual TLS: no certificate, no connection."""
    with pytest.raises((ssl.SSLError, ConnectionError), match=r"certificate required|reset|EOF|alert"):
        handshake(platform, None, None)


def test_client_of_another_authority_is_refused(platform: Deployment, tmp_path: Path) -> None:
    """A certificate signed by somebody else opens nothing."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stranger")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises((ssl.SSLError, ConnectionError), match=r"unknown ca|reset|EOF|alert|bad certificate"):
        handshake(platform, tmp_path / "crt", tmp_path / "key")


def test_client_certificate_does_not_open_the_internal_frontend(platform: Deployment) -> None:
    """Internode and client trust are apart: the internal frontend, which asks for no permission, refuses clients."""
    script = (
        "export TEMPORAL_ADDRESS=temporal-internal-frontend:7236 TEMPORAL_TLS_DISABLE_HOST_VERIFICATION=true;"
        "temporal operator cluster health --command-timeout 5s 2>&1; echo code=$?"
    )
    job = next(j for j in platform.get("jobs")["items"] if "temporal-namespaces-" in j["metadata"]["name"])
    spec = job["spec"]["template"]["spec"]
    spec["containers"][0]["command"] = ["/bin/sh", "-c", script]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "stranger", "namespace": "platform"}, "spec": spec}
    platform.kubectl("apply", "-f", "-", stdin=json.dumps(pod))
    try:
        until(
            "the pod ended",
            lambda: platform.get("pod", "stranger")["status"]["phase"] in ("Succeeded", "Failed"),
        )
        said = platform.kubectl("-n", "platform", "logs", "stranger")
    finally:
        platform.kubectl("-n", "platform", "delete", "pod", "stranger", "--now")
    assert "code=1" in said
    assert "SERVING" not in said


def test_namespace_refuses_pods_that_are_not_restricted(platform: Deployment) -> None:
    """The API server enforces the `restricted` Pod Security Standard where Temporal runs."""
    said = platform.kubectl(
        "-n", "platform", "run", "root", "--image=docker.io/library/postgres:1", "--dry-run=server", check=False
    )
    assert 'violates PodSecurity "restricted:latest"' in said


def test_database_speaks_tls_only_and_roles_are_apart(platform: Deployment) -> None:
    """Every connection of the server is encrypted; its users own nothing and cannot create anything."""
    tls = platform.psql(
        "SELECT DISTINCT usename, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
        "WHERE client_addr IS NOT NULL ORDER BY 1"
    )
    assert set(tls.splitlines()) == {"temporal|t", "temporal_visibility|t"}
    owners = platform.psql(
        "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname LIKE 'temporal%' ORDER BY 1"
    )
    assert owners.splitlines() == ["temporal|temporal_owner", "temporal_visibility|temporal_visibility_owner"]
    rights = platform.psql(
        "SELECT has_schema_privilege('temporal', 'public', 'CREATE'),"
        " has_database_privilege('temporal', 'temporal_visibility', 'CONNECT'),"
        " (SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'temporal_owner')"
    )
    assert rights == "f|f|f"


def test_application_gets_a_working_connection(platform: Deployment) -> None:
    """A pod of the application with envFrom and the Secret mounted as documented starts a workflow in its namespace."""
    reference = platform.outputs["connections"][0]
    job = next(j for j in platform.get("jobs")["items"] if "temporal-namespaces-" in j["metadata"]["name"])
    spec = job["spec"]["template"]["spec"]
    container = spec["containers"][0]
    start = ["workflow", "start", "--type", "Order", "--task-queue", "nobody", "--workflow-id", "from-the-application"]
    container["command"] = ["temporal", *start]
    container["env"] = [{"name": "HOME", "value": "/tmp"}, {"name": "USER", "value": "temporal"}]  # noqa: S108
    container["envFrom"] = [{"configMapRef": {"name": reference["configMap"]}}]
    container["volumeMounts"] = [{"name": "client", "mountPath": "/etc/temporal/client"}]
    secret = {"secretName": reference["secret"], "defaultMode": 0o440}
    spec["volumes"] = [{"name": "client", "secret": secret}]
    namespace = reference["kubernetesNamespace"]
    metadata = {"name": "application", "namespace": namespace}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    platform.kubectl("apply", "-f", "-", stdin=json.dumps(pod))
    try:
        until(
            "the application's pod ended",
            lambda: (
                platform.kubectl("-n", namespace, "get", "pod", "application", "-o", "jsonpath={.status.phase}")
                in ("Succeeded", "Failed")
            ),
        )
        said = platform.kubectl("-n", namespace, "logs", "application")
    finally:
        platform.kubectl("-n", namespace, "delete", "pod", "application", "--now")
    described = platform.temporal("workflow", "describe", "--workflow-id", "from-the-application", namespace="orders")
    assert re.search(r"Type\s+Order\n", described), said


def test_changing_one_service_rolls_that_service_alone(platform: Deployment) -> None:
    """More memory for matching changes one Deployment; taking it back changes it again."""
    text = platform.file.read_text()
    more = "services: {matching: {resources: {limits: {memory: 320Mi}}}}"
    platform.file.write_text(text.replace("shards: 16\n", f"shards: 16\n    {more}\n"))
    try:
        before = generations(platform)
        ran = platform.up()
        after = generations(platform)
    finally:
        platform.file.write_text(text)
    assert {name for name in after if after[name] != before[name]} == {"temporal-matching"}
    assert re.search(r"changes: 1 update\b", ran.err), ran.err
    platform.up()


def test_ui_shows_executions_over_verified_tls(platform: Deployment) -> None:
    """The UI's certificate is one its clients can verify, and its API lists the executions through the frontend."""
    client = platform.client()
    context = ssl.create_default_context(cafile=client["TEMPORAL_TLS_SERVER_CA_CERT_PATH"])
    query = urllib.parse.quote("WorkflowType='smoke'")
    url = f"{platform.outputs['uiAddress']}/api/v1/namespaces/default/workflows?query={query}"

    def listed() -> int:
        with urllib.request.urlopen(url, context=context, timeout=20) as answer:  # noqa: S310 - https, from our outputs
            return len(json.load(answer)["executions"])

    assert until("executions are listed", listed, 60) >= 100
