"""A Temporal server that is not the stack's: one process with its data in memory, on the node's address.

It is to a stack what Temporal Cloud is: it asks for client certificates of an authority that it was told of, or for
API keys, and shows a certificate of an authority that the machine trusts. API keys are tokens (JWT), as the
server takes them. Source: temporal, config/development-sqlite.yaml; docs.temporal.io, self-hosted security.
"""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from commands.tests_node import NODE
from embedded import node, toolchain
from embedded.node.places import Places
from embedded.progress import Progress
from tests.cluster.stack import Ran, until
from tests.drills.issuing import Authority, key_pem, pem, signed

_SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")


class Tokens:
    """Who signs API keys."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def keys(self) -> str:
        """The public half, as the server reads it (JWKS)."""
        numbers = self._key.public_key().public_numbers()
        point = {name: _url(value.to_bytes(32, "big")) for name, value in (("x", numbers.x), ("y", numbers.y))}
        return json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "1", **point}]})

    def token(self, *permissions: str) -> str:
        """An API key for an hour."""
        head = {"alg": "ES256", "typ": "JWT", "kid": "1"}
        body = {"sub": "tests", "exp": int(time.time()) + 3600, "permissions": list(permissions)}
        text = ".".join(_url(json.dumps(part).encode()) for part in (head, body))
        r, s = utils.decode_dss_signature(self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{text}.{_url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class OtherTemporal:
    """One server. `key` is an API key that it takes."""

    def __init__(self, folder: Path, authority: Authority, server_name: str, port: int) -> None:
        self.folder = folder
        self.server_name = server_name
        tokens = Tokens()
        self.key = tokens.token("temporal-system:admin")
        self._config = node.NodeConfig.from_environment(NODE)
        self.host = str(self._config.addresses.node)
        self.port = port
        self._key = ec.generate_private_key(ec.SECP256R1())
        leaf = signed(self._key, {"dnsNames": [server_name], "usages": ["server auth"]}, authority)
        (folder / "tls.crt").write_bytes(pem(leaf))
        (folder / "tls.key").write_bytes(key_pem(self._key))
        (folder / "authority.crt").write_bytes(pem(authority.certificate))
        (folder / "keys.json").write_text(tokens.keys())

    @contextmanager
    def running(self, clients: str) -> Iterator[None]:
        """The server, until the end. `clients` are the authorities of clients, PEM; empty, it asks for API keys."""
        (self.folder / "clients.crt").write_text(clients)
        (self.folder / "config.yaml").write_text(yaml.safe_dump(self._configuration(asks_for_keys=not clients)))
        (self.folder / "dynamic.yaml").write_text("{}\n")
        server = toolchain.ensure(["temporal-server"], Progress()).path("temporal-server")
        inside = ["nsenter", f"--net={Places(self._config.name).network_namespace}", "--"]
        services = [f"--service={name}" for name in _SERVICES]
        command = [str(server), "--config-file", str(self.folder / "config.yaml"), "start", *services]
        with (self.folder / "log").open("w") as log:
            process = subprocess.Popen([*inside, *command], stdout=log, stderr=log, cwd=self.folder)
            try:
                yield
            finally:
                process.terminate()
                process.wait(timeout=60)

    def cli(self, *words: str, **environment: str) -> Ran:
        """The `temporal` command against it, trusting the authority."""
        cli = toolchain.ensure(["temporal"], Progress()).path("temporal")
        found = {
            "TEMPORAL_ADDRESS": f"{self.host}:{self.port}",
            "TEMPORAL_TLS": "true",
            "TEMPORAL_TLS_SERVER_NAME": self.server_name,
            "SSL_CERT_FILE": str(self.folder / "authority.crt"),
            "HOME": "/nonexistent",
            **environment,
        }
        done = subprocess.run([str(cli), *words], env=found, capture_output=True, text=True, check=False)
        return Ran(done.returncode, done.stdout, done.stderr)

    def make_namespace(self, name: str, **environment: str) -> None:
        """As a person makes it in Temporal Cloud."""
        words = ("operator", "namespace", "create", "--namespace", name, "--retention", "1d")

        def made() -> bool:
            ran = self.cli(*words, **environment)
            return ran.code == 0 or "already exists" in ran.err.lower()

        until(f"the other Temporal has namespace {name}: {self.folder / 'log'}", made, 90)

    def _configuration(self, *, asks_for_keys: bool) -> dict[str, Any]:
        database = {
            "pluginName": "sqlite",
            "databaseName": "default",
            "connectAddr": "localhost",
            "connectProtocol": "tcp",
            "connectAttributes": {"mode": "memory", "cache": "private"},
            "maxConns": 1,
            "maxIdleConns": 1,
            "maxConnLifetime": "1h",
        }
        serving: dict[str, Any] = {"certFile": str(self.folder / "tls.crt"), "keyFile": str(self.folder / "tls.key")}
        if not asks_for_keys:
            serving |= {"requireClientAuth": True, "clientCaFiles": [str(self.folder / "clients.crt")]}
        ports = {name: (self.port + 10 * number, self.port + 10 * number + 1) for number, name in enumerate(_SERVICES)}
        authorization = {
            "jwtKeyProvider": {"keySourceURIs": [f"file://{self.folder / 'keys.json'}"], "refreshInterval": "1m"},
            "permissionsClaimName": "permissions",
            "authorizer": "default",
            "claimMapper": "default",
        }
        return {
            "log": {"stdout": True, "level": "info"},
            "persistence": {
                "defaultStore": "memory",
                "visibilityStore": "memory",
                "numHistoryShards": 4,
                "datastores": {"memory": {"sql": database}},
            },
            "global": {
                "membership": {"maxJoinDuration": "30s", "broadcastAddress": self.host},
                "tls": {"frontend": {"server": serving}},
                **({"authorization": authorization} if asks_for_keys else {}),
            },
            "services": {
                name: {"rpc": {"grpcPort": grpc, "membershipPort": gossip, "bindOnIP": self.host}}
                for name, (grpc, gossip) in ports.items()
            },
            "clusterMetadata": {
                "enableGlobalNamespace": False,
                "failoverVersionIncrement": 10,
                "masterClusterName": "active",
                "currentClusterName": "active",
                "clusterInformation": {
                    "active": {"enabled": True, "initialFailoverVersion": 1, "rpcAddress": f"{self.host}:{self.port}"}
                },
            },
            "dynamicConfigClient": {"filepath": str(self.folder / "dynamic.yaml"), "pollInterval": "60s"},
        }
