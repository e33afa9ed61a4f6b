"""A stack with a monitoring of its own, and those who are told: a webhook as Slack has them, a mail server."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from commands.tests_node import NODE
from embedded import node
from embedded.node.places import Places
from tests.cluster import sinks
from tests.cluster.stack import ROOT, Deployment, deployed, deployment_of
from tests.drills.issuing import Authority, key_pem, pem, signed

NAME: Final = "monitored"


@dataclass(frozen=True)
class Monitored:
    """The stack, and where those who are told keep what they are told."""

    stack: Deployment
    told: Path

    def ask(self, called: str, port: int, path: str, **query: str) -> Any:
        """What Prometheus or Alertmanager answers to the holder of the monitoring's certificate."""
        ran = self.curl(called, port, f"{path}?{urlencode(query)}", "--cert", "tls.crt", "--key", "tls.key")
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def curl(self, called: str, port: int, path: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """A call from inside the node's network."""
        pod = self.stack.get("pod", f"temporal-{called}-0")["status"]["podIP"]
        host = f"temporal-{called}.{self.stack.namespace}.svc"
        resolved = ["--noproxy", "*", "--resolve", f"{host}:{port}:{pod}", "--cacert", "ca.crt"]
        command = [
            "curl",
            "--silent",
            "--show-error",
            "--max-time",
            "30",
            *resolved,
            *words,
            f"https://{host}:{port}{path}",
        ]
        return subprocess.run([*inside(), *command], cwd=self.told, capture_output=True, text=True, check=False)

    def query(self, expression: str) -> list[Any]:
        """The series of an instant query."""
        answer = self.ask("prometheus", 9090, "/api/v1/query", query=expression)
        assert answer["status"] == "success", (expression, answer)
        found: list[Any] = answer["data"]["result"]
        return found


def inside() -> list[str]:
    """The node's network namespace."""
    return ["nsenter", f"--net={Places(node.NodeConfig.from_environment(NODE).name).network_namespace}", "--"]


def stack_file(name: str, alerts: Mapping[str, Any], changes: Mapping[str, Any]) -> str:
    """The example with shorter times, and everybody told."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "examples" / "stacks" / "local-monitoring.yaml").read_text())
    config = document["config"]
    config["temporal:name"] = name
    config["temporal:kubernetes"]["createNamespace"] = False
    config["temporal:backend"]["shards"] = 16
    config["temporal:applications"] = []
    config.update({f"temporal:{key}": value for key, value in changes.items()})
    config["temporal:monitoring"] |= {
        "interval": "5s",
        "alerts": dict(alerts),
        "notifications": {
            "groupWait": "1s",
            "groupInterval": "5s",
            "routes": [
                {"kind": "slack", "webhook": {"secret": "told", "key": "slack"}, "channel": "#ops"},
                {
                    "kind": "email",
                    "to": ["ops@example.com"],
                    "sender": "temporal@example.com",
                    "host": _address(),
                    "port": sinks.SMTP_PORT,
                    "ca": {"secret": "told", "key": "ca"},
                    "severities": ["critical"],
                },
            ],
        },
    }
    return yaml.safe_dump(document)


def _address() -> str:
    return str(node.NodeConfig.from_environment(NODE).addresses.node)


@contextmanager
def told(stack: Deployment, folder: Path) -> Iterator[None]:
    """The stack's namespace with the Secret of its routes, while those who are told listen and keep everything in
    `folder`; gone afterwards."""
    address, namespace = _address(), stack.namespace
    authority, key = Authority.new("mail"), ec.generate_private_key(ec.SECP256R1())
    leaf = signed(key, {"commonName": "mail", "ipAddresses": [address], "usages": ["server auth"]}, authority)
    (folder / "tls.crt").write_bytes(pem(leaf))
    (folder / "tls.key").write_bytes(key_pem(key))
    stack.kubectl("create", "namespace", namespace, check=False)
    stack.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted", "--overwrite")
    ca = folder / "mail-ca.crt"
    ca.write_bytes(pem(authority.certificate))
    url = f"http://{address}:{sinks.HTTP_PORT}/services/T0/B0/hidden"
    words = ["create", "secret", "generic", "told", f"--from-literal=slack={url}", f"--from-file=ca={ca}"]
    stack.kubectl("-n", namespace, *words, check=False)
    process = subprocess.Popen([*inside(), sys.executable, "-m", "tests.cluster.sinks", str(folder), address], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
    stack.kubectl("delete", "namespace", namespace)


@contextmanager
def monitored_stack(
    folder: Path, alerts: Mapping[str, Any], changes: Mapping[str, Any] | None = None
) -> Iterator[Monitored]:
    """The stack while it is up, with what a team has around it; `alerts` are as the stack file has them, `changes`
    other keys of it."""
    stack = deployment_of(stack_file(NAME, alerts, changes or {}), NAME)
    with told(stack, folder), deployed(stack):
        yield looked_into(stack, folder)


def looked_into(stack: Deployment, folder: Path) -> Monitored:
    """A stack with a bundled monitoring, whose certificate is kept in `folder`: over that of the mail server, which has
    read its own already."""
    for name in ("tls.crt", "tls.key", "ca.crt"):
        template = f'{{{{index .data "{name}" | base64decode}}}}'
        words = ("get", "secret", "temporal-monitoring-tls", "-o", f"go-template={template}")
        (folder / name).write_text(stack.kubectl("-n", stack.namespace, *words))
    return Monitored(stack, folder)
