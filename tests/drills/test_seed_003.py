"""Aidp's three stacks (examples/stacks/003-aidp*.yaml), and what their study promises, read from server and cluster.

Their RDS is a PostgreSQL behind the same name, cert-manager a thread that signs, and their worker's image one with the
tests' Python. The proof ends there, and at one node: their volume for many nodes is a folder of it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cluster.application import load_image
from tests.cluster.monitored import looked_into
from tests.cluster.stack import Deployment
from tests.drills.seeds import seen
from tests.drills.seeds.overlay import seed
from tests.drills.seeds.signing import cert_manager
from tests.drills.seeds.up import node_up, up
from tests.drills.seeds.world import World

QUEUE = "aidp-work-loop"
HEALTH = """
import sys
from pathlib import Path
assert sys.argv[1:] == ["exec", "aidp", "worker", "health"], sys.argv
"""
SIZES: Final[dict[str, dict[str, tuple[float, int]]]] = {
    "003-aidp-dev": {
        "frontend": (0.5, 256),
        "history": (0.5, 256),
        "matching": (0.5, 256),
        "worker": (0.25, 128),
        "postgres": (0, 256),
    },
    "003-aidp-staging": {
        "frontend": (1, 512),
        "history": (1, 512),
        "matching": (1, 512),
        "worker": (0.5, 256),
        "postgres": (0, 512),
    },
    "003-aidp": {"frontend": (2, 1024), "history": (2, 2048), "matching": (2, 1024), "worker": (1, 512)},
}
"""4.2 of the study: cores, of which it says none for PostgreSQL, and MiB."""


THRESHOLDS: Final = {
    "TemporalFrontendRequestRateHigh": "1000",
    "TemporalFrontendLatencyP99High": "5",
    "TemporalScheduleToStartLatencyHigh": "30",
}
"""4.4 of the study, by what is meant."""


def shared_volume(folder: Path) -> dict[str, Any]:
    """A volume that any number of pods may have, for their claim."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "aidp-shared"},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "capacity": {"storage": "10Gi"},
            "storageClassName": "local-path",
            "claimRef": {"namespace": "aidp", "name": "aidp-worker-data"},
            "hostPath": {"path": str(folder), "type": "Directory"},
        },
    }


@pytest.fixture(scope="module", autouse=True)
def node() -> None:
    node_up()


def has_its_sizes(stack: Deployment, file: str) -> None:
    for part, (cores, mebibytes) in SIZES[file].items():
        assert seen.limits(stack, part) == {"cpu": cores, "memory": mebibytes}, part


@pytest.mark.parametrize(
    ("file", "namespace", "days"), [("003-aidp-dev", "aidp-dev", 3), ("003-aidp-staging", "aidp-staging", 7)]
)
def test_its_small_sizes(file: str, namespace: str, days: int) -> None:
    """One pod of each service beside a PostgreSQL, with the memory that the study gives them."""
    with up(seed(file)) as stack:
        found = seen.ready_pods(stack)
        assert {
            part: found[part] for part in ("frontend", "history", "matching", "worker", "postgres")
        } == dict.fromkeys(("frontend", "history", "matching", "worker", "postgres"), 1)
        has_its_sizes(stack, file)
        assert seen.retentions(stack, namespace) == {namespace: 24 * days}
        assert seen.restarts(stack) == {}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Its production with everything that is somebody else's."""
    stack = seed("003-aidp")
    config = yaml.safe_load(stack.file.read_text())["config"]
    database = config["temporal:database"]
    world = World(stack)
    world.namespace(stack.namespace, pod_security_kubernetes_io__enforce="restricted")
    world.namespace("aidp")
    host, password = database["host"], "what-RDS-was-told"
    address = world.postgres(host, {"temporal": password}, {"temporal": "temporal", "temporal_visibility": "temporal"})
    world.secret(stack.namespace, "temporal-database", {"password": password})
    world.secret(stack.namespace, "rds-authorities", {"global-bundle.pem": world.serving("nobody")["ca.crt"]})
    world.outside(stack.namespace, {address: [host]})
    folder = tmp_path_factory.mktemp("volume")
    folder.chmod(0o777)
    world.apply(shared_volume(folder))
    [worker] = config["temporal:workloads"]
    load_image(tmp_path_factory.mktemp("image"), worker["image"], {"usr/local/bin/bundle": HEALTH})
    with cert_manager(world, "aidp-temporal"):
        with up(stack):
            yield stack
        world.end()
    stack.kubectl("delete", "pv", "aidp-shared", "--ignore-not-found")


def test_its_production(production: Deployment) -> None:
    """4.2 and 4.3: replicas and sizes; 512 shards; 5.2: thirty days."""
    found = seen.ready_pods(production)
    assert {part: found[part] for part in ("frontend", "history", "matching", "worker")} == {
        "frontend": 3,
        "history": 3,
        "matching": 3,
        "worker": 2,
    }
    has_its_sizes(production, "003-aidp")
    assert seen.shards(production, "aidp-production") == 512
    assert seen.retentions(production, "aidp-production") == {"aidp-production": 720}


def test_its_dynamic_config(production: Deployment) -> None:
    """2.4: each value that exists, as the server said when it read it; five partitions as matching has them."""
    history = seen.dynamic_values(production, "history")
    said = {
        "history.persistencemaxqps": "3000",
        "frontend.persistencemaxqps": "2000",
        "matching.numtaskqueuereadpartitions": "5",
        "matching.numtaskqueuewritepartitions": "5",
        "worker.enablescheduler": "true",
        "system.enableactivityeagerexecution": "true",
    }
    assert {key: value for key, value in history.items() if key in said} == said
    words = ("task-queue", "list-partition", "--task-queue", "anything", "--output", "json")
    partitions = json.loads(production.temporal(*words, namespace="aidp-production"))
    assert len(partitions["workflowTaskQueuePartitions"]) == 5


def test_its_worker(production: Deployment) -> None:
    """3.5: two pods, the probe's command, the volume that both have; executions complete."""
    assert seen.ready_pods(production, "aidp") == {"aidp-worker": 2}
    seen.pollers(production, QUEUE, "aidp-production", 2)
    seen.completed(production, QUEUE, "aidp-production", 10)
    read = ("exec", "deployment/aidp-worker", "--", "python", "-c", "print(open('/app/data/journal').read())")
    journal = production.kubectl("-n", "aidp", *read)
    assert [line for line in journal.splitlines() if line] == [f"line {number}" for number in range(10)]


def test_its_thresholds(production: Deployment, tmp_path: Path) -> None:
    """4.4: 1000 requests a second, 5 s, 30 s, of metrics that exist; Prometheus judges them."""
    watched = looked_into(production, tmp_path)
    groups = watched.ask("prometheus", 9090, "/api/v1/rules", type="alert")["data"]["groups"]
    found = {
        rule["name"]: (rule["query"].split(" > ")[1].split()[0], rule["health"])
        for group in groups
        for rule in group["rules"]
        if rule["name"] in THRESHOLDS
    }
    assert found == {name: (value, "ok") for name, value in THRESHOLDS.items()}
