"""Proves that the embedded image of OpenSearch serves what Temporal's visibility needs, over TLS with a password.

One server for all tests, in an unpacked image with a read-only root, as the image's user; they build on one another.
"""

import base64
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from embedded import images, toolchain
from embedded.progress import Progress
from tests.cluster.unpacked import self_signed, unpacked
from versions import OPENSEARCH, OPENSEARCH_IMAGE

UID = 1000
SECONDS = 300
SECRET = "a 'quoted' $ecret"
INDEX = "temporal_visibility_v1_test"
HOME = "/usr/share/opensearch"
WRITABLE = (f"{HOME}/data", f"{HOME}/logs", f"{HOME}/config", "/tmp")  # noqa: S108
CONFIGURATION = """\
path.repo: [/usr/share/opensearch/data/snapshots]
plugins.security.ssl.transport.pemcert_filepath: tls/tls.crt
plugins.security.ssl.transport.pemkey_filepath: tls/tls.key
plugins.security.ssl.transport.pemtrustedcas_filepath: tls/tls.crt
plugins.security.ssl.http.enabled: true
plugins.security.ssl.http.pemcert_filepath: tls/tls.crt
plugins.security.ssl.http.pemkey_filepath: tls/tls.key
plugins.security.ssl.http.pemtrustedcas_filepath: tls/tls.crt
plugins.security.allow_default_init_securityindex: true
plugins.security.nodes_dn: [CN=localhost]
"""
USERS = """\
_meta: {{type: internalusers, config_version: 2}}
temporal: {{hash: "{hash}", backend_roles: [admin]}}
"""


