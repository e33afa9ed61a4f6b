"""The stack of Mudda AI (examples/stacks/001-mudda-ai.yaml), and what their guide promises, read from cluster and
server.

Two Temporal servers stand in for Temporal Cloud, one for each namespace, as it has an endpoint for each; cert-manager
is a thread that signs, and the images are one with the tests' Python. KEDA and the Prometheus Operator are there as
definitions only; the drill `keda` has the former running. Their database in RDS is left out, for the drill `on-aws` has
such a one: a Secret by its name is there instead. No Ingress controller takes the Ingress.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.cluster import python_image
from tests.cluster.application import load_image
from tests.cluster.go_modules import PROMETHEUS_OPERATOR, manifests
from tests.cluster.other_temporal import OtherTemporal
from tests.cluster.stack import Deployment, until
from tests.drills.issuing import Authority, pem
from tests.drills.seeds import seen
from tests.drills.seeds.overlay import seed
from tests.drills.seeds.signing import cert_manager
from tests.drills.seeds.up import node_up, up
from tests.drills.seeds.world import World
from versions import KEDA

TEMPORAL, OTHER = "mudda-ai.a1b2c", "somebody-else.a1b2c"
PORT, OTHER_PORT = 7600, 7700
QUEUE = "mudda-ai"
DATABASE_URL = "postgresql+asyncpg://mudda:hidden@database.example.com:5432/mudda_ai"
UVICORN = """
import os, sys
assert sys.argv[1:] == ["main:app", "--host", "0.0.0.0", "--port", "8000"], sys.argv
os.environ["NOTES_TASK_QUEUE"] = "mudda-ai"
sys.path.append("/app")
"""
PROGRAMS = {
    "app/temporal_worker.py": (python_image.PROGRAMS / "worker.py").read_text(),
    "usr/local/bin/uvicorn": UVICORN + (python_image.PROGRAMS / "api.py").read_text(),
}


@dataclass(frozen=True)
class Mudda:
    """The stack, and the server of another namespace."""

    stack: Deployment
    other: OtherTemporal


@pytest.fixture(scope="module")
def mudda(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mudda]:
    """The stack with everything that is somebody else's."""
    node_up()
    stack = seed("001-mudda-ai")
    world = World(stack)
    folder, elsewhere = tmp_path_factory.mktemp("cloud"), tmp_path_factory.mktemp("elsewhere")
    server = OtherTemporal(folder, world.authority, f"{TEMPORAL}.tmprl.cloud", PORT)
    other = OtherTemporal(elsewhere, world.authority, f"{OTHER}.tmprl.cloud", OTHER_PORT)
    document: Any = yaml.safe_load(stack.file.read_text())
    backend = document["config"]["temporal:backend"]
    backend["endpoint"] = {"kind": "address", "host": server.host, "port": PORT, "serverName": server.server_name}
    for key in ("temporal:aws", "temporal:applicationDatabases"):
        del document["config"][key]
    stack.file.write_text(yaml.safe_dump(document))
    world.namespace("mudda")
    world.secret("mudda", "database-mudda-ai", {"url": DATABASE_URL})
    world.secret("mudda", "openai", {"api-key": "hidden"})
    world.outside("mudda", {server.host: [server.server_name]})
    for number, workload in enumerate(document["config"]["temporal:workloads"]):
        load_image(tmp_path_factory.mktemp(f"image-{number}"), workload["image"], PROGRAMS)
    world.namespace(stack.namespace, pod_security_kubernetes_io__enforce="restricted")
    world.secret(stack.namespace, "cloud-metrics", {"api-key": "hidden"})
    keda = {("github.com/kedacore/keda/v2", KEDA): ["config/crd/bases/keda.sh_*.yaml"]}
    definitions = manifests({**keda, **PROMETHEUS_OPERATOR})
    stack.kubectl("apply", "--server-side", "-f", "-", stdin=definitions)
    with cert_manager(world, "mudda-temporal-clients") as player, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "authority.crt"))
        accepted = pem(player.authority.certificate).decode()
        strangers = pem(Authority.new("strangers").certificate).decode()
        with server.running(accepted), other.running(strangers):
            pair = _pair(folder, player.authority)
            server.make_namespace(TEMPORAL, **pair)
            with up(stack):
                yield Mudda(stack, other)
        world.end()
    stack.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=definitions)


