"""The configuration files of the node's programs, from the templates in `files`."""

import shutil
from pathlib import Path
from string import Template
from typing import Any, Final

import yaml

from embedded.node.config import NodeConfig
from embedded.node.places import Places
from embedded.toolchain import Tools
from versions import PAUSE_IMAGE

TEMPLATES: Final = Path(__file__).parent / "files"
TARGETS: Final = {
    "containerd.toml": "config/containerd.toml",
    "cni.conflist": "config/cni/pods.conflist",
    "kubelet.yaml": "config/kubelet.yaml",
    "kube-proxy.yaml": "config/kube-proxy.yaml",
    "Corefile": "config/Corefile",
    "resolv.conf": "config/resolv.conf",
    "volumes.json": "config/volumes.json",
    "volume-helper.yaml": "config/volume-helper.yaml",
    "volume-setup.sh": "volume-helper/setup",
    "volume-teardown.sh": "volume-helper/teardown",
}
"""Template to its place in the node's data."""


def write(config: NodeConfig, places: Places, tools: Tools) -> None:
    """Writes every configuration file and the programs the volume helper pods run."""
    for template, target in TARGETS.items():
        path = places.data / target
        path.parent.mkdir(parents=True, exist_ok=True)
        text = render(template, config, places, tools)
        if not path.exists() or path.read_text() != text:  # kube-proxy ends when its file is written
            path.write_text(text)
        path.chmod(0o755 if template.endswith(".sh") else 0o644)
    helper = places.data / "volume-helper" / "busybox"
    if not helper.exists():  # a container may be running it
        shutil.copy(tools.path("busybox"), helper)
    for folder in (places.volumes, places.logs, places.processes):
        folder.mkdir(parents=True, exist_ok=True)


def objects(config: NodeConfig, places: Places, tools: Tools) -> list[dict[str, Any]]:
    """The Kubernetes objects every node holds."""
    return list(yaml.safe_load_all(render("objects.yaml", config, places, tools)))


def render(template: str, config: NodeConfig, places: Places, tools: Tools) -> str:
    """The text of `template` for this node."""
    plan = config.addresses
    return Template((TEMPLATES / template).read_text()).substitute(
        name=config.name,
        data=places.data,
        run=places.run,
        cgroup=places.cgroup,
        node=plan.node,
        dns=plan.dns,
        pods=plan.pods,
        pause=PAUSE_IMAGE,
        plugins=tools.path("bridge").parent,
        runc=tools.path("runc"),
        shim=tools.path("containerd-shim-runc-v2"),
    )