@dataclass(frozen=True)
class Server:
    """A running server; `process` is the one that signals go to."""

    address: str
    certificate: Path
    process: int
    starter: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str, body: Any = None, password: str = SECRET) -> tuple[int, Any]:
        """Status and answer, with the server's certificate verified; without a password nobody logs in."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.address}{path}", data, method=method)  # noqa: S310 - our own server
        request.add_header("Content-Type", "application/x-ndjson" if isinstance(body, str) else "application/json")
        if password:
            login = base64.b64encode(f"temporal:{password}".encode()).decode()
            request.add_header("Authorization", f"Basic {login}")
        context = ssl.create_default_context(cafile=self.certificate)
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, error.read().decode()

    def visibility(self, *words: str, password: str = SECRET) -> subprocess.CompletedProcess[str]:
        """Runs Temporal's own tool, as the schema job does."""
        tool = toolchain.ensure(["temporal-elasticsearch-tool"], Progress()).path("temporal-elasticsearch-tool")
        login = {"ES_SERVER": self.address, "ES_USER": "temporal", "ES_PWD": password}
        tls = {"ES_TLS": "true", "ES_TLS_CA_FILE": str(self.certificate)}
        return subprocess.run([tool, *words], env=login | tls, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("opensearch")
    made = images.ensure(Progress(), extra=[OPENSEARCH_IMAGE])
    image = unpacked(made[OPENSEARCH_IMAGE], folder / "root")
    hashing = f"{HOME}/plugins/opensearch-security/tools/hash.sh"
    hashed = image.run(hashing, "-p", SECRET, user=f"{UID}:{UID}").stdout.splitlines()[-1]
    certificate, key = self_signed("localhost")
    files = {
        "opensearch.yml": CONFIGURATION,
        "opensearch-security/internal_users.yml": USERS.format(hash=hashed),
        "tls/tls.crt": certificate.decode(),
        "tls/tls.key": key.decode(),
    }
    for name, content in files.items():
        path = image.root / f"{HOME}/config/{name}".lstrip("/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        os.chown(path, UID, UID)
    http, transport = free_ports(2)
    settings = {
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": str(http),
        "transport.port": str(transport),
        "DISABLE_INSTALL_DEMO_CONFIG": "true",
        "OPENSEARCH_JAVA_OPTS": "-Xms512m -Xmx512m",
    }
    # sh drops variables whose names have dots, so they are given behind it.
    words = ("env", "-C", HOME, *(f"{name}={value}" for name, value in settings.items()))
    entrypoint = ("./opensearch-docker-entrypoint.sh", "opensearch")
    log = folder / "log"
    starter = image.start(*words, *entrypoint, user=f"{UID}:{UID}", writable=WRITABLE, log=log)
    try:
        process = first_child(starter)
        running = Server(
            f"https://localhost:{http}", image.root / f"{HOME}/config/tls/tls.crt".lstrip("/"), process, starter, log
        )
        wait(running)
        yield running
    finally:
        starter.kill()
        starter.wait()
        shutil.rmtree(image.root)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def first_child(starter: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{starter.pid}/task/{starter.pid}/children")
    while not (found := children.read_text().split()):
        assert starter.poll() is None
        time.sleep(0.1)
    return int(found[0])


def wait(server: Server) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.starter.poll() is None:
        try:
            if server.ask("GET", "/_plugins/_security/health", password="")[0] == 200:
                return
        except URLError:
            pass
        time.sleep(1)
    pytest.fail(f"OpenSearch does not serve:\n{server.log.read_text()[-5000:]}")


def test_it_answers_over_tls_those_who_log_in(server: Server) -> None:
    """The pinned version; without a password, or with a wrong one, nothing but the health of the plugin."""
    status, answer = server.ask("GET", "/")
    assert (status, answer["version"]["number"]) == (200, OPENSEARCH)
    assert server.ask("GET", "/", password="") == (401, "Unauthorized")
    assert server.ask("GET", "/", password="wrong") == (401, "Unauthorized")
    assert server.ask("GET", "/_plugins/_security/health", password="")[1]["status"] == "UP"


def test_temporals_tool_makes_the_index(server: Server) -> None:
    """All steps of the schema job, each twice; a wrong password fails."""
    for words in (["ping"], ["setup-schema"], ["create-index", "--index", INDEX], ["update-schema", "--index", INDEX]):
        for _ in range(2):
            result = server.visibility(*words)
            assert result.returncode == 0, result.stdout + result.stderr
    assert server.visibility("ping", password="wrong").returncode == 1
    mapping = server.ask("GET", f"/{INDEX}")[1][INDEX]["mappings"]["properties"]
    assert mapping["TemporalDouble01"]["type"] == "scaled_float"


def test_documents_are_found_counted_and_grouped(server: Server) -> None:
    """The kinds of request that Temporal's visibility makes."""
    lines: list[dict[str, Any]] = []
    for number in range(30):
        lines.append({"index": {"_index": INDEX, "_id": str(number), "version": 1, "version_type": "external"}})
        started = f"2026-01-01T00:00:{number:02}.000000001Z"
        kind = f"Type{number % 2}"
        lines.append({"WorkflowId": f"w{number}", "RunId": str(number), "WorkflowType": kind, "StartTime": started})
    bulk = "".join(f"{json.dumps(line)}\n" for line in lines)
    assert server.ask("POST", "/_bulk?refresh=true", bulk)[1]["errors"] is False
    assert server.ask("GET", f"/{INDEX}/_count", {"query": {"term": {"WorkflowType": "Type1"}}})[1]["count"] == 15
    page = {"size": 2, "sort": [{"StartTime": "desc"}, {"RunId": "desc"}]}
    first = server.ask("GET", f"/{INDEX}/_search", page)[1]["hits"]["hits"]
    second = server.ask("GET", f"/{INDEX}/_search", {**page, "search_after": first[-1]["sort"]})[1]["hits"]["hits"]
    assert [hit["_id"] for hit in (*first, *second)] == ["29", "28", "27", "26"]
    grouped = server.ask("GET", f"/{INDEX}/_search", {"aggs": {"types": {"terms": {"field": "WorkflowType"}}}})[1]
    assert {one["key"]: one["doc_count"] for one in grouped["aggregations"]["types"]["buckets"]} == {
        "Type0": 15,
        "Type1": 15,
    }


def test_an_index_is_copied_and_comes_back_from_a_snapshot(server: Server) -> None:
    """What a move to another mapping and a backup need."""
    copy = f"{INDEX}_copy"
    assert server.visibility("create-index", "--index", copy).returncode == 0
    copied = server.ask("POST", "/_reindex?refresh=true", {"source": {"index": INDEX}, "dest": {"index": copy}})
    assert (copied[0], copied[1]["created"]) == (200, 30)
    repository = {"type": "fs", "settings": {"location": f"{HOME}/data/snapshots"}}
    assert server.ask("PUT", "/_snapshot/backup", repository)[0] == 200
    taken = server.ask("PUT", "/_snapshot/backup/one?wait_for_completion=true", {"indices": copy})
    assert taken[1]["snapshot"]["state"] == "SUCCESS"
    assert server.ask("DELETE", f"/{copy}")[0] == 200
    restored = server.ask("POST", "/_snapshot/backup/one/_restore?wait_for_completion=true", {"indices": copy})
    assert restored[0] == 200
    assert server.ask("GET", f"/{copy}/_count")[1]["count"] == 30


def test_sigterm_ends_it_in_order(server: Server) -> None:
    """The entrypoint hands the signal on; the password stands nowhere in the log."""
    os.kill(server.process, signal.SIGTERM)
    assert server.starter.wait(60) == 128 + signal.SIGTERM
    log = server.log.read_text()
    assert log.rstrip().endswith("closed")
    assert SECRET not in log
