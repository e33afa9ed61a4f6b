"""Proves on a running server that its metrics have the same names with either framework, and that values of labels
stay as they are.

The server is the pinned one, in one process with a database in memory, told of metrics what a stack's pods are told.
What workers and stores make it count is not seen here.
"""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import pytest
import yaml

from components.server.metrics import metrics, variables
from embedded import toolchain
from embedded.progress import Progress
from settings.monitoring.watched import Framework
from tests.cluster.stack import until
from tests.monitoring import scraped

pytestmark = pytest.mark.slow

HERE: Final = "127.0.0.1"
SERVICES: Final = ("frontend", "history", "matching", "worker")
NAME: Final = "orders-eu.v2"
OWN: Final = {"otel_scope_info", "promhttp_metric_handler_errors_total", "target_info"}
"""What opentelemetry serves besides."""
QUEUE: Final = "orders/eu:v2"


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
        "log": {"stdout": True, "level": "warn"},
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
def _server(folder: Path, framework: Framework, port: int) -> Iterator[None]:
    (folder / "config.yaml").write_text(yaml.safe_dump(_configuration(folder, framework, port)))
    (folder / "dynamic.yaml").write_text("{}\n")
    program = toolchain.ensure(["temporal-server"], Progress()).path("temporal-server")
    services = [f"--service={name}" for name in SERVICES]
    command = [str(program), "--config-file", str(folder / "config.yaml"), "start", *services]
    environment = {"TEMPORAL_VERSION_CHECK_DISABLED": "1", "HOME": "/nonexistent", **variables(framework)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _cli(port: int, *words: str) -> bool:
    program = toolchain.ensure(["temporal"], Progress()).path("temporal")
    environment = {"TEMPORAL_ADDRESS": f"{HERE}:{port}", "HOME": "/nonexistent"}
    ran = subprocess.run([str(program), *words], env=environment, capture_output=True, text=True, check=False)
    return ran.returncode == 0 or "already exists" in ran.stderr.lower()


def _scrape(folder: Path, framework: Framework, port: int) -> str:
    """What it serves once a workflow was started on a task queue that nobody polls."""
    folder.mkdir()
    with _server(folder, framework, port):
        made = ("operator", "namespace", "create", "--namespace", NAME, "--retention", "1d")
        until(f"the namespace is there: {folder / 'log'}", lambda: _cli(port, *made), 120)
        begun = ("workflow", "start", "--namespace", NAME, "--type", "T", "--task-queue", QUEUE, "--workflow-id", "w")
        until(f"a workflow is started: {folder / 'log'}", lambda: _cli(port, *begun), 60)

        def served() -> str | None:
            with urlopen(f"http://{HERE}:{port + 100}/metrics", timeout=10) as answer:
                text: str = answer.read().decode()
            return text if f'taskqueue="{QUEUE}"' in text else None

        found: str = until("the task queue is counted", served, 60)
    return found


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[Framework, str]:
    folder = tmp_path_factory.mktemp("frameworks")
    frameworks: tuple[Framework, ...] = ("tally", "opentelemetry")
    return {name: _scrape(folder / name, name, 17300 + 200 * number) for number, name in enumerate(frameworks)}


@pytest.mark.parametrize("framework", ["tally", "opentelemetry"])
def test_names_and_labels_are_those_of_the_catalogue(texts: dict[Framework, str], framework: Framework) -> None:
    """opentelemetry adds labels and metrics of its own; no rule asks for either."""
    strange = scraped.unknown(re.sub(r'otel_scope_\w+="[^"]*",?', "", texts[framework]))
    assert {sentence.partition(":")[0] for sentence in strange} == (OWN if framework == "opentelemetry" else set())


@pytest.mark.parametrize("framework", ["tally", "opentelemetry"])
def test_values_of_labels_stay_as_they_are(texts: dict[Framework, str], framework: Framework) -> None:
    text = texts[framework]
    assert f'namespace="{NAME}"' in text
    assert f'taskqueue="{QUEUE}"' in text
    bounds = set(re.findall(r'service_latency_bucket\{.*le="([^"]+)"', text))
    assert {"0.001", "0.5", "30", "86400", "+Inf"} <= bounds


def test_what_rules_ask_for_has_one_name_and_one_kind(texts: dict[Framework, str]) -> None:
    kinds = [dict(re.findall(r"# TYPE (\w+) (\w+)", text)) for text in texts.values()]
    both = kinds[0].keys() & kinds[1].keys()
    assert {name: kinds[0][name] for name in both} == {name: kinds[1][name] for name in both}
    assert {
        "service_requests": "counter",
        "service_latency": "histogram",
        "persistence_requests": "counter",
        "numshards_gauge": "gauge",
        "task_latency_queue": "histogram",
        "state_transition_count": "histogram",
    }.items() <= {name: kinds[0][name] for name in both}.items()
