"""An application of the tests as a stack runs it: its worker, its API, and what they are asked.

The image is made of the Python that runs these tests (python_image.py), so it needs no registry.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from commands.tests_node import NODE
from embedded import node, toolchain
from embedded.node import containers
from embedded.node.api import Api
from embedded.node.places import Places
from embedded.node.programs import TOOLS, Programs
from embedded.progress import Progress
from tests.cluster import python_image
from tests.cluster.stack import Deployment, ready, until

IMAGE: Final = "docker.io/tests/application:1"
NAMESPACE: Final = "shop"
SMALL: Final = {"requests": {"cpu": "20m"}, "limits": {"memory": "256Mi"}}
WORKER: Final[dict[str, Any]] = {
    "kind": "worker",
    "name": "notes",
    "application": NAMESPACE,
    "image": IMAGE,
    "command": ["python", "/app/worker.py"],
    "taskQueue": "notes",
    "slots": {"activities": 7},
    "gracefulShutdown": "20s",
    "metricsPort": 9464,
    "probes": {"readiness": {"kind": "http", "path": "/metrics", "port": 9464}},
    "volumes": [{"kind": "claim", "name": "data", "path": "/app/data", "size": "100Mi"}],
    "resources": SMALL,
}
API: Final[dict[str, Any]] = {
    "kind": "api",
    "name": "web",
    "application": NAMESPACE,
    "image": IMAGE,
    "command": ["python", "/app/api.py"],
    "port": 8000,
    "environment": {"NOTES_TASK_QUEUE": "notes"},
    "probes": {"readiness": {"kind": "http", "path": "/healthz"}},
    "resources": SMALL,
}


def load_image(folder: Path, reference: str = IMAGE, programs: Mapping[str, str] | None = None) -> None:
    """The application's image, made in `folder`, is on the tests' node under this name; see python_image.write."""
    archive = folder / "application.tar"
    host, slash, _ = reference.partition("/")
    # What names no registry is Docker Hub's: so containerd calls it, and so does the kubelet.
    full = reference if slash and ("." in host or ":" in host) else f"docker.io/{reference}"
    python_image.write(archive, full, programs)
    load(full, archive)


def load(reference: str, archive: Path) -> None:
    """An image's archive is on the tests' node."""
    config = node.NodeConfig.from_environment(NODE)
    places = Places(config.name)
    tools = toolchain.ensure(TOOLS, Progress())
    programs = Programs(config, places, tools, Api(places, config.addresses.node))
    containers.load({reference: archive}, programs.ctr(), places, Progress())


def say(deployment: Deployment, **keys: Any) -> None:
    """Puts other values into the stack file."""
    document = yaml.safe_load(deployment.file.read_text())
    document["config"] |= {f"temporal:{key}": value for key, value in keys.items()}
    deployment.file.write_text(yaml.safe_dump(document, sort_keys=False))


def objects(deployment: Deployment, *words: str) -> Any:
    return json.loads(deployment.kubectl("-n", NAMESPACE, "get", *words, "-o", "json"))


def the_pod(deployment: Deployment, workload: str) -> Any:
    """The one pod of a workload, once it is ready and no other is there."""

    def alone() -> Any:
        found = objects(deployment, "pods", "-l", f"app.kubernetes.io/name={workload}")["items"]
        return found[0] if len(found) == 1 and ready(found[0]) else None

    return until(f"one pod of {workload} is ready", alone)


def asked(deployment: Deployment, url: str, body: str | None = None, namespace: str = NAMESPACE) -> str:
    """What an HTTP server answers to the worker's pod."""
    data = "None" if body is None else repr(body.encode())
    program = f"import urllib.request as r; print(r.urlopen({url!r}, data={data}, timeout=60).read().decode())"
    return deployment.kubectl("-n", namespace, "exec", "deployment/notes", "--", "python", "-c", program).strip()


def noted(deployment: Deployment, line: str, namespace: str) -> list[str]:
    """The journal after a workflow execution that added a line."""
    words = ("--type", "Note", "--task-queue", "notes", "--workflow-id", f"note-{line}", "--input", json.dumps(line))
    said = deployment.temporal("workflow", "execute", *words, "--output", "json", namespace=namespace)
    result = json.loads(said)
    assert result["status"] == "COMPLETED", said
    return list(result["result"])
