"""How each program, and the administrator, reach the API server."""

import base64
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

import yaml

from embedded.node.pki import CLUSTER, write_private
from embedded.node.places import Places

API_PORT: Final = 6443
CONTEXT: Final = "embedded"
PROGRAMS: Final = {
    "kubelet": "node",
    "controller-manager": "controller-manager",
    "scheduler": "scheduler",
    "proxy": "proxy",
    "dns": "dns",
    "volumes": "volumes",
}
"""Kubeconfig to the client certificate in it."""


def write(places: Places, address: IPv4Address) -> None:
    """Writes all kubeconfigs, each with its certificate and key inside, readable by their owner alone."""
    places.kubeconfigs.mkdir(mode=0o700, exist_ok=True)
    for program, certificate in PROGRAMS.items():
        _write(places.kubeconfigs / program, places.pki, certificate, address)
    _write(places.kubeconfig, places.pki, "admin", address)


def _write(path: Path, pki: Path, certificate: str, address: IPv4Address) -> None:
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
        "clusters": [
            {
                "name": CONTEXT,
                "cluster": {
                    "server": f"https://{address}:{API_PORT}",
                    "certificate-authority-data": _encoded(pki / f"{CLUSTER}.crt"),
                },
            }
        ],
        "users": [
            {
                "name": CONTEXT,
                "user": {
                    "client-certificate-data": _encoded(pki / f"{certificate}.crt"),
                    "client-key-data": _encoded(pki / f"{certificate}.key"),
                },
            }
        ],
    }
    content = yaml.safe_dump(document, sort_keys=False).encode()
    if not path.exists() or path.read_bytes() != content:
        write_private(path, content)


def _encoded(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
