"""Proves that every key the program can write into the server's file is one of the server's own.

The server drops unknown keys without a word. What it knows is in `settings/catalogue/<minor>/`, made from its source;
that the catalogue is the source's is proven in tests/commands.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
import yaml

import versions
from components.server.configuration import ServerConfiguration
from settings.catalogue import configuration, dynamic_config, minor_of
from tests.program import recording, stacks
from tests.program.recording import Recording

MINORS = sorted({minor_of(version) for version in versions.SERVERS})
SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
CA = {"kind": "verify-full", "ca": {"secret": "database-authority", "key": "ca.pem"}}
TYPES = {"bool": bool, "int": int, "string": str, "duration": str}


def strangers(known: Any, value: Any, path: str = "") -> Iterator[str]:
    """Paths in a configuration that the server does not know, or knows as another type."""
    if isinstance(known, str):
        if type(value) is not TYPES[known]:
            yield f"{path}: {known}"
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in known or "*" in known:
                yield from strangers(known.get(key, known.get("*")), item, f"{path}.{key}".lstrip("."))
            else:
                yield f"{path}.{key}".lstrip(".")
    elif isinstance(value, list) and "[]" in known:
        for item in value:
            yield from strangers(known["[]"], item, f"{path}[]")
    else:
        yield path


def _configurations(found: Recording) -> dict[str, dict[str, Any]]:
    maps = found.objects("ConfigMap")
    return {name: yaml.safe_load(maps[f"temporal-{name}-config"]["data"]["server.yaml"]) for name in SERVICES}


@pytest.fixture(scope="session")
def written(request: pytest.FixtureRequest) -> dict[str, dict[str, dict[str, Any]]]:
    """The files of stacks that switch on every branch."""
    shared = ("local", "existing", "provided", "issued", "searching", "moving")
    signing = stacks.changed(stacks.searching(), visibility=stacks.search_store("search", stacks.SIGNING))
    found = {
        **{name: request.getfixturevalue(name) for name in shared},
        "database with an authority": recording.run(stacks.existing(CA)),
        "database without TLS": recording.run(stacks.existing({"kind": "disable"})),
        "search engine with signed requests": recording.run(signing),
        "archive in a bucket": recording.run(stacks.archived(stacks.COMPATIBLE)),
        "archive on a volume": recording.run(stacks.archived(stacks.VOLUME)),
    }
    return {name: _configurations(stack) for name, stack in found.items()}


@pytest.mark.parametrize("minor", MINORS)
def test_every_written_key_is_the_servers(written: dict[str, dict[str, dict[str, Any]]], minor: str) -> None:
    known = configuration(minor)
    found = {
        f"{stack}, {service}": list(strangers(known, text))
        for stack, services in written.items()
        for service, text in services.items()
    }
    assert found == {f"{stack}, {service}": [] for stack in written for service in SERVICES}


@pytest.mark.parametrize("minor", MINORS)
def test_every_key_of_the_models_is_the_servers(minor: str) -> None:
    """Also those that no stack of today switches on."""
    assert [path for path in _paths(ServerConfiguration) if not _leads(configuration(minor), path)] == []


def _paths(type_: Any) -> Iterator[tuple[str, ...]]:
    """Paths of a dataclass's fields; `*` for the keys of a mapping, `[]` for the items of a list."""
    if is_dataclass(type_):
        hints = get_type_hints(type_)
        for field in fields(type_):
            yield from ((field.name.rstrip("_").replace("_", "-"), *path) for path in _paths(hints[field.name]))
    elif getattr(type_, "__origin__", None) is dict:
        yield from (("*", *path) for path in _paths(get_args(type_)[1]))
    elif getattr(type_, "__origin__", None) is list:
        yield from (("[]", *path) for path in _paths(get_args(type_)[0]))
    elif get_args(type_):
        [inner] = [part for part in get_args(type_) if part is not type(None)]
        yield from _paths(inner)
    else:
        yield ()


def _leads(known: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(known, Mapping) or step not in known:
            return False
        known = known[step]
    return isinstance(known, str)


@pytest.mark.parametrize("minor", MINORS)
def test_the_platforms_dynamic_config_is_the_servers(minor: str) -> None:
    """With everything that it can write."""
    moving = stacks.opensearch(move=stacks.move("write-both"))
    found = recording.run(stacks.changed(moving, database__queriesPerSecond=1000))
    text = found.objects("ConfigMap")["temporal-dynamic-config"]["data"]["dynamic.yaml"]
    known = {setting.key: setting.type for setting in dynamic_config(minor).values()}
    written = yaml.safe_load(text)
    assert {key: known.get(key) for key in written} == {
        "limit.maxIDLength": "int",
        "frontend.enableServerVersionCheck": "bool",
        "history.cacheSizeBasedLimit": "bool",
        "history.hostLevelCacheMaxSizeBytes": "int",
        "history.eventsHostLevelCacheMaxSizeBytes": "int",
        "system.secondaryVisibilityWritingMode": "string",
        "system.enableReadFromSecondaryVisibility": "bool",
        **{key: "int" for key in written if key.endswith(".persistenceGlobalMaxQPS")},
        **{key: "duration" for key in written if "hutdown" in key or "embership" in key},
    }


WRONG: dict[str, tuple[tuple[str, ...], Any]] = {
    "global.tls.internode.server.clientCAFiles": (("global", "tls", "internode", "server", "clientCAFiles"), ["a"]),
    "global.membership.maxJoinDuration: duration": (("global", "membership", "maxJoinDuration"), 30),
    "persistence.datastores.default.sql.maxConn": (("persistence", "datastores", "default", "sql", "maxConn"), 20),
    "persistence.numHistoryShards: int": (("persistence", "numHistoryShards"), True),
    "services.history.rpc.grpcPorts": (("services", "history", "rpc", "grpcPorts"), 7234),
    "clusterMetadata.clusterInformation.active.rpcName": (
        ("clusterMetadata", "clusterInformation", "active", "rpcName"),
        "frontend",
    ),
    "log": (("log",), ["stdout"]),
}


@pytest.mark.parametrize("minor", MINORS)
@pytest.mark.parametrize("path", WRONG)
def test_the_check_itself_sees_a_wrong_key(
    written: dict[str, dict[str, dict[str, Any]]], path: str, minor: str
) -> None:
    text = copy.deepcopy(written["local"]["frontend"])
    (*way, last), value = WRONG[path]
    here = text
    for step in way:
        here = here[step]
    here[last] = value
    assert list(strangers(configuration(minor), text)) == [path]
