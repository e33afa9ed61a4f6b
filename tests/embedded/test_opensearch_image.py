"""Proves how the optional image of OpenSearch is put together, from a made-up repository, and how its entrypoint reads
its variables. That the real server runs in it is proved by tests/cluster/test_opensearch_image.py.
"""

import os
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from embedded import images
from embedded.errors import EmbeddedError
from embedded.images import opensearch, pause, temporal
from tests.embedded.machine import Machine, made_up, owner, packages, read
from versions import OPENSEARCH, OPENSEARCH_IMAGE, PAUSE_IMAGE, SERVER_IMAGE, TEMPORAL_SERVER

BOTH = (SERVER_IMAGE, PAUSE_IMAGE)
STANDARD = (temporal.server(TEMPORAL_SERVER), pause.RECIPE)
HOME = "usr/share/opensearch"
JARS = (
    "commons-codec-1.jar",
    "commons-logging-1.jar",
    "httpasyncclient-4.jar",
    "httpclient-4.jar",
    "httpclient-cache-4.jar",
    "httpcore-4.jar",
    "httpcore-nio-4.jar",
    "opensearch-rest-client-2.jar",
)
# What the two archives hold, with modes as the publisher's have them.
SERVER = {
    "bin/opensearch": ("server", 0o755),
    "bin/opensearch.bat": ("windows", 0o644),
    "bin/opensearch-env": ("OPENSEARCH_DISTRIBUTION_TYPE=zip\nOPENSEARCH_BUNDLED_JDK=false\n", 0o755),
    "config/opensearch.yml": ("sample", 0o660),
    "config/log4j2.properties": ("files", 0o660),
    "config/jvm.options": ("-Xmx1g", 0o660),
    "lib/core.jar": ("core", 0o644),
    "modules/transport-netty4/netty.jar": ("netty", 0o644),
}
PLUGIN = {
    "plugin-descriptor.properties": ("security", 0o644),
    "config/": ("", 0o755),
    "config/roles.yml": ("roles", 0o644),
    "tools/": ("", 0o755),
    "tools/securityadmin.sh": ("admin", 0o755),
    "tools/securityadmin.bat": ("windows", 0o644),
    **{name: (f"jar {name}", 0o644) for name in JARS},
}


def archive(path: Path, contents: dict[str, tuple[str, int]]) -> None:
    with zipfile.ZipFile(path, "w") as made:
        for name, (text, mode) in contents.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            made.writestr(entry, text)


@pytest.fixture
def central(tmp_path: Path) -> Path:
    """A Maven repository with the recipe's artifacts, all made up."""
    folder = tmp_path / "central"
    for artifact in opensearch.RECIPE.artifacts:
        path = folder / artifact.path
        path.parent.mkdir(parents=True)
        if artifact.name == "opensearch":
            archive(path, {f"opensearch-{OPENSEARCH}/{name}": entry for name, entry in SERVER.items()})
        elif artifact.name == "opensearch-security":
            archive(path, PLUGIN)
        else:
            path.write_text(f"jar {artifact.name}")
    return folder


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = {name for recipe in (*STANDARD, opensearch.RECIPE) for name in recipe.packages}
    return packages(names, tmp_path_factory.mktemp("packages"))


