"""The image of OpenSearch with its security plugin: opensearchproject/opensearch, from the publisher's own files.

Maven Central has the server as its integration tests use it, with one module; the others that Temporal's visibility
needs are put together here as the publisher's build does (modules/*/build.gradle of its sources).
"""

import fnmatch
import re
from dataclasses import dataclass, replace

from embedded.images import bookworm, maven
from embedded.images.archive import Config
from embedded.images.maven import Artifact
from embedded.images.recipes import FILES, Inputs, Recipe
from embedded.images.tree import Tree
from versions import OPENSEARCH, OPENSEARCH_IMAGE

_UID = 1000
_HOME = "usr/share/opensearch"
_CONFIG = f"{_HOME}/config"
_PLUGIN = "opensearch-security"
_JAVA = "openjdk-17-jre-headless"

_SERVER = Artifact(
    group="org.opensearch.distribution.integ-test-zip",
    name="opensearch",
    version=OPENSEARCH,
    kind="zip",
    sha256="3902e642715210d1d9d7cbdcc8f5abd6f931d1d7a679cea3750937becf16c406",
)
_SECURITY = Artifact(
    group="org.opensearch.plugin",
    name=_PLUGIN,
    version=f"{OPENSEARCH}.0",
    kind="zip",
    sha256="1f673622c462c4171a8c53f9b1ad20e5b839834cb79b0d3b388da180a0e514e8",
)
_REINDEX = Artifact(
    group="org.opensearch.plugin",
    name="reindex-client",
    version=OPENSEARCH,
    kind="jar",
    sha256="ae498328ad68e54bf0024c8fc047f1f9c217bc18d70931c11905dcb73926c2fc",
)
_SSL_CONFIG = Artifact(
    group="org.opensearch",
    name="opensearch-ssl-config",
    version=OPENSEARCH,
    kind="jar",
    sha256="9ed3bc92e44e52f7cd2610668cba5bc935bea786551d92e68f147aa08f083a6e",
)
_MAPPERS = Artifact(
    group="org.opensearch.plugin",
    name="mapper-extras-client",
    version=OPENSEARCH,
    kind="jar",
    sha256="fc1565cfdb1beb7a44e0585039000dab5de76ccee90c7038fa1c073bfff759eb",
)


@dataclass(frozen=True, kw_only=True)
class _Module:
    """A module of the server: what its descriptor says, its own files, and which jars it shares with the plugin."""

    name: str
    description: str
    main: str
    files: tuple[Artifact, ...]
    shared: tuple[str, ...] = ()

    @property
    def descriptor(self) -> str:
        lines = {
            "description": self.description,
            "version": OPENSEARCH,
            "name": self.name,
            "classname": self.main,
            "java.version": "11",
            "opensearch.version": OPENSEARCH,
            "custom.foldername": "",
            "extended.plugins": "",
            "has.native.controller": "false",
        }
        return "".join(f"{name}={value}\n" for name, value in lines.items())


_MODULES = (
    # scaled_float, which the template of Temporal's index has (TemporalDouble01 …)
    _Module(
        name="mapper-extras",
        description="Adds advanced field mappers",
        main="org.opensearch.index.mapper.MapperExtrasPlugin",
        files=(_MAPPERS,),
    ),
    # _reindex, with which an index moves to another mapping
    _Module(
        name="reindex",
        description="The Reindex module adds APIs to reindex from one index to another or update documents in place.",
        main="org.opensearch.index.reindex.ReindexPlugin",
        files=(_REINDEX, _SSL_CONFIG),
        shared=(
            "commons-codec-*.jar",
            "commons-logging-*.jar",
            "httpasyncclient-*.jar",
            "httpclient-4*.jar",
            "httpcore-4*.jar",
            "httpcore-nio-*.jar",
            "opensearch-rest-client-*.jar",
        ),
    ),
)
# Of the JRE: its manuals, and what desktops read.
_LEFT_OUT = re.compile(r"usr/lib/jvm/[^/]+/(man|docs)(/|$)|usr/share/(applications|binfmts|menu|pixmaps)(/|$)")
_CONFIGURATION = """\
cluster.name: docker-cluster

# A pod's address is not known beforehand.
network.host: 0.0.0.0
"""


