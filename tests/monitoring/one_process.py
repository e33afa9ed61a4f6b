"""The pinned server in one process with a database in memory, told of metrics and of its log what a stack's pods are
told."""

import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import yaml

from components.server.configuration import Log
from components.server.metrics import metrics, variables
from embedded import toolchain
from embedded.progress import Progress
from settings.monitoring.watched import Framework

HERE: Final = "127.0.0.1"
SERVICES: Final = ("frontend", "history", "matching", "worker")


def _configuration(folder: Path, framework: Framework, port: int) -> dict[str, Any]:
    told = metrics(framework)
    told = replace(told, prometheus=replace(told.prometheus, listenAddress=f"{HERE}:{port + 100}"))
    database = {
        "pluginName": "sqlite",
        "databaseName": "default",
        "connectAddr": "localhost",
        "connectProtocol": "tcp",
        "connectAttributes": {"mode": "memory", "cache": "private"},
        "maxConns": 1,
        "maxIdleConns": 1,
    }
    cluster = {"enabled": True, "initialFailoverVersion": 1, "rpcAddress": f"{HERE}:{port}"}
    return {
        "log": asdict(Log()),
        "persistence": {
            "defaultStore": "memory",
            "visibilityStore": "memory",
            "numHistoryShards": 4,
            "datastores": {"memory": {"sql": database}},
        },
        "global": {
            "membership": {"maxJoinDuration": "30s", "broadcastAddress": HERE},
            "metrics": {name: value for name, value in asdict(told).items() if value is not None},
        },
        "services": {
            name: {"rpc": {"grpcPort": port + 10 * number, "membershipPort": port + 10 * number + 1, "bindOnIP": HERE}}
            for number, name in enumerate(SERVICES)
        },
        "clusterMetadata": {
            "enableGlobalNamespace": False,
            "failoverVersionIncrement": 10,
            "masterClusterName": "active",
            "currentClusterName": "active",
            "clusterInformation": {"active": cluster},
        },
        "dynamicConfigClient": {"filepath": str(folder / "dynamic.yaml"), "pollInterval": "60s"},
    }


@contextmanager
def running(
    folder: Path,
    port: int,
    framework: Framework = "tally",
    *,
    services: Collection[str] = SERVICES,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Path]:
    """The server at `port`, its metrics at 100 above; the file with its log."""
    (folder / "config.yaml").write_text(yaml.safe_dump(_configuration(folder, framework, port)))
    (folder / "dynamic.yaml").write_text("{}\n")
    program = toolchain.ensure(["temporal-server"], Progress()).path("temporal-server")
    words = [f"--service={name}" for name in services]
    command = [str(program), "--config-file", str(folder / "config.yaml"), "start", *words]
    told = {"TEMPORAL_VERSION_CHECK_DISABLED": "1", "HOME": "/nonexistent", **variables(framework)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**told, **(environment or {})})
        try:
            yield folder / "log"
        finally:
            process.terminate()
            process.wait(timeout=60)


def cli(port: int, *words: str) -> bool:
    """Whether the `temporal` CLI did it, or found it done."""
    program = toolchain.ensure(["temporal"], Progress()).path("temporal")
    environment = {"TEMPORAL_ADDRESS": f"{HERE}:{port}", "HOME": "/nonexistent"}
    ran = subprocess.run([str(program), *words], env=environment, capture_output=True, text=True, check=False)
    return ran.returncode == 0 or "already exists" in ran.stderr.lower()