@pytest.fixture
def machine(tmp_path: Path, mirror: Path, central: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine that reaches the made-up repository, whose files the recipe pins."""
    recipe = replace(
        opensearch.RECIPE,
        artifacts=tuple(
            replace(artifact, sha256=sha256((central / artifact.path).read_bytes()).hexdigest())
            for artifact in opensearch.RECIPE.artifacts
        ),
    )
    monkeypatch.setattr(images, "RECIPES", STANDARD)
    monkeypatch.setattr(images, "OPTIONAL", {OPENSEARCH_IMAGE: recipe})
    monkeypatch.setenv("MAVEN_REPOSITORY", f"{central.as_uri()}/")
    folder = tmp_path / "machine"
    folder.mkdir()
    with made_up(folder, mirror) as machine:
        yield machine


def make(machine: Machine) -> Path:
    return machine.make(extra=[OPENSEARCH_IMAGE])[OPENSEARCH_IMAGE]


def kept(machine: Machine) -> Path:
    return machine.folder / "cache/temporal-platform/images/maven"


def test_it_is_made_for_who_asks_and_changes_nothing_for_others(machine: Machine) -> None:
    """Neither its packages nor its files are fetched before; the other images stay the very same archives."""
    without = machine.make()
    assert tuple(without) == BOTH
    assert not kept(machine).exists()
    assert not [call for call in machine.calls if "openjdk" in call]
    with_it = machine.make(extra=[OPENSEARCH_IMAGE])
    assert tuple(with_it) == (*BOTH, OPENSEARCH_IMAGE)
    assert {reference: with_it[reference] for reference in BOTH} == without
    assert machine.make() == without


def test_its_container_starts_as_the_official_one(machine: Machine) -> None:
    """User, working directory, entrypoint, command, ports, and Java by the official image's path."""
    _, configuration, headers, texts = read(make(machine))
    home = f"/{HOME}"
    paths = f"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:{home}/jdk/bin:{home}/bin"
    assert configuration["config"] == {
        "User": "1000",
        "WorkingDir": home,
        "Env": [f"PATH={paths}", f"JAVA_HOME={home}/jdk"],
        "Entrypoint": ["./opensearch-docker-entrypoint.sh"],
        "Cmd": ["opensearch"],
        "ExposedPorts": {"9200/tcp": {}, "9300/tcp": {}, "9600/tcp": {}, "9650/tcp": {}},
        "Labels": {"org.label-schema.version": OPENSEARCH},
    }
    assert headers[f"{HOME}/jdk"].linkname == "/usr/lib/jvm/java-17-openjdk-amd64"
    assert texts["usr/lib/jvm/java-17-openjdk-amd64/bin/java"] == "java"
    assert f"opensearch:x:1000:1000::{home}:/bin/bash" in texts["etc/passwd"].splitlines()
    assert owner(headers[f"{HOME}/opensearch-docker-entrypoint.sh"]) == (0o755, 1000, 1000)
    assert owner(headers[f"{HOME}/data"]) == (0o755, 1000, 1000)
    assert owner(headers["tmp"]) == (0o1777, 0, 0)


def test_server_and_plugin_lie_as_the_publisher_installs_them(machine: Machine) -> None:
    """The plugin's configuration is the server's, logs go to the console, nothing for other systems is inside."""
    _, _, headers, texts = read(make(machine))
    assert owner(headers[f"{HOME}/bin/opensearch"]) == (0o755, 1000, 1000)
    assert texts[f"{HOME}/bin/opensearch-env"] == "OPENSEARCH_DISTRIBUTION_TYPE=tar\nOPENSEARCH_BUNDLED_JDK=true\n"
    assert texts[f"{HOME}/lib/core.jar"] == "core"
    assert texts[f"{HOME}/modules/transport-netty4/netty.jar"] == "netty"
    assert "network.host: 0.0.0.0\n" in texts[f"{HOME}/config/opensearch.yml"]
    assert "Console" in texts[f"{HOME}/config/log4j2.properties"]
    for name in ("opensearch.yml", "log4j2.properties", "jvm.options", "opensearch-security/roles.yml"):
        assert owner(headers[f"{HOME}/config/{name}"]) == (0o660, 1000, 1000)
    plugin = f"{HOME}/plugins/opensearch-security"
    assert owner(headers[f"{plugin}/tools/securityadmin.sh"]) == (0o750, 1000, 1000)
    assert texts[f"{plugin}/plugin-descriptor.properties"] == "security"
    assert f"{plugin}/config" not in headers
    assert not [name for name in headers if name.endswith((".bat", ".exe"))]


def test_modules_have_descriptors_and_the_jars_of_the_publishers_builds(machine: Machine) -> None:
    """What Temporal needs besides the server: field types, and the copying of an index."""
    texts = read(make(machine))[3]
    modules = f"{HOME}/modules"
    found = {name.removeprefix(f"{modules}/") for name in texts if name.startswith(f"{modules}/")}
    assert found == {
        "transport-netty4/netty.jar",
        "mapper-extras/plugin-descriptor.properties",
        f"mapper-extras/mapper-extras-client-{OPENSEARCH}.jar",
        "reindex/plugin-descriptor.properties",
        f"reindex/reindex-client-{OPENSEARCH}.jar",
        f"reindex/opensearch-ssl-config-{OPENSEARCH}.jar",
        *(f"reindex/{name}" for name in JARS if "cache" not in name),
    }
    lines = texts[f"{modules}/reindex/plugin-descriptor.properties"].splitlines()
    assert {"name=reindex", f"opensearch.version={OPENSEARCH}", "extended.plugins="} <= set(lines)
    assert "classname=org.opensearch.index.reindex.ReindexPlugin" in lines


def test_a_warm_cache_asks_nobody(machine: Machine, central: Path) -> None:
    """The second time the repository may be gone; a new archive is made from the files that are kept."""
    first = make(machine)
    central.rename(central.with_name("gone"))
    assert make(machine) == first
    first.unlink()
    assert make(machine) == first


def test_a_damaged_file_is_fetched_again(machine: Machine) -> None:
    """A file that lost its end in a power cut does not go into an image."""
    first = make(machine)
    content = first.read_bytes()
    first.unlink()
    damaged = kept(machine) / f"opensearch-{OPENSEARCH}.zip"
    damaged.write_bytes(damaged.read_bytes()[:100])
    assert make(machine).read_bytes() == content


def test_a_repository_that_cannot_be_reached_is_named(machine: Machine, central: Path) -> None:
    """Which file, from where, why, and the variable for a mirror; a later run goes through."""
    central.rename(central.with_name("gone"))
    with pytest.raises(EmbeddedError) as error:
        make(machine)
    lines = str(error.value).splitlines()
    assert lines[0] == "A file of Maven Central that the embedded images are made of cannot be downloaded."
    assert lines[1] == f"Missing: {central.as_uri()}/{opensearch.RECIPE.artifacts[0].path}"
    assert "No such file" in lines[2]
    assert "MAVEN_REPOSITORY=<its address>" in lines[3]
    assert list(kept(machine).iterdir()) == []
    central.with_name("gone").rename(central)
    assert make(machine).exists()


def test_a_repository_address_that_is_none_is_a_message(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing mistake in the variable, no traceback."""
    monkeypatch.setenv("MAVEN_REPOSITORY", "mirror.example.com/maven")
    with pytest.raises(EmbeddedError, match="The reason: unknown url type"):
        make(machine)


def test_other_bytes_than_the_pinned_ones_are_refused(machine: Machine, central: Path) -> None:
    """A mirror that was tampered with: both digests are said, nothing is kept or made."""
    artifact = opensearch.RECIPE.artifacts[0]
    (central / artifact.path).write_bytes(b"other")
    with pytest.raises(EmbeddedError) as error:
        make(machine)
    assert str(error.value).startswith(f"{central.as_uri()}/{artifact.path} is not the file that is pinned")
    assert sha256(b"other").hexdigest() in str(error.value)
    assert list(kept(machine).iterdir()) == []
    assert not list(kept(machine).parent.glob("opensearch-*"))


def test_what_a_killed_download_left_is_removed(machine: Machine) -> None:
    """SIGKILL leaves a working folder behind; it must not fill the disk."""
    (kept(machine) / "download-x/deep").mkdir(parents=True)
    machine.make()
    assert list(kept(machine).iterdir()) == []


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """An `opensearch` that tells how it was started, and an `id` that is nobody's."""
    folder = tmp_path / "programs"
    folder.mkdir()
    scripts = {"opensearch": 'printf "%s\\n" "$@" "opts $OPENSEARCH_JAVA_OPTS"', "id": "echo ${USER_ID:-1000}"}
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def entrypoint(programs: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = Path(images.__file__).parent / "files/opensearch-entrypoint.sh"
    env = {"PATH": f"{programs}{os.pathsep}/usr/bin:/bin", "DISABLE_INSTALL_DEMO_CONFIG": "true", **environment}
    return subprocess.run(["bash", script, *arguments], env=env, capture_output=True, text=True, check=False)


OPTIONS = "opts -Dopensearch.cgroups.hierarchy.override=/ "


@pytest.mark.parametrize(
    ("arguments", "expected"), [((), []), (("opensearch",), []), (("-v",), ["-v"]), (("opensearch", "-v"), ["-v"])]
)
def test_the_entrypoint_makes_settings_of_variables_with_dots(
    programs: Path, arguments: tuple[str, ...], expected: list[str]
) -> None:
    """Values may hold anything; what is empty, upper case or without a dot is none."""
    variables = {
        "discovery.type": "single-node",
        "plugins.security.nodes_dn": "CN=a b,O=c=d\nsecond line",
        "node.name": "",
        "NODE.NAME": "no",
        "HOME": "/none",
        "processors": "2",
        "OPENSEARCH_JAVA_OPTS": "-Xmx512m",
    }
    result = entrypoint(programs, *arguments, **variables)
    *options, last = result.stdout.replace("\nsecond", " second").splitlines()
    assert options[: len(expected)] == expected
    assert sorted(options[len(expected) :]) == [
        "-Ediscovery.type=single-node",
        "-Eplugins.security.nodes_dn=CN=a b,O=c=d second line",
        "-Eprocessors=2",
    ]
    assert last == f"{OPTIONS}-Xmx512m"
    assert (result.returncode, result.stderr) == (0, "")


def test_the_entrypoint_turns_the_security_plugin_off(programs: Path) -> None:
    """As the official image does."""
    result = entrypoint(programs, DISABLE_SECURITY_PLUGIN="true")
    assert result.stdout.splitlines() == ["-Eplugins.security.disabled=true", OPTIONS]


def test_the_entrypoint_installs_no_demonstration_certificates(programs: Path) -> None:
    """The official image would; whoever relies on it is told."""
    result = entrypoint(programs, DISABLE_INSTALL_DEMO_CONFIG="")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Set DISABLE_INSTALL_DEMO_CONFIG=true" in result.stderr


def test_the_entrypoint_refuses_root_and_runs_other_commands_as_they_are(programs: Path) -> None:
    """`docker run opensearch securityadmin.sh …` starts no server."""
    refused = entrypoint(programs, USER_ID="0")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "OpenSearch cannot run as root. Please start your container as another user.\n"
    other = entrypoint(programs, "echo", "a b", USER_ID="0")
    assert (other.returncode, other.stdout, other.stderr) == (0, "a b\n", "")
