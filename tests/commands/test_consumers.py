"""The Pulumi program of examples/consumers, by the real engine, beside the platform's own stack in the same backend.

The cluster is simulated. What the worker does there is seen in tests/cluster/test_consumers.py.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commands.engine import TOOLS
from embedded import toolchain
from embedded.progress import Progress
from tests.commands.checkout import ROOT, STACK_FILE
from tests.commands.simulated import Simulated
from tests.contract import package

pytestmark = pytest.mark.engine

SCHEMA = ROOT / "contract" / "schema.json"
EXAMPLE = ROOT / "examples" / "consumers" / "pulumi_python"
APPLICATION = """\
  temporal:namespaces: [{name: orders}]
  temporal:applications: [{namespace: shop, temporalNamespace: orders, createNamespace: true}]
"""


class Consumer:
    """The example as its README says, with the package and nothing else of this checkout."""

    def __init__(self, folder: Path, platform: Simulated) -> None:
        self.root = folder / "example"
        shutil.copytree(EXAMPLE, self.root, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "wheel").mkdir()
        packages = package.unpacked(package.build(folder / "wheel"), folder / "packages")
        self.platform = platform
        engine = platform.engine
        own = ("TEMPORAL_", "PULUMI_CONFIG_")
        kept = {name: text for name, text in engine.environment().items() if not name.startswith(own)}
        self._pulumi = str(toolchain.ensure(TOOLS, Progress()).path("pulumi"))
        self._environment = {**kept, "PULUMI_CONFIG_PASSPHRASE": "the consumer's own", "PYTHONPATH": str(packages)}
        self.run("stack", "init", "production")
        self.configure(platform="organization/temporal/small", namespace="shop", image="registry.example.com/greeter:1")

    def configure(self, **values: str) -> None:
        for name, value in values.items():
            assert self.run("config", "set", name, value).returncode == 0

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self._pulumi, "--non-interactive", "--color", "never", *words],
            cwd=self.root,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def deployment(self) -> dict[str, Any]:
        """The worker's Deployment as the state has it."""
        resources = json.loads(self.run("stack", "export").stdout)["deployment"]["resources"]
        [found] = (each for each in resources if each["type"] == "kubernetes:apps/v1:Deployment")
        inputs: dict[str, Any] = found["inputs"]
        return inputs


@pytest.fixture(scope="module")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    """Beside a deployed platform."""
    folder = tmp_path_factory.mktemp("consumer")
    platform = Simulated(folder, text=STACK_FILE.format(name="small", context="tried") + APPLICATION)
    outcome = platform.up()
    assert outcome.succeeded, outcome.complaints
    return Consumer(folder, platform)


def test_0_what_the_platform_prints_is_what_the_schema_says(consumer: Consumer) -> None:
    printed = json.loads(consumer.platform.engine.query("stack", "output", "--json"))
    errors = Draft202012Validator(json.loads(SCHEMA.read_text())).iter_errors(printed)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    assert [each["address"] for each in printed["connections"]] == ["temporal-frontend.small.svc:7233"]


def test_1_it_deploys_a_worker_with_the_platforms_connection(consumer: Consumer) -> None:
    ran = consumer.run("up", "--yes", "--skip-preview")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = consumer.deployment()
    assert found["metadata"]["namespace"] == "shop"
    pod = found["spec"]["template"]["spec"]
    assert pod["containers"][0]["envFrom"] == [{"configMapRef": {"name": "temporal-connection"}}]
    assert pod["volumes"] == [
        {"name": "temporal-client", "secret": {"secretName": "temporal-client", "defaultMode": 0o440}}
    ]
    assert json.loads(consumer.run("stack", "output", "--json").stdout) == {
        "address": "temporal-frontend.small.svc:7233",
        "temporalNamespace": "orders",
    }


@pytest.mark.parametrize(
    ("values", "line"),
    [
        pytest.param(
            {"namespace": "elsewhere"},
            "organization/temporal/small: no entry of connections is for Kubernetes namespace elsewhere; there are: "
            "shop. Add it to temporal:applications",
            id="an application that the platform does not know",
        ),
        pytest.param(
            {"platform": "organization/greeter/production"},
            "organization/greeter/production has no output contractVersion: it is no stack of Temporal Platform, or "
            "its deployment never ended well",
            id="a stack of something else",
        ),
    ],
)
def test_2_what_is_wrong_is_one_line_of_a_preview(consumer: Consumer, values: dict[str, str], line: str) -> None:
    before = (consumer.root / "Pulumi.production.yaml").read_text()
    consumer.configure(**values)
    ran = consumer.run("preview")
    (consumer.root / "Pulumi.production.yaml").write_text(before)
    assert ran.returncode != 0
    assert line in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
