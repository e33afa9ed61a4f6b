"""The table of cases, and rougher ones, through the live stand-in and a real API server.

The official plugin takes part where PULUMI_OFFICIAL_PLUGINS names its folder, or it is on the PATH or in the Pulumi
home; then operations, changed paths and the objects made are compared. Without it the proof ends at the table.
"""

import copy
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import versions
from commands.tests_node import NODE
from embedded import node
from embedded.progress import Progress
from embedded.toolchain import ensure
from tests.cluster.stack import until
from tests.standins import case_table
from tests.standins.engine import LIVE, Document, Engine, Run, official_plugins

PROVIDERS = {
    "main": {"enableServerSideApply": True, "enableConfigMapMutable": True, "enableSecretMutable": True},
    "ordinary": {"enableServerSideApply": True},
}
REFUSED = json.loads(Path(__file__).with_name("refused_objects.json").read_text())
CHOSEN_BY_THE_CLUSTER = {
    "clusterIP",
    "clusterIPs",
    "creationTimestamp",
    "generation",
    "managedFields",
    "nodePort",
    "resourceVersion",
    "status",
    "uid",
}
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
AUTOMATIC_NAME = re.compile(r"-[0-9a-f]{8}$")


OFFICIAL = official_plugins("kubernetes", versions.PLUGIN_KUBERNETES)
needs_official = pytest.mark.skipif(OFFICIAL is None, reason="no official plugin for kubernetes on this machine")


@dataclass(frozen=True)
class Cluster:
    kubeconfig: Path

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        kubectl = ensure(["kubectl"], Progress()).path("kubectl")
        command = [str(kubectl), "--kubeconfig", str(self.kubeconfig), *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr}"
        return done.stdout

    def get(self, kind: str, namespace: str, name: str) -> dict[str, Any] | None:
        words = ["-n", namespace] if namespace else []
        text = self.kubectl("get", kind, name, *words, "-o", "json", "--ignore-not-found")
        return json.loads(text) if text else None

    def apply(self, obj: dict[str, Any]) -> None:
        """As another writer than Pulumi would."""
        words = ("apply", "--server-side", "--force-conflicts", "--field-manager=another-hand", "-f", "-")
        self.kubectl(*words, stdin=json.dumps(obj))


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    """The tests' node."""
    assert os.geteuid() == 0, "the tests on the real cluster need root; without it run `make test-fast`"
    return Cluster(node.up(node.NodeConfig.from_environment(NODE), Progress()).kubeconfig)


@pytest.fixture(params=[pytest.param("stand-in"), pytest.param("official", marks=needs_official)])
def engine(request: pytest.FixtureRequest, tmp_path: Path, cluster: Cluster) -> Engine:
    plugins = LIVE if request.param == "stand-in" else OFFICIAL
    return Engine(tmp_path / "stack", plugins, {"KUBECONFIG": str(cluster.kubeconfig)})


@dataclass(frozen=True)
class Played:
    """What one plugin made of the table."""

    operations: list[dict[str, str]]
    changes: list[dict[str, dict[str, str]]]
    objects: dict[str, Any]


def play(engine: Engine, cluster: Cluster, table: case_table.Table) -> Played:
    """Every step previewed and applied, then a refresh and a preview that find nothing, then all of it destroyed."""
    last = table.steps[-1].document
    try:
        played = _played(engine, cluster, table)
    finally:
        destroyed = engine.destroy(last)
    assert destroyed.code == 0, destroyed.errors
    assert engine.state() == {}
    return played


def _played(engine: Engine, cluster: Cluster, table: case_table.Table) -> Played:
    runs: list[Run] = []
    for step in table.steps:
        for run in (engine.preview(step.document), engine.up(step.document)):
            step.check(run)
            runs.append(run)
    state = engine.state_text()
    assert [text for text in table.hidden if text in state] == []
    last = table.steps[-1].document
    assert engine.refresh(last).code == 0
    case_table.nothing_to_do(engine.preview(last))
    objects = {name: _comparable(_object(cluster, resource)) for name, resource in _kubernetes(engine).items()}
    return Played([run.operations for run in runs], [run.changes for run in runs], objects)


def _kubernetes(engine: Engine) -> dict[str, dict[str, Any]]:
    return {name: item for name, item in engine.state().items() if item["type"].startswith("kubernetes:")}


