"""What the tests of the commands share."""

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.commands.checkout import Checkout

STANDARD = {
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "made.up",
}
SECRET = {"ca.crt": "the authority", "tls.crt": "the certificate", "tls.key": "the key"}


class _Api(BaseHTTPRequestHandler):
    """What the commands read of a Kubernetes API: the client's Secret, and whether a namespace is there."""

    def do_GET(self) -> None:
        if self.path == "/apis/storage.k8s.io/v1/storageclasses":
            self._answer(200, {"items": [STANDARD]})
            return
        found = self.path in ("/api/v1/namespaces/small/secrets/temporal-client-operator", "/api/v1/namespaces/taken")
        data = {key: base64.b64encode(text.encode()).decode() for key, text in SECRET.items()}
        answer = {"apiVersion": "v1", "kind": "Secret", "data": data} if found else {"kind": "Status", "code": 404}
        self._answer(200 if found else 404, answer)

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Tests are quiet."""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of the API of the context `tried`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Api) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.fixture
def checkout(tmp_path: Path, server: str) -> Iterator[Checkout]:
    """A fresh checkout with the stacks `local` (embedded) and `small` (in the cluster of the context `tried`)."""
    made = Checkout.make(tmp_path / "checkout", server)
    yield made
    made.end()


@pytest.fixture(scope="session")
def deployed_once(tmp_path_factory: pytest.TempPathFactory, server: str) -> Checkout:
    """A checkout whose stack `small` is up. Tests take a copy: `deployed`."""
    checkout = Checkout.make(tmp_path_factory.mktemp("deployed") / "checkout", server)
    ran = checkout.run("up", STACK="small")
    assert ran.code == 0, ran.err
    return checkout


@pytest.fixture
def deployed(deployed_once: Checkout, tmp_path: Path) -> Checkout:
    """A checkout of the test's own whose stack `small` is up."""
    root = tmp_path / "checkout"
    shutil.copytree(deployed_once.root, root, symlinks=True)
    return replace(deployed_once, root=root, variables={**deployed_once.variables, "KUBECONFIG": f"{root}/kubeconfig"})
