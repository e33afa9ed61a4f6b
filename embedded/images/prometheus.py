"""The images of Prometheus, Alertmanager and the exporters, as the Dockerfiles of their modules make them from
prom/busybox."""

from embedded.images import alpine
from embedded.images.archive import Config
from embedded.images.recipes import Inputs, Recipe
from embedded.images.tree import Tree
from versions import ALERTMANAGER as ALERTMANAGER_VERSION
from versions import ALERTMANAGER_IMAGE, ELASTICSEARCH_EXPORTER_IMAGE, POSTGRES_EXPORTER_IMAGE, PROMETHEUS_IMAGE
from versions import ELASTICSEARCH_EXPORTER as ELASTICSEARCH_EXPORTER_VERSION
from versions import POSTGRES_EXPORTER as POSTGRES_EXPORTER_VERSION
from versions import PROMETHEUS as PROMETHEUS_VERSION

_NOBODY = 65534


def _prometheus(inputs: Inputs) -> tuple[Tree, Config]:
    return _image(inputs, "prometheus", "promtool", PROMETHEUS_VERSION, storage="/prometheus")


def _alertmanager(inputs: Inputs) -> tuple[Tree, Config]:
    return _image(inputs, "alertmanager", "amtool", ALERTMANAGER_VERSION, storage="/alertmanager")


def _image(inputs: Inputs, program: str, tool: str, version: str, storage: str) -> tuple[Tree, Config]:
    tree = alpine.base(inputs)
    tree.directory(storage.lstrip("/"), owner=_NOBODY)
    tree.directory(f"etc/{program}", owner=_NOBODY)
    for name in (program, tool):
        tree.file(f"bin/{name}", inputs.tools.path(name), mode=0o755)
    return tree, Config(
        environment={"PATH": alpine.PATH},
        user="nobody",
        working_directory=storage,
        entrypoint=(f"/bin/{program}",),
        command=(f"--config.file=/etc/{program}/{program}.yml", f"--storage.{_PATHS[program]}={storage}"),
        labels={"org.opencontainers.image.version": f"v{version}"},
    )


def _postgres_exporter(inputs: Inputs) -> tuple[Tree, Config]:
    return _exporter(inputs, "postgres_exporter", POSTGRES_EXPORTER_VERSION, port=9187)


def _elasticsearch_exporter(inputs: Inputs) -> tuple[Tree, Config]:
    return _exporter(inputs, "elasticsearch_exporter", ELASTICSEARCH_EXPORTER_VERSION, port=7979)


def _exporter(inputs: Inputs, program: str, version: str, port: int) -> tuple[Tree, Config]:
    """`port` is what the Dockerfile exposes, whether the program listens there or not."""
    tree = alpine.base(inputs)
    tree.file(f"bin/{program}", inputs.tools.path(program), mode=0o755)
    return tree, Config(
        environment={"PATH": alpine.PATH},
        user="nobody",
        entrypoint=(f"/bin/{program}",),
        ports=(f"{port}/tcp",),
        labels={"org.opencontainers.image.version": f"v{version}"},
    )


_PATHS = {"prometheus": "tsdb.path", "alertmanager": "path"}

PROMETHEUS = Recipe(
    reference=PROMETHEUS_IMAGE, tools=("prometheus", "promtool"), packages=alpine.PACKAGES, build=_prometheus
)
ALERTMANAGER = Recipe(
    reference=ALERTMANAGER_IMAGE, tools=("alertmanager", "amtool"), packages=alpine.PACKAGES, build=_alertmanager
)
POSTGRES_EXPORTER = Recipe(
    reference=POSTGRES_EXPORTER_IMAGE, tools=("postgres_exporter",), packages=alpine.PACKAGES, build=_postgres_exporter
)
ELASTICSEARCH_EXPORTER = Recipe(
    reference=ELASTICSEARCH_EXPORTER_IMAGE,
    tools=("elasticsearch_exporter",),
    packages=alpine.PACKAGES,
    build=_elasticsearch_exporter,
)
