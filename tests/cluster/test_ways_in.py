"""A load balancer before the frontend, an Ingress before the UI, parameters of PostgreSQL, on a real cluster.

Nothing on the tests' node makes load balancers or follows an Ingress: the test gives the Service its address, as a load
balancer's maker would, and goes in by the Service's own port of the node.
"""

import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from embedded import toolchain
from embedded.progress import Progress
from tests.cluster.served import hurry
from tests.cluster.stack import Deployment, until
from tests.cluster.tuning import PARAMETERS

HOST = "temporal.invalid"
UI_HOST = "temporal-ui.invalid"
NODE_PORT = "    frontend: {kind: node-port}\n    ui:\n      exposure: {kind: node-port}\n"
WAYS = f"""\
    frontend: {{kind: load-balancer, host: {HOST}, address: 203.0.113.10, sourceRanges: [0.0.0.0/0]}}
    ui:
      exposure:
        kind: ingress
        host: {UI_HOST}
        ingressClass: nginx
        controller: ingress-nginx
        tls: {{kind: none}}
"""


def _service(deployment: Deployment) -> Any:
    return deployment.get("service", "temporal-frontend-load-balancer")


def _comes(deployment: Deployment) -> bool:
    words = ["get", "service", "temporal-frontend-load-balancer", "--ignore-not-found", "-o", "name"]
    return bool(deployment.kubectl("-n", deployment.namespace, *words))


@pytest.fixture(scope="module")
def reached(platform: Deployment) -> Iterator[Deployment]:
    """The stack with these ways in, and without them afterwards."""
    text = platform.file.read_text()
    assert NODE_PORT in text
    said = text.replace(NODE_PORT, WAYS).replace(
        "storage: 1Gi\n", f"storage: 1Gi\n    parameters: {json.dumps(PARAMETERS)}\n"
    )
    platform.file.write_text(said)
    try:
        running = platform.begin("up")
        until("the Service is there", lambda: running.poll() is not None or _comes(platform), 300)
        if running.poll() is not None:
            raise AssertionError(running.communicate()[1])
        status = {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.10"}]}}}
        words = ["patch", "service", "temporal-frontend-load-balancer", "--subresource=status", "--type=merge", "-p"]
        platform.kubectl("-n", platform.namespace, *words, json.dumps(status))
        out, err = running.communicate(timeout=400)
        assert running.returncode == 0, err
        platform.outputs = json.loads(out)
        hurry(platform)  # the certificate with the new name
        yield platform
    finally:
        platform.file.write_text(text)
        platform.up()


def test_a_client_goes_in_by_the_name_of_the_load_balancer(reached: Deployment) -> None:
    """Who checks that name is let in, and so is who checks the name of the outputs."""
    assert reached.outputs["externalAddress"] == f"{HOST}:7233"
    service = _service(reached)
    annotations = service["metadata"]["annotations"]
    assert annotations["external-dns.alpha.kubernetes.io/hostname"] == HOST
    assert annotations["metallb.io/loadBalancerIPs"] == "203.0.113.10"
    [port] = service["spec"]["ports"]
    client = reached.client()
    cli = toolchain.ensure(["temporal"], Progress()).path("temporal")
    for name in (HOST, reached.outputs["tlsServerName"]):
        address = {"TEMPORAL_ADDRESS": f"198.19.0.2:{port['nodePort']}", "TEMPORAL_TLS_SERVER_NAME": name}
        environment = {**client, **address, "HOME": "/nonexistent"}

        def served(environment: dict[str, str] = environment) -> bool:
            words = [str(cli), "operator", "cluster", "health"]
            done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
            return (done.returncode, done.stdout.strip()) == (0, "SERVING")

        until(f"a client that checks {name} is let in", served)


def test_nobody_else_is_let_in_there(reached: Deployment) -> None:
    """TLS ends at the frontend itself, which asks for a certificate."""
    [port] = _service(reached)["spec"]["ports"]
    context = ssl.create_default_context(cafile=reached.client()["TEMPORAL_TLS_SERVER_CA_CERT_PATH"])
    with (
        socket.create_connection(("198.19.0.2", port["nodePort"]), timeout=10) as plain,
        pytest.raises(ssl.SSLError, match="certificate required"),
        context.wrap_socket(plain, server_hostname=HOST) as secured,
    ):
        secured.recv(1)


def test_the_ingress_is_taken(reached: Deployment) -> None:
    assert reached.outputs["uiAddress"] == f"https://{UI_HOST}"
    ingress = reached.get("ingress", "temporal-ui")
    annotations = ingress["metadata"]["annotations"]
    namespace, _, secret = annotations["nginx.ingress.kubernetes.io/proxy-ssl-secret"].partition("/")
    assert (namespace, secret) == (reached.namespace, "temporal-ui-tls")
    assert reached.get("secret", secret)["data"].keys() == {"tls.crt", "tls.key", "ca.crt"}
    [rule] = ingress["spec"]["rules"]
    assert rule["host"] == UI_HOST
    backend = rule["http"]["paths"][0]["backend"]["service"]
    ports = {port["name"] for port in reached.get("service", backend["name"])["spec"]["ports"]}
    assert backend["port"]["name"] in ports


def test_postgresql_runs_with_the_parameters(reached: Deployment) -> None:
    assert {name: reached.psql(f"SHOW {name}") for name in PARAMETERS} == PARAMETERS
    assert reached.psql("SELECT count(*) FROM pg_settings WHERE pending_restart") == "0"
