"""The agent of EKS Pod Identity, on the address that Amazon gave it. It runs inside the node's network namespace.

Arguments: a kubeconfig; a JSON file `{"roles": {service account: role}, "credentials": {role: {…}}}`; a file for the
requests. A pod shows the token that the kubelet wrote for this audience; who it belongs to is asked of the API server.

Source: EKS User Guide, "How EKS Pod Identity works"; AWS SDKs Reference, "Container credential provider".
"""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from kubernetes import client, config

ADDRESS: Final = "169.254.170.23"
_AUDIENCE: Final = "pods.eks.amazonaws.com"
_LIFE: Final = timedelta(minutes=16)


class Agent(ThreadingHTTPServer):
    """Hands out credentials, and writes down who asked: a line `<service account> <role, or "nothing">` each."""

    def __init__(self, kubeconfig: str, said: dict[str, Any], log: Path) -> None:
        super().__init__((ADDRESS, 80), _Request)
        configuration = client.Configuration()
        config.load_kube_config(config_file=kubeconfig, client_configuration=configuration)  # type: ignore[no-untyped-call]
        configuration.proxy = None
        self.tokens = client.AuthenticationV1Api(client.ApiClient(configuration))
        self.said = said
        self.log = log

    def owner(self, token: str) -> str:
        """The ServiceAccount that a token belongs to; empty for no valid one."""
        spec = client.V1TokenReviewSpec(token=token, audiences=[_AUDIENCE])
        review: Any = self.tokens.create_token_review(client.V1TokenReview(spec=spec))
        return str(review.status.user.username.rpartition(":")[2]) if review.status.authenticated else ""


class _Request(BaseHTTPRequestHandler):
    server: Agent

    def do_GET(self) -> None:
        owner = self.server.owner(self.headers.get("Authorization", ""))
        role = self.server.said["roles"].get(owner)
        with self.server.log.open("a") as log:
            log.write(f"{owner or 'somebody'} {role or 'nothing'}\n")
        answer = {"message": "no association"}
        if role:
            expires = (datetime.now(UTC) + _LIFE).strftime("%Y-%m-%dT%H:%M:%SZ")
            answer = {**self.server.said["credentials"][role], "Expiration": expires}
        content = json.dumps(answer).encode()
        self.send_response(200 if role else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on standard error: the log has it."""


if __name__ == "__main__":
    subprocess.run(["ip", "address", "replace", f"{ADDRESS}/32", "dev", "lo"], check=True)
    Agent(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])).serve_forever()
