"""The HTTP requests of the live provider against a server on loopback: kubeconfig, credentials, content types, errors.

TLS is not part of it; the real cluster has that.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from standins.live.kubernetes.connection import APPLY_PATCH, connect
from standins.live.kubernetes.errors import ApiError, UnreachableError
from standins.live.kubernetes.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATUS = {"kind": "Status", "reason": "Conflict", "message": "Apply failed", "details": {"causes": [{"field": ".a"}]}}


class Handler(BaseHTTPRequestHandler):
    """Answers with what it was asked; /refused with a Status, /broken with no JSON at all."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = {
            "method": self.command,
            "path": self.path,
            "authorization": self.headers.get("authorization"),
            "type": self.headers.get("Content-Type"),
            "body": self.rfile.read(length).decode(),
        }
        if self.path.startswith("/refused"):
            self._send(409, json.dumps(STATUS))
        elif self.path.startswith("/broken"):
            self._send(502, "<html>bad gateway</html>")
        else:
            self._send(200, json.dumps(asked))

    do_PATCH = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class wants these names

    def _send(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Warning", '299 - "unknown field \\"spec.x\\""')
        self.send_header("Warning", '299 - "v1 Endpoints is deprecated"')
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def kubeconfig(server: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "one",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": "secret-token"}}],
        "contexts": [
            {"name": "one", "context": {"cluster": "c", "user": "u"}},
            {"name": "two", "context": {"cluster": "c", "user": "u", "namespace": "own"}},
        ],
    }


@pytest.mark.parametrize("form", ["path", "yaml", "json"])
def test_a_kubeconfig_is_a_path_or_the_content(address: str, tmp_path: Path, form: str) -> None:
    document = kubeconfig(address)
    (tmp_path / "config").write_text(yaml.safe_dump(document))
    given = {"path": str(tmp_path / "config"), "yaml": yaml.safe_dump(document), "json": json.dumps(document)}[form]
    connection, namespace = connect(Settings(kubeconfig=given))
    assert namespace == "default"
    answer = connection.request("GET", "/api/v1", {"labelSelector": "a=b,c"}).json()
    assert answer["path"] == "/api/v1?labelSelector=a%3Db%2Cc"
    assert answer["authorization"] == "Bearer secret-token"
    assert connect(Settings(kubeconfig=given, context="two"))[1] == "own"


def test_an_apply_patch_is_json_under_its_own_content_type(address: str) -> None:
    connection, _namespace = connect(Settings(kubeconfig=json.dumps(kubeconfig(address))))
    answer = connection.request("PATCH", "/x", {"force": "true"}, {"a": 1}, APPLY_PATCH).json()
    assert (answer["type"], json.loads(answer["body"])) == (APPLY_PATCH, {"a": 1})


def test_warnings_of_the_server_are_returned(address: str) -> None:
    connection, _namespace = connect(Settings(kubeconfig=json.dumps(kubeconfig(address))))
    assert connection.request("GET", "/x").warnings == ('unknown field "spec.x"', "v1 Endpoints is deprecated")


def test_a_refusal_carries_reason_message_and_details(address: str) -> None:
    connection, _namespace = connect(Settings(kubeconfig=json.dumps(kubeconfig(address))))
    with pytest.raises(ApiError, match=r"^Apply failed$") as refusal:
        connection.request("POST", "/refused", None, {})
    assert (refusal.value.status, refusal.value.reason) == (409, "Conflict")
    assert refusal.value.details == STATUS["details"]
    with pytest.raises(ApiError, match=r"^HTTP 502 Bad Gateway: <html>bad gateway</html>$"):
        connection.request("GET", "/broken")


def test_nobody_at_the_address_is_told_with_the_address() -> None:
    connection, _namespace = connect(Settings(kubeconfig=json.dumps(kubeconfig("http://127.0.0.1:1"))))
    with pytest.raises(
        UnreachableError, match=r"^the Kubernetes API server at http://127\.0\.0\.1:1 does not answer: "
    ):
        connection.request("GET", "/api/v1")


def test_a_missing_kubeconfig_or_context_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    with pytest.raises(UnreachableError, match=f"{missing}"):
        connect(Settings(kubeconfig=missing))
    given = json.dumps(kubeconfig("http://127.0.0.1:1"))
    with pytest.raises(UnreachableError, match="context three cannot be used"):
        connect(Settings(kubeconfig=given, context="three"))


def test_many_requests_at_once_get_their_own_answers(address: str) -> None:
    connection, _namespace = connect(Settings(kubeconfig=json.dumps(kubeconfig(address))))
    with ThreadPoolExecutor(32) as pool:
        answers = pool.map(lambda number: connection.request("GET", f"/{number}").json()["path"], range(200))
    assert list(answers) == [f"/{number}" for number in range(200)]
