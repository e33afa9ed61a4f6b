"""A made-up API server where everything is, and the cluster that it answers for."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from commands.cluster import Cluster
from tests.commands.checkout import KUBECONFIG
from tests.commands.preflight.api import ALL, Api


@pytest.fixture
def api() -> Api:
    found = Api()
    found.fill(ALL)
    return found


@pytest.fixture
def place(api: Api, tmp_path: Path) -> Iterator[Cluster]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = api.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        file = tmp_path / "kubeconfig"
        file.write_text(KUBECONFIG.format(server=f"http://127.0.0.1:{running.server_address[1]}"))
        yield Cluster("tried", file)
        running.shutdown()
