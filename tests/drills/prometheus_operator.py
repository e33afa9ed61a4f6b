"""The Prometheus Operator itself, from its Go module: its manifests as they are written there, with images made of its
commands, and a Prometheus and an Alertmanager as a team asks it for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import versions
from embedded import toolchain
from embedded.images import archive
from embedded.images.archive import Config
from embedded.images.tree import Tree
from embedded.progress import Progress
from tests.cluster.application import load
from tests.cluster.go_modules import PROMETHEUS_OPERATOR_MODULE, manifests
from tests.cluster.stack import Deployment, until

NAMESPACE: Final = "monitoring"
PROMETHEUS: Final = "prometheus-watching-0"
ALERTMANAGER: Final = "alertmanager-telling-0"
_COMMANDS: Final = {"prometheus-operator": "operator", "prometheus-config-reloader": "prometheus-config-reloader"}
"""Of each tool and image, what the image calls it."""
_ASKED_FOR: Final = Path(__file__).with_suffix(".yaml")


def definitions() -> str:
    """All of its CustomResourceDefinitions."""
    return manifests({PROMETHEUS_OPERATOR_MODULE: ["example/prometheus-operator-crd/*.yaml"]})


@contextmanager
def prometheus_operator(deployment: Deployment, folder: Path) -> Iterator[None]:
    """While the operator runs, whose definitions are there, and what it was asked for is ready. Images are made in
    `folder`."""
    _images(folder)
    own = manifests(
        {
            PROMETHEUS_OPERATOR_MODULE: [
                "example/rbac/prometheus-operator/*.yaml",
                "example/rbac/prometheus/*role*.yaml",
                "example/rbac/prometheus/*service-account.yaml",
            ]
        }
    ).replace("namespace: default", f"namespace: {NAMESPACE}")
    apply = ("apply", "--server-side", "-f", "-")
    deployment.kubectl("create", "namespace", NAMESPACE)
    try:
        deployment.kubectl("-n", NAMESPACE, *apply, stdin=own)
        deployment.kubectl(*apply, stdin=_asked_for())
        until("pods are made", lambda: {PROMETHEUS, ALERTMANAGER} <= _pods(deployment))
        for pod in (PROMETHEUS, ALERTMANAGER):
            deployment.kubectl("-n", NAMESPACE, "wait", "--for=condition=Ready", "--timeout=300s", f"pod/{pod}")
        yield
    finally:
        deployment.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=_asked_for())
        deployment.kubectl("-n", NAMESPACE, "delete", "--ignore-not-found", "-f", "-", stdin=own)
        deployment.kubectl("delete", "namespace", NAMESPACE)


def _pods(deployment: Deployment) -> set[str]:
    return set(deployment.kubectl("-n", NAMESPACE, "get", "pods", "-o", "name").replace("pod/", "").split())


def _asked_for() -> str:
    text = _ASKED_FOR.read_text()
    for name in ("PROMETHEUS", "ALERTMANAGER"):
        text = text.replace(f"{name}_IMAGE", getattr(versions, f"{name}_IMAGE"))
        text = text.replace(f"{name}_VERSION", getattr(versions, name))
    return text


def _images(folder: Path) -> None:
    tools = toolchain.ensure(tuple(_COMMANDS), Progress())
    for tool, command in _COMMANDS.items():
        tree = Tree()
        tree.file(f"bin/{command}", tools.path(tool), mode=0o755)
        image = folder / f"{tool}.tar"
        reference = f"quay.io/prometheus-operator/{tool}:v{versions.PROMETHEUS_OPERATOR}"
        archive.write(image, reference, tree, Config(user="65534", entrypoint=(f"/bin/{command}",)))
        load(reference, image)
