"""Proves that Prometheus' own programs take the agent's file and flags, and that what it reads arrives elsewhere,
signed and with the labels that rules ask for. Who asks Kubernetes for pods, and AWS for credentials, is not seen here.
"""

import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
import yaml

from components.monitoring.amazon.agent_configuration import configuration
from components.monitoring.targets import Target
from embedded import toolchain
from embedded.progress import Progress
from tests.cluster.stack import until
from tests.monitoring.tools import promtool
from tests.program import recording, stacks

HERE: Final = "127.0.0.1"
CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "AKIAMADEUP", "AWS_SECRET_ACCESS_KEY": "made-up"}
SELECTOR: Final = {"app.kubernetes.io/name": "temporal-history"}
TARGET: Final = Target(
    name="temporal-history",
    job="temporal-history",
    namespace="metered",
    selector=SELECTOR,
    port="metrics",
    labels={"installation": "metered"},
)
POD: Final = {
    "__meta_kubernetes_pod_label_app_kubernetes_io_name": "temporal-history",
    "__meta_kubernetes_pod_container_port_name": "metrics",
    "__meta_kubernetes_pod_phase": "Running",
    "__meta_kubernetes_namespace": "metered",
    "__meta_kubernetes_pod_name": "temporal-history-0",
    "__meta_kubernetes_pod_container_name": "history",
}
"""What Kubernetes would tell of it."""
SERVED: Final = b'service_requests{namespace="orders",operation="Get"} 12\n'


def test_promtool_takes_the_agents_file(tmp_path: Path) -> None:
    found = recording.run(stacks.amazon()).objects("ConfigMap")["temporal-agent-config"]["data"]["prometheus.yml"]
    (tmp_path / "prometheus.yml").write_text(found)
    # It looks for certificates, which are in the pod only.
    words = [str(promtool()), "check", "config", "--agent", "--syntax-only", str(tmp_path / "prometheus.yml")]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ran.returncode, "SUCCESS" in ran.stdout) == (0, True), ran.stderr


def _flags(folder: Path, port: int) -> list[str]:
    """Those of the pod, with this folder's paths, and without TLS."""
    [container] = recording.run(stacks.amazon()).pods()["StatefulSet/temporal-agent"]["containers"]
    said = {
        "--config.file": str(folder / "agent.yml"),
        "--storage.agent.path": str(folder / "agent"),
    }
    words = [each.partition("=") for each in container["args"]]
    kept = [f"{name}{equals}{said.get(name, value)}" for name, equals, value in words if name != "--web.config.file"]
    assert len(kept) == len(container["args"]) - 1
    return [*kept, f"--web.listen-address={HERE}:{port}"]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HERE, 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def _prometheus(folder: Path, name: str, flags: list[str], environment: Mapping[str, str]) -> Iterator[None]:
    program = toolchain.ensure(["prometheus"], Progress()).path("prometheus")
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen([str(program), *flags], stdout=log, stderr=log, cwd=folder, env=dict(environment))
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer((HERE, 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Metrics(BaseHTTPRequestHandler):
    """A pod."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(SERVED)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def _workspace(receiver: int, requests: list[tuple[str, str]]) -> type[BaseHTTPRequestHandler]:
    """Keeps path and signature of what comes, and hands it to the Prometheus at `receiver`."""

    class Workspace(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.path, self.headers["Authorization"]))
            names = ("Content-Type", "Content-Encoding", "X-Prometheus-Remote-Write-Version")
            headers = {name: self.headers[name] for name in names}
            on = Request(f"http://{HERE}:{receiver}/api/v1/write", body, headers)
            with urlopen(on, timeout=10) as answer:  # noqa: S310 - itself
                self.send_response(answer.status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Workspace


def _series(port: int, query: str) -> list[dict[str, Any]]:
    with urlopen(f"http://{HERE}:{port}/api/v1/query?query={quote(query)}", timeout=10) as answer:
        found: list[dict[str, Any]] = loads(answer.read())["data"]["result"]
    return found


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://{HERE}:{port}/-/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
def test_what_an_agent_reads_arrives_signed_with_our_labels(tmp_path: Path) -> None:
    receiver, requests = _free_port(), list[tuple[str, str]]()
    (tmp_path / "receiver.yml").write_text("{}\n")
    receiving = [
        f"--config.file={tmp_path / 'receiver.yml'}",
        f"--storage.tsdb.path={tmp_path / 'receiver'}",
        f"--web.listen-address={HERE}:{receiver}",
        "--web.enable-remote-write-receiver",
    ]
    with (
        _serving(_Metrics) as pod,
        _prometheus(tmp_path, "receiver", receiving, {}),
        _serving(_workspace(receiver, requests)) as workspace,
    ):
        until(f"the receiver is there: {tmp_path / 'receiver.log'}", lambda: _answers(receiver), 60)
        url = f"http://{HERE}:{workspace}/workspaces/ws-1"
        content = yaml.safe_load(configuration([TARGET], "1s", "metered", {}, url=url, region="eu-central-1"))
        [job] = content["scrape_configs"]
        del job["kubernetes_sd_configs"]
        job["static_configs"] = [{"targets": [f"{HERE}:{pod}"], "labels": POD}]
        (tmp_path / "agent.yml").write_text(yaml.safe_dump(content))
        with _prometheus(tmp_path, "agent", _flags(tmp_path, _free_port()), CREDENTIALS):
            query = "service_requests"
            [series] = until(f"it arrives: {tmp_path / 'agent.log'}", lambda: _series(receiver, query), 90)
            [up] = _series(receiver, 'up{job="temporal-history"}')
    assert series["value"][1] == "12"
    assert series["metric"] == {
        "__name__": "service_requests",
        "installation": "metered",
        "job": "temporal-history",
        "instance": f"{HERE}:{pod}",
        "namespace": "metered",
        "pod": "temporal-history-0",
        "container": "history",
        "temporal_namespace": "orders",
        "operation": "Get",
    }
    assert (up["value"][1], up["metric"]["installation"]) == ("1", "metered")
    assert {path for path, _ in requests} == {"/workspaces/ws-1/api/v1/remote_write"}
    scope = "/eu-central-1/aps/aws4_request"
    assert all(said.startswith("AWS4-HMAC-SHA256 Credential=AKIAMADEUP/") and scope in said for _, said in requests)
