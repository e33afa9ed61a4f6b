"""Temporal's images: server, admin-tools and ui, as docker/targets and the ui-server module's Dockerfile make them.

Binaries, schema, configuration template and start scripts come from the Go modules of the same versions.
"""

from embedded.images import alpine
from embedded.images.archive import Config
from embedded.images.recipes import Inputs, Recipe
from embedded.images.tree import Tree
from versions import (
    ADMIN_TOOLS_IMAGE,
    SERVER_IMAGE,
    TEMPORAL_CLI,
    TEMPORAL_UI,
    UI_IMAGE,
)

_ADMIN_TOOLS = ("temporal", "temporal-sql-tool", "temporal-elasticsearch-tool", "tdbg")
_UI_HOME = "/home/ui-server"
_VERSION = "org.opencontainers.image.version"


def server(version: str) -> Recipe:
    """The image of a server of any version that a stack may name."""

    def build(inputs: Inputs) -> tuple[Tree, Config]:
        tree = alpine.temporal(inputs)
        tree.file("usr/local/bin/temporal-server", inputs.tools.path("temporal-server"), mode=0o755)
        tree.file("etc/temporal/entrypoint.sh", inputs.tools.path("temporal-server-entrypoint"), mode=0o755)
        return tree, Config(
            user="temporal",
            working_directory="/etc/temporal",
            environment={"PATH": alpine.PATH},
            command=("/etc/temporal/entrypoint.sh",),
            labels={_VERSION: version, "com.temporal.server.version": version},
        )

    return Recipe(
        reference=_of(SERVER_IMAGE, version),
        server=version,
        tools=("temporal-server", "temporal-server-entrypoint"),
        packages=alpine.TEMPORAL_PACKAGES,
        build=build,
    )


def admin_tools(version: str) -> Recipe:
    """The image with the tools of that server, which its jobs run."""

    def build(inputs: Inputs) -> tuple[Tree, Config]:
        tree = alpine.temporal(inputs)
        for tool in _ADMIN_TOOLS:
            tree.file(f"usr/local/bin/{tool}", inputs.tools.path(tool), mode=0o755)
        tree.folder("etc/temporal/schema", inputs.tools.path("temporal-schema"))
        return tree, Config(
            user="temporal",
            environment={"PATH": alpine.PATH},
            command=("sh", "-c", "trap exit INT HUP TERM; sleep infinity & wait"),
            labels={
                _VERSION: version,
                "com.temporal.server.version": version,
                "com.temporal.cli.version": TEMPORAL_CLI,
            },
        )

    return Recipe(
        reference=_of(ADMIN_TOOLS_IMAGE, version),
        server=version,
        tools=(*_ADMIN_TOOLS, "temporal-schema"),
        packages=alpine.TEMPORAL_PACKAGES,
        build=build,
    )


def _ui(inputs: Inputs) -> tuple[Tree, Config]:
    tree = alpine.temporal(inputs)
    owner = alpine.TEMPORAL_UID
    config = inputs.tools.path("temporal-ui-config") / "docker.yaml"
    tree.add(alpine.bash(inputs))
    tree.file(f"{_UI_HOME}/ui-server", inputs.tools.path("temporal-ui"), mode=0o755, owner=owner)
    tree.file(f"{_UI_HOME}/start-ui-server.sh", inputs.tools.path("temporal-ui-entrypoint"), mode=0o755, owner=owner)
    tree.file(f"{_UI_HOME}/config/docker.yaml", config, owner=owner)
    return tree, Config(
        user="temporal",
        working_directory=_UI_HOME,
        environment={"PATH": alpine.PATH, "TEMPORAL_CLOUD_UI": "false"},
        entrypoint=("./start-ui-server.sh",),
        ports=("8080/tcp",),
        labels={_VERSION: TEMPORAL_UI},
    )


def _of(image: str, version: str) -> str:
    return f"{image.rpartition(':')[0]}:{version}"


UI = Recipe(
    reference=UI_IMAGE,
    tools=("temporal-ui", "temporal-ui-config", "temporal-ui-entrypoint"),
    packages=(*alpine.TEMPORAL_PACKAGES, *alpine.BASH_PACKAGES),
    build=_ui,
)