def _pair(folder: Any, authority: Authority) -> dict[str, str]:
    """A person's own certificate, of the authority that the namespace accepts."""
    for name, content in authority.files.items():
        (folder / f"person.{name}").write_bytes(content)
    return {
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(folder / "person.tls.crt"),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(folder / "person.tls.key"),
    }


def test_three_workers_and_two_apis(mudda: Mudda) -> None:
    """ "Start with 3 workers", two replicas of the API; executions complete, also such as the API starts."""
    stack = mudda.stack
    assert seen.ready_pods(stack, "mudda") == {"worker": 3, "api-server": 2}
    seen.pollers(stack, QUEUE, TEMPORAL, 3)
    seen.completed(stack, QUEUE, TEMPORAL, 10)
    program = (
        "import urllib.request as r; "
        "print(r.urlopen('http://api-server:8000/notes', data=b'by the api', timeout=60).read().decode())"
    )
    words = ("exec", "deployment/temporal-worker", "--", "python", "-c", program)
    assert "by the api" in json.loads(stack.kubectl("-n", "mudda", *words))


def test_the_database_secret(mudda: Mudda) -> None:
    """Both programs have DATABASE_URL, which theirs had for the worker alone."""
    for workload in ("temporal-worker", "api-server"):
        words = ("exec", f"deployment/{workload}", "--", "python", "-c", "import os; print(os.environ['DATABASE_URL'])")
        assert mudda.stack.kubectl("-n", "mudda", *words).strip() == DATABASE_URL


def test_it_scales_from_three_to_ten(mudda: Mudda) -> None:
    """As KEDA is asked: one worker for twenty tasks that wait."""
    words = ("-n", "mudda", "get", "scaledobject", "temporal-worker", "-o", "json")
    found = json.loads(mudda.stack.kubectl(*words))["spec"]
    assert (found["minReplicaCount"], found["maxReplicaCount"]) == (3, 10)
    [trigger] = found["triggers"]
    assert (trigger["type"], trigger["metadata"]["targetQueueSize"]) == ("temporal", "20")


def test_temporal_cloud_is_watched(mudda: Mudda) -> None:
    """ "Set up monitoring and alerts": a Prometheus is told to ask for the namespace's metrics and what to judge, and
    Grafana what to show."""
    [scraped] = mudda.stack.get("scrapeconfigs")["items"]
    assert scraped["spec"]["params"] == {"namespaces": [TEMPORAL]}
    assert scraped["spec"]["authorization"]["credentials"] == {"name": "cloud-metrics", "key": "api-key"}
    [rules] = mudda.stack.get("prometheusrules")["items"]
    alerts = {rule["alert"] for group in rules["spec"]["groups"] for rule in group["rules"] if "alert" in rule}
    assert {"TemporalCloudErrorRatioHigh", "TemporalCloudMetricsMissing"} <= alerts
    assert "TemporalHistoryDown" not in alerts
    shown = mudda.stack.get("configmaps", "-l", "grafana_dashboard=1")["items"]
    assert "Temporal / Cloud" in {json.loads(text)["title"] for each in shown for text in each["data"].values()}


def test_another_namespace_is_closed(mudda: Mudda) -> None:
    """What opens theirs opens no other: its endpoint knows another authority."""
    client = mudda.stack.client(TEMPORAL)
    own = {name: value for name, value in client.items() if "CLIENT_" in name}

    def refused() -> bool:
        """A connection that is closed is told as a broken pipe, when the reason for it is not read in time."""
        ran = mudda.other.cli("operator", "namespace", "describe", "--namespace", OTHER, **own)
        assert ran.code != 0
        return "certificate" in ran.err

    until("it is told that the certificate is not accepted", refused, 60)
