"""The image of an S3 server on a volume: versity/versitygw, as the Dockerfile of its module makes it."""

from embedded.images import alpine
from embedded.images.archive import Config
from embedded.images.recipes import Inputs, Recipe
from embedded.images.tree import Tree
from versions import VERSITYGW, VERSITYGW_IMAGE


def _versitygw(inputs: Inputs) -> tuple[Tree, Config]:
    tree = alpine.base(inputs)
    tree.directory("tmp/vgw")
    tree.file("usr/local/bin/versitygw", inputs.tools.path("versitygw"), mode=0o755)
    tree.file("usr/local/bin/docker-entrypoint.sh", inputs.tools.path("versitygw-entrypoint"), mode=0o755)
    return tree, Config(
        environment={"PATH": alpine.PATH},
        entrypoint=("/usr/local/bin/docker-entrypoint.sh",),
        labels={"org.opencontainers.image.version": f"v{VERSITYGW}"},
    )


RECIPE = Recipe(
    reference=VERSITYGW_IMAGE,
    tools=("versitygw", "versitygw-entrypoint"),
    packages=alpine.PACKAGES,
    build=_versitygw,
)
