"""The image that holds a pod's namespaces: `/pause`, which waits, ends on SIGTERM and SIGINT, and reaps orphans."""

from embedded.images.archive import Config
from embedded.images.recipes import FILES, Inputs, Recipe
from embedded.images.tree import Tree
from versions import PAUSE, PAUSE_IMAGE


def _pause(inputs: Inputs) -> tuple[Tree, Config]:
    tree = Tree()
    tree.file("pause", FILES / "pause.sh", mode=0o755)
    tree.file("bin/busybox", inputs.tools.path("busybox"), mode=0o755)
    return tree, Config(
        user="65535:65535",
        environment={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        entrypoint=("/pause",),
        labels={"org.opencontainers.image.version": PAUSE},
    )


RECIPE = Recipe(reference=PAUSE_IMAGE, tools=("busybox",), build=_pause)