def _object(cluster: Cluster, resource: dict[str, Any]) -> Any:
    group, _, version = resource["outputs"]["apiVersion"].rpartition("/")
    kind = f"{resource['outputs']['kind']}.{version}.{group}".rstrip(".")
    namespace, _, name = resource["id"].rpartition("/")
    return cluster.get(kind if group else resource["outputs"]["kind"], namespace, name)


def _comparable(value: Any) -> Any:
    """Without what a cluster chooses anew each time."""
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items() if key not in CHOSEN_BY_THE_CLUSTER}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return AUTOMATIC_NAME.sub("-automatic", UID.sub("uid", value)) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def of_the_stand_in(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Played:
    folder = tmp_path_factory.mktemp("cases") / "stack"
    return play(Engine(folder, LIVE, {"KUBECONFIG": str(cluster.kubeconfig)}), cluster, case_table.load(PROVIDERS))


def test_the_table_through_the_stand_in(of_the_stand_in: Played) -> None:
    """Each operation and path is the table's; every object is really there at the end."""
    assert [name for name, obj in of_the_stand_in.objects.items() if obj is None] == []


@needs_official
def test_the_table_through_the_official_plugin(of_the_stand_in: Played, tmp_path: Path, cluster: Cluster) -> None:
    environment = {"KUBECONFIG": str(cluster.kubeconfig)}
    official = play(Engine(tmp_path / "stack", OFFICIAL, environment), cluster, case_table.load(PROVIDERS))
    assert official.operations == of_the_stand_in.operations
    assert official.changes == of_the_stand_in.changes
    assert official.objects == of_the_stand_in.objects


def document(resources: dict[str, Any], **main: Any) -> Document:
    return {"providers": {**PROVIDERS, "main": {**PROVIDERS["main"], **main}}, "resources": resources}


def config_map(namespace: str, **data: str) -> dict[str, Any]:
    metadata = {"name": "one", "namespace": namespace}
    inputs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
    return {"type": "kubernetes:core/v1:ConfigMap", "inputs": inputs}


def job(namespace: str, script: str) -> dict[str, Any]:
    container = {"name": "main", "image": versions.ADMIN_TOOLS_IMAGE, "command": ["sh", "-c", script]}
    inputs = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "once", "namespace": namespace},
        "spec": {
            "backoffLimit": 0,
            "template": {"spec": {"restartPolicy": "Never", "containers": [container]}},
        },
    }
    return {"type": "kubernetes:batch/v1:Job", "inputs": inputs, "timeout": 120}


def deployment(namespace: str, image: str) -> dict[str, Any]:
    container = {"name": "main", "image": image, "imagePullPolicy": "Never"}
    inputs = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}},
        },
    }
    return {"type": "kubernetes:apps/v1:Deployment", "inputs": inputs}


