"""KEDA itself, from its Go module: its manifests as they are written there, with images made of its commands."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from embedded import toolchain
from embedded.images import archive
from embedded.images.archive import Config
from embedded.images.tree import Tree
from embedded.progress import Progress
from tests.cluster.application import load
from tests.cluster.go_modules import builder
from tests.cluster.stack import Deployment
from versions import KEDA

MODULE: Final = "github.com/kedacore/keda/v2"
_COMMANDS: Final = {"keda": "keda-operator", "keda-adapter": "keda-adapter"}
"""Our name for a tool by what its image calls it."""
_IMAGE: Final = re.compile(r"image: (\S+)")


@contextmanager
def keda(deployment: Deployment, folder: Path) -> Iterator[None]:
    """While the operator and its metrics server run, in the Kubernetes namespace `keda`. They are made in `folder`."""
    tools = toolchain.ensure(("kubectl", *_COMMANDS.values()), Progress())
    text = _manifests(tools.path("kubectl"))
    tree = Tree()
    for command, tool in _COMMANDS.items():
        tree.file(command, tools.path(tool), mode=0o755)
    for number, reference in enumerate(sorted(set(_IMAGE.findall(text)))):
        image = folder / f"{number}.tar"
        archive.write(image, reference, tree, Config(user="65532"))
        load(reference, image)
    deployment.kubectl("apply", "--server-side", "-f", "-", stdin=text)
    wait = ("wait", "--timeout=300s")
    try:
        deployment.kubectl(*wait, "-n", "keda", "--for=condition=Available", "deployment", "--all")
        deployment.kubectl(*wait, "--for=condition=Available", "apiservice/v1beta1.external.metrics.k8s.io")
        yield
    finally:
        deployment.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=text)


def _manifests(kubectl: Path) -> str:
    """All but the admission webhooks. The images are on the node already."""
    with builder() as go:
        source = go.source(MODULE, KEDA)
        made = subprocess.run(
            [kubectl, "kustomize", source / "config" / "minimal"], capture_output=True, text=True, check=True
        )
    return made.stdout.replace("imagePullPolicy: Always", "imagePullPolicy: IfNotPresent")
