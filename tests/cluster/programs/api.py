"""An API as an application would write it: `POST /notes` notes a line, by a workflow of the worker beside it."""

import asyncio
import json
import os
import signal
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from temporalio.client import Client, Interceptor
from temporalio.envconfig import ClientConfig
from tracing import interceptors

TRACED: list[Interceptor] = interceptors()


async def noted(line: str) -> Any:
    client = await Client.connect(**ClientConfig.load_client_connect_config(), interceptors=TRACED)
    queue = os.environ["NOTES_TASK_QUEUE"]
    return await client.execute_workflow("Note", line, id=f"note-{uuid.uuid4()}", task_queue=queue)


class Handler(BaseHTTPRequestHandler):
    """Answers in JSON."""

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/healthz" else 404, "")

    def do_POST(self) -> None:
        line = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(200, asyncio.run(noted(line)))

    def _answer(self, status: int, content: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()  # noqa: S104 - of a pod