@pytest.fixture
def namespace(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """Made and removed by another hand."""
    name = re.sub("[^a-z0-9]+", "-", request.node.name).strip("-")[:63].strip("-")
    cluster.kubectl("create", "namespace", name)
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


def applied(run: Run) -> dict[str, str]:
    assert run.code == 0, run.errors
    return run.operations


def test_a_job_that_fails_is_kept_and_mended(engine: Engine, namespace: str) -> None:
    """It stands in the state with its errors; the next run tries it again; a mended one replaces it."""
    broken = document({"job": job(namespace, "echo no such table; exit 3")})
    first = engine.up(broken)
    assert first.code != 0
    assert "once" in first.errors
    assert engine.state()["job"]["initErrors"]
    again = engine.up(broken)
    assert (again.code != 0, again.operations, again.changes) == (True, {"job": "update"}, {})
    mended = engine.up(document({"job": job(namespace, "true")}))
    assert applied(mended) == {"job": "replace"}
    assert "initErrors" not in engine.state()["job"]
    applied(engine.destroy(document({})))


def test_a_stuck_job_is_replaced_when_it_says_so(engine: Engine, namespace: str) -> None:
    broken = job(namespace, "exit 3")
    broken["inputs"]["metadata"]["annotations"] = {"pulumi.com/replaceUnready": "true"}
    assert engine.up(document({"job": broken})).code != 0
    assert engine.preview(document({"job": broken})).operations == {"job": "replace"}


def test_an_interrupt_while_waiting(engine: Engine, cluster: Cluster, namespace: str) -> None:
    """Ctrl-C ends the wait at once; the object is in the state and goes on from there."""
    running = engine.start_up(document({"web": deployment(namespace, "example.invalid/absent:1")}))
    until("the deployment is there", lambda: cluster.get("deployment", namespace, "web"))
    engine.interrupt(running)
    assert running.returncode != 0
    state = engine.state()["web"]
    assert (state["id"], bool(state["initErrors"])) == (f"{namespace}/web", True)
    mended = engine.up(document({"web": deployment(namespace, versions.PAUSE_IMAGE)}))
    assert applied(mended) == {"web": "update"}
    applied(engine.destroy(document({})))


def test_a_field_that_another_hand_took(engine: Engine, cluster: Cluster, namespace: str) -> None:
    """The preview names the field; the annotation patchForce takes it back."""
    mine = config_map(namespace, a="1")
    applied(engine.up(document({"map": mine})))
    cluster.apply({**mine["inputs"], "data": {"a": "theirs"}})
    mine["inputs"]["data"] = {"a": "2"}
    refused = engine.up(document({"map": mine}))
    assert refused.code != 0
    assert ".data.a" in refused.errors
    mine["inputs"]["metadata"]["annotations"] = {"pulumi.com/patchForce": "true"}
    assert applied(engine.up(document({"map": mine}))) == {"map": "update"}
    found = cluster.get("configmap", namespace, "one")
    assert found is not None
    assert found["data"] == {"a": "2"}


def test_an_ignored_field_stays_with_the_one_who_set_it(engine: Engine, cluster: Cluster, namespace: str) -> None:
    """As with an autoscaler: other fields change, replicas stay."""
    web = {**deployment(namespace, versions.PAUSE_IMAGE), "ignoreChanges": ["spec.replicas"]}
    applied(engine.up(document({"web": web})))
    cluster.kubectl("-n", namespace, "scale", "deployment", "web", "--replicas=2")
    assert applied(engine.up(document({"web": web}))) == {"web": "same"}
    web["inputs"]["metadata"]["labels"] = {"a": "b"}
    assert applied(engine.up(document({"web": web}))) == {"web": "update"}
    found = cluster.get("deployment", namespace, "web")
    assert found is not None
    assert (found["spec"]["replicas"], found["metadata"]["labels"]) == (2, {"a": "b"})
    applied(engine.destroy(document({})))


def test_an_object_that_is_already_there(engine: Engine, cluster: Cluster, namespace: str) -> None:
    """Create refuses it, unless the provider takes over what exists."""
    mine = config_map(namespace, a="1")
    cluster.kubectl("create", "-f", "-", stdin=json.dumps({**mine["inputs"], "data": {"a": "theirs"}}))
    refused = engine.up(document({"map": mine}))
    assert refused.code != 0
    assert "already exists" in refused.errors
    assert applied(engine.up(document({"map": mine}, upsertExistingObjects=True, enablePatchForce=True))) == {
        "map": "create"
    }
    found = cluster.get("configmap", namespace, "one")
    assert found is not None
    assert found["data"] == {"a": "1"}


def test_refresh_sees_what_another_hand_did(engine: Engine, cluster: Cluster, namespace: str) -> None:
    """A changed field is put right, a deleted object made again."""
    program = document({"map": config_map(namespace, a="1")})
    applied(engine.up(program))
    cluster.kubectl("-n", namespace, "patch", "configmap", "one", "-p", '{"data": {"a": "theirs"}}')
    applied(engine.refresh(program))
    assert engine.preview(program).changes == {"map": {"data.a": "update"}}
    cluster.kubectl("-n", namespace, "delete", "configmap", "one")
    applied(engine.refresh(program))
    assert engine.state().keys().isdisjoint({"map"})
    assert applied(engine.up(program)) == {"map": "create"}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["about"])
def test_the_api_server_refuses_what_the_simulation_refuses(cluster: Cluster, case: dict[str, Any]) -> None:
    """And takes the same object once it is mended."""
    mended = copy.deepcopy(case["object"])
    for path, value in case["mend"].items():
        *steps, last = [int(step) if step.isdecimal() else step for step in path.split("|")]
        place = mended
        for step in steps:
            place = place[step]
        place[last] = value
    words = ("create", "--dry-run=server", "--validate=ignore", "-f", "-")
    cluster.kubectl(*words, stdin=json.dumps(mended))
    with pytest.raises(AssertionError, match=r"[Ii]nvalid|not found|cannot unmarshal"):
        cluster.kubectl(*words, stdin=json.dumps(case["object"]))