def _opensearch(inputs: Inputs) -> tuple[Tree, Config]:
    tree = bookworm.base(inputs, (_JAVA,), _LEFT_OUT)
    bookworm.users(tree, "opensearch", _UID, f"/{_HOME}")
    for folder in ("dev", "proc", "sys", "run"):
        tree.directory(folder)
    tree.directory("tmp", mode=0o1777)
    _java(tree)
    _server(tree, inputs)
    plugin = _security(tree, inputs)
    for module in _MODULES:
        _module(tree, module, plugin, inputs)
    return tree, Config(
        user=str(_UID),
        working_directory=f"/{_HOME}",
        environment={
            "PATH": f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/{_HOME}/jdk/bin:/{_HOME}/bin",
            "JAVA_HOME": f"/{_HOME}/jdk",
        },
        entrypoint=("./opensearch-docker-entrypoint.sh",),
        command=("opensearch",),
        ports=("9200/tcp", "9300/tcp", "9600/tcp", "9650/tcp"),
        labels={"org.label-schema.version": OPENSEARCH},
    )


def _java(tree: Tree) -> None:
    """The JRE under the name that the official image has for its own."""
    (java,) = {path.split("/")[3] for path in tree.entries if fnmatch.fnmatch(path, "usr/lib/jvm/*/bin/java")}
    tree.link(f"{_HOME}/jdk", f"/usr/lib/jvm/{java}")


def _server(tree: Tree, inputs: Inputs) -> None:
    unpacked = maven.unpack(inputs.files[_SERVER.name], inputs.work, _is_for_linux, owner=_UID)
    for path, entry in unpacked.entries.items():
        _, _, inside = path.partition("/")
        tree.entries[f"{_HOME}/{inside}".rstrip("/")] = entry
    tree.directory(f"{_HOME}/data", owner=_UID)
    tree.file(f"{_CONFIG}/opensearch.yml", _CONFIGURATION, mode=0o660, owner=_UID)
    tree.file(f"{_CONFIG}/log4j2.properties", FILES / "opensearch-log4j2.properties", mode=0o660, owner=_UID)
    environment = f"{_HOME}/bin/opensearch-env"
    tree.file(environment, _with_java(tree.text(environment)), mode=0o755, owner=_UID)
    entrypoint = f"{_HOME}/opensearch-docker-entrypoint.sh"
    tree.file(entrypoint, FILES / "opensearch-entrypoint.sh", mode=0o755, owner=_UID)


def _with_java(script: str) -> str:
    """What the same script says in the publisher's tar with Java; without it every start warns."""
    script = script.replace("OPENSEARCH_DISTRIBUTION_TYPE=zip", "OPENSEARCH_DISTRIBUTION_TYPE=tar")
    return script.replace("OPENSEARCH_BUNDLED_JDK=false", "OPENSEARCH_BUNDLED_JDK=true")


def _security(tree: Tree, inputs: Inputs) -> Tree:
    """Puts the plugin where `opensearch-plugin install` puts it, its configuration to the server's; gives it as it is
    in its archive."""
    plugin = maven.unpack(inputs.files[_SECURITY.name], inputs.work, _is_for_linux, owner=_UID)
    home = f"{_HOME}/plugins/{_PLUGIN}"
    for folder, mode in ((f"{_CONFIG}/{_PLUGIN}", 0o750), (home, 0o755), (f"{home}/tools", 0o755)):
        tree.directory(folder, mode=mode, owner=_UID)
    for path, entry in plugin.entries.items():
        if entry.kind == "directory":
            continue
        folder, _, name = path.partition("/")
        place, mode = (f"{_CONFIG}/{_PLUGIN}/{name}", 0o660) if folder == "config" else (f"{home}/{path}", 0o644)
        tree.entries[place] = replace(entry, mode=0o750 if folder == "tools" else mode)
    return plugin


def _module(tree: Tree, module: _Module, plugin: Tree, inputs: Inputs) -> None:
    folder = f"{_HOME}/modules/{module.name}"
    tree.directory(folder, owner=_UID)
    tree.file(f"{folder}/plugin-descriptor.properties", module.descriptor, owner=_UID)
    for artifact in module.files:
        tree.file(f"{folder}/{artifact.file}", inputs.files[artifact.name], owner=_UID)
    for pattern in module.shared:
        (name,) = fnmatch.filter(plugin.entries, pattern)
        tree.entries[f"{folder}/{name}"] = plugin.entries[name]


def _is_for_linux(path: str) -> bool:
    return not path.endswith((".bat", ".exe"))


RECIPE = Recipe(
    reference=OPENSEARCH_IMAGE,
    packages=(_JAVA, *bookworm.PACKAGES),
    artifacts=(_SERVER, _SECURITY, *(artifact for module in _MODULES for artifact in module.files)),
    build=_opensearch,
)
