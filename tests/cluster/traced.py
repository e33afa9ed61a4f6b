"""An application whose traces, and the server's, go to a collector of the tests, and what of a stack file says so."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec

from commands.tests_node import NODE
from embedded import node
from tests.cluster import collector
from tests.cluster.application import API, WORKER, load_image
from tests.cluster.monitored import inside
from tests.cluster.stack import ROOT, Deployment
from tests.drills.issuing import Authority, key_pem, pem, signed

NAMESPACE: Final = "traced"
"""Of the application: its own, for the stack of other tests has one of the same name beside it."""


@dataclass(frozen=True)
class Traced:
    """Where spans are kept, and the keys of the stack file."""

    spans: Path
    keys: dict[str, Any]


@contextmanager
def traced(folder: Path, stack: Deployment) -> Iterator[Traced]:
    """The collector serves on the node, with a certificate of its own authority, from before the stack is up. Every
    trace is sent to it: by the server, and by a worker and an API in a namespace that goes afterwards."""
    address = str(node.NodeConfig.from_environment(NODE).addresses.node)
    authority, key = Authority.new("collector"), ec.generate_private_key(ec.SECP256R1())
    # Not by the authority's own name: OpenSSL takes such a leaf for one that has signed itself.
    leaf = signed(key, {"commonName": "served", "ipAddresses": [address], "usages": ["server auth"]}, authority)
    (folder / "tls.crt").write_bytes(pem(leaf))
    (folder / "tls.key").write_bytes(key_pem(key))
    load_image(folder)
    data = {"ca": pem(authority.certificate), "headers": collector.HEADERS.encode()}
    for namespace in (stack.namespace, NAMESPACE):
        _apply(stack, {"kind": "Namespace", "metadata": {"name": namespace}})
        encoded = {name: base64.b64encode(value).decode() for name, value in data.items()}
        metadata = {"name": "collector", "namespace": namespace}
        _apply(stack, {"kind": "Secret", "metadata": metadata, "data": encoded})
    words = [sys.executable, "-m", "tests.cluster.collector", str(folder), address]
    process = subprocess.Popen([*inside(), *words], cwd=ROOT)
    try:
        yield Traced(
            folder,
            {
                "applications": [{"namespace": NAMESPACE, "temporalNamespace": "default"}],
                "workloads": [{**each, "application": NAMESPACE} for each in (WORKER, API)],
                "traces": {
                    "endpoint": f"https://{address}:{collector.PORT}",
                    "ca": {"secret": "collector", "key": "ca"},
                    "headers": {"secret": "collector", "key": "headers"},
                    "ratio": 1,
                },
            },
        )
    finally:
        process.terminate()
        process.wait(timeout=30)
    stack.kubectl("delete", "namespace", NAMESPACE)


def _apply(stack: Deployment, thing: dict[str, Any]) -> None:
    words = ("apply", "--server-side", "--field-manager=tests", "-f", "-")
    stack.kubectl(*words, stdin=json.dumps({"apiVersion": "v1", **thing}))
