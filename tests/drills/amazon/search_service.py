"""The door of a domain of Amazon OpenSearch Service. It runs inside the node's network namespace.

Arguments: a JSON file, a certificate, its key, and a file for what was asked. The JSON file says `{"region": …,
"domain": ARN, "policy": the domain's own access policy, "keys": {access key: {"secret": …, "token": …, "role": ARN}},
"backend": "host:port"}`.

A request must be signed with the key pair of a role, and the domain's policy must let that role send it: then it is
passed on to an OpenSearch whose security plugin is told the role's ARN. Each request is written down, a line of JSON.

Source: IAM User Guide, "Create a signed AWS API request"; OpenSearch Service Developer Guide, "Identity and Access
Management", "Fine-grained access control"; OpenSearch documentation, "Proxy-based authentication".
"""

import hashlib
import hmac
import http.client
import json
import re
import ssl
import subprocess
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlsplit

ADDRESS: Final = "169.254.170.24"
_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<access>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_PASSED_ON: Final = ("content-type", "accept", "content-encoding", "accept-encoding")


class RefusedError(Exception):
    """Why AWS would not let a request through."""


class Domain(ThreadingHTTPServer):
    """Knows roles by their key pairs, and what the domain's policy lets each do."""

    daemon_threads = True

    def __init__(self, said: Mapping[str, Any], certificate: str, key: str, log: Path) -> None:
        super().__init__((ADDRESS, 443), _Request)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.said = said
        self.log = log

    def role_of(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> str:
        """The role that signed a request. Raises RefusedError."""
        found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if not found:
            raise RefusedError("no signature")
        if (found["region"], found["service"]) != (self.said["region"], "es"):
            raise RefusedError(f"signed for {found['service']} in {found['region']}")
        names = found["headers"].split(";")
        if not {"host", "x-amz-date"} <= set(names):
            raise RefusedError("host and date are not signed")
        key = self.said["keys"].get(found["access"])
        if key is None:
            raise RefusedError("an unknown access key")
        if headers.get("x-amz-security-token", "") != key["token"]:
            raise RefusedError("another session token")
        digest = hashlib.sha256(body).hexdigest()
        if headers.get("x-amz-content-sha256", digest) != digest:
            raise RefusedError("another body than the signed one")
        split = urlsplit(target)
        query = sorted(parse_qsl(split.query, keep_blank_values=True))
        canonical = "\n".join(
            [
                method,
                quote(split.path, safe="/-_.~"),
                "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query),
                *(f"{name}:{' '.join(headers.get(name, '').split())}" for name in names),
                "",
                found["headers"],
                digest,
            ]
        )
        scope = f"{found['day']}/{found['region']}/es/aws4_request"
        text = "\n".join(
            ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()]
        )
        signing = b"AWS4" + key["secret"].encode()
        for part in scope.split("/"):
            signing = hmac.digest(signing, part.encode(), "sha256")
        if not hmac.compare_digest(hmac.new(signing, text.encode(), "sha256").hexdigest(), found["signature"]):
            raise RefusedError(f"another signature than the calculated one, of {names}")
        return str(key["role"])

    def allow(self, role: str, method: str, path: str) -> None:
        """Raises RefusedError where no statement of the domain's policy lets the role do it."""
        action, resource = f"es:ESHttp{method.capitalize()}", f"{self.said['domain']}{path}"
        for statement in self.said["policy"]["Statement"]:
            assert statement["Effect"] == "Allow"
            if (
                role in _listed(statement["Principal"]["AWS"])
                and action in _listed(statement["Action"])
                and any(_fits(resource, pattern) for pattern in _listed(statement["Resource"]))
            ):
                return
        raise RefusedError(f"{action} on {resource} is not in the policy")


def _listed(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def _fits(resource: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), resource) is not None


class _Request(BaseHTTPRequestHandler):
    server: Domain
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = (
            self._chunks() if "transfer-encoding" in headers else self.rfile.read(int(headers.get("content-length", 0)))
        )
        path, role, why = urlsplit(self.path).path, "", ""
        try:
            role = self.server.role_of(self.command, self.path, headers, body)
            self.server.allow(role, self.command, path)
            status, answered, content = self._pass_on(role, headers, body)
        except RefusedError as refused:
            why = str(refused)
            status, answered, content = 403, {}, json.dumps({"Message": why}).encode()
        with self.server.log.open("a") as log:
            log.write(json.dumps({"role": role, "did": f"{self.command} {path}", "status": status, "why": why}) + "\n")
        self.send_response(status)
        for name, value in answered.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", answered.get("content-length", str(len(content))))
        self.end_headers()
        self.wfile.write(content)

    def _chunks(self) -> bytes:
        """A body whose sender did not know its length (RFC 9112, 7.1); nobody here sends trailers."""
        found = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _pass_on(self, role: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        kept = {name: value for name, value in headers.items() if name in _PASSED_ON}
        told = {"X-Forwarded-For": self.client_address[0], "X-Proxy-User": role, "X-Proxy-Roles": role}
        backend = http.client.HTTPConnection(self.server.said["backend"], timeout=60)
        try:
            backend.request(self.command, self.path, body or None, {**kept, **told})
            answer = backend.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            backend.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on standard error: the log has it."""


if __name__ == "__main__":
    subprocess.run(["ip", "address", "replace", f"{ADDRESS}/32", "dev", "lo"], check=True)
    told, certificate, key, log = sys.argv[1:]
    Domain(json.loads(Path(told).read_text()), certificate, key, Path(log)).serve_forever()
