"""Proves that every committed stack file is taken by the settings and by the checks of `make lint`, and leads an editor
to the schema.

That the teams' stacks deploy is proved by the drills `seed-…`.
"""

import re
import subprocess
from pathlib import Path

import pytest

from commands import lint
from commands.cost.prices import table
from commands.generate import SCHEMA
from commands.stackfile import HERE
from settings import CloudSettings, SelfHostedSettings, Settings, load_text
from settings.opensearch_domain import DomainTarget
from settings.rds.models import Rds
from settings.workload_plan import workload_plan
from settings.workloads import Worker
from settings.zalando import Zalando

OWN = sorted(HERE.root.glob("Pulumi.*.yaml"))
EXAMPLES = sorted((HERE.root / "examples" / "stacks").glob("*.yaml"))


def _loaded(file: Path) -> Settings:
    return load_text(file.name, file.read_text())


def _example(name: str) -> SelfHostedSettings:
    settings = _loaded(HERE.root / "examples" / "stacks" / name)
    assert isinstance(settings, SelfHostedSettings)
    return settings


@pytest.mark.parametrize("file", [*OWN, *EXAMPLES], ids=lambda file: file.name)
def test_a_stack_is_valid_without_a_warning(file: Path) -> None:
    """But for a UI without a login that the team's own guide puts behind an Ingress."""
    reached = [warning for warning in _loaded(file).warnings() if "temporal:access.ui.login.kind" in warning]
    assert _loaded(file).warnings() == reached
    assert len(reached) == (file.name in ("000-legal-ai.yaml", "002-pnats-cloud.yaml"))


def test_an_example_for_each_team_and_for_what_none_of_them_has() -> None:
    listed = re.findall(r"^\| \[([^]]+)\]\(\1\)", (EXAMPLES[0].parent / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [file.name for file in EXAMPLES]
    assert {name.split("-")[0].removesuffix(".yaml") for name in listed} == {"000", "001", "002", "003", "004", "local"}


def test_the_stacks_of_the_project() -> None:
    """One for a machine, two for AWS: production keeps what it holds, staging can be taken down."""
    found = {settings.name: settings for settings in map(_loaded, OWN)}
    assert {name: (each.size, each.protection) for name, each in found.items()} == {
        "local": ("dev", False),
        "temporal": ("production", True),
        "temporal-staging": ("staging", False),
    }
    zones = {name: {subnet.zone for subnet in each.aws.subnets} for name, each in found.items() if each.aws}
    assert zones == {
        "temporal": {"us-east-1a", "us-east-1b", "us-east-1c"},
        "temporal-staging": {"us-east-1a", "us-east-1b"},
    }
    databases = {name: each.database for name, each in found.items() if isinstance(each.database, Rds)}
    assert {name: (rds.deployment, rds.max_connections) for name, rds in databases.items()} == {
        "temporal": ("multi-az-instance", 1617),
        "temporal-staging": ("single-az-instance", 400),
    }


def test_production_searches_in_a_domain_that_outlives_a_zone() -> None:
    production = _loaded(HERE.root / "Pulumi.production.yaml")
    domain = production.visibility
    assert isinstance(domain, DomainTarget)
    assert (domain.data_nodes, domain.zones, domain.masters) == (3, 3, 3)
    assert production.aws
    assert (production.aws.alarms is not None, production.aws.backup is not None) == (True, True)


def test_make_cost_knows_what_the_stacks_on_aws_are_made_of() -> None:
    prices = {
        price
        for each in map(_loaded, OWN)
        for price in (
            *([f"rds/{each.database.class_}"] if isinstance(each.database, Rds) else []),
            *(_of_nodes(each.visibility) if isinstance(each.visibility, DomainTarget) else []),
        )
    }
    assert prices == {
        "rds/db.r6g.large",
        "rds/db.t4g.medium",
        "opensearch/r6g.large.search",
        "opensearch/m6g.large.search",
        "opensearch/t3.medium.search",
    }
    assert prices <= table().keys()


def _of_nodes(domain: DomainTarget) -> list[str]:
    types = [domain.data_node_type, *([domain.master_type] if domain.masters else [])]
    return [f"opensearch/{each}" for each in types]


def test_the_facts_of_legal_ai() -> None:
    settings = _example("000-legal-ai.yaml")
    replicas = {name: settings.service(name).replicas for name in ("frontend", "history", "matching", "worker")}
    assert replicas == {"frontend": 3, "history": 3, "matching": 3, "worker": 3}
    assert settings.service("history").most == 10
    assert (settings.size, settings.backend.shards, settings.tls.kind) == ("production", 512, "cert-manager")
    assert [namespace.name for namespace in settings.namespaces] == ["default", "production"]
    assert [application.namespace for application in settings.applications] == ["legal-backend"]
    [pool] = settings.workloads
    assert isinstance(pool, Worker)
    assert (pool.name, pool.application, pool.task_queue) == (
        "document-processing",
        "legal-backend",
        "document-processing",
    )
    assert (pool.replicas, pool.slots.workflow_tasks, pool.slots.activities) == (4, 200, 100)


def test_the_facts_of_pnats_cloud() -> None:
    settings = _example("002-pnats-cloud.yaml")
    replicas = {name: settings.service(name).replicas for name in ("frontend", "history", "matching", "worker")}
    assert replicas == {"frontend": 3, "history": 3, "matching": 3, "worker": 5}
    history = settings.service("history").pod
    assert (history.cpu_request, history.cpu_limit) == ("500m", "2000m")
    assert (history.memory_request, history.memory_limit) == ("1Gi", "4Gi")
    ui = settings.ui()
    assert ui is not None
    assert (ui.replicas, ui.pod.cpu_limit, ui.pod.memory_limit) == (2, "500m", "512Mi")
    kept = {namespace.name: namespace.retention for namespace in settings.namespaces}
    assert kept == {"default": "72h", "pnats": "2160h", "pnats-staging": "1440h", "pnats-dev": "720h"}
    assert settings.kubernetes.storage_class == "ceph-block"
    database = settings.database
    assert isinstance(database, Zalando)
    assert (database.version, database.instances) == ("16", 3)


def test_the_facts_of_aidp_and_mycelium() -> None:
    settings = _example("003-aidp.yaml")
    said = {key: [value.value for value in values] for key, values in settings.backend.dynamic_config.items()}
    assert said == {
        "history.persistenceMaxQPS": [3000],
        "frontend.persistenceMaxQPS": [2000],
        "matching.numTaskqueueReadPartitions": [5],
        "matching.numTaskqueueWritePartitions": [5],
        "worker.enableScheduler": [True],
        "system.enableActivityEagerExecution": [True],
    }
    assert (settings.service("worker").replicas, settings.service("history").pod.memory_limit) == (2, "2Gi")
    [worker] = settings.workloads
    plan = workload_plan(worker)
    assert (worker.name, plan.replicas, plan.pod.environment) == ("aidp-worker", 2, {"AIDP_LOG_LEVEL": "info"})
    assert (plan.pod.cpu_request, plan.pod.memory_request) == ("200m", "512Mi")
    assert (plan.pod.cpu_limit, plan.pod.memory_limit) == ("1", "1Gi")
    said = {key: [v.value for v in vs] for key, vs in _example("004-mycelium.yaml").backend.dynamic_config.items()}
    assert said == {"limit.maxIDLength": [255], "frontend.rps": [10000]}


def test_every_committed_stack_file_is_checked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "Pulumi.*.yaml", "examples", "tests/cluster"],
        cwd=HERE.root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert set(lint.stack_files(HERE.root)) == {
        name for name in tracked if re.search(r"(Pulumi\.|stacks/)[^/]*\.yaml$", name)
    }


@pytest.mark.parametrize("name", ["the schema", "the schema of the outputs", "stack files"])
def test_lint_checks_the_schemas_and_the_files(name: str) -> None:
    ran = _check(lint.checks()[name])
    assert (ran.returncode, ran.stdout.strip()) == (0, "ok -- validation done"), ran.stdout


def test_lint_sees_a_wrong_file(tmp_path: Path) -> None:
    wrong = tmp_path / "Pulumi.wrong.yaml"
    wrong.write_text((HERE.root / "Pulumi.local.yaml").read_text().replace("nodeAddress", "nodeAdress"))
    files = lint.stack_files(HERE.root)
    ran = _check([*(word for word in lint.checks()["stack files"] if word not in files), str(wrong)])
    assert ran.returncode == 1
    assert "'nodeAdress' was unexpected" in ran.stdout


@pytest.mark.parametrize("file", [*OWN, *EXAMPLES], ids=lambda file: file.name)
def test_the_first_line_leads_an_editor_to_the_schema(file: Path) -> None:
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text())
    assert found
    assert (file.parent / found[1]).resolve() == SCHEMA


def _check(command: list[str]) -> subprocess.CompletedProcess[str]:
    tool, *arguments = command
    return subprocess.run([lint.TOOLS / tool, *arguments], cwd=HERE.root, capture_output=True, text=True, check=False)


def test_mudda_ai_is_temporal_cloud_with_three_workers_and_two_apis() -> None:
    """Certificates are renewed, the namespace has its account, and what runs has no moving tag."""
    settings = _loaded(HERE.root / "examples" / "stacks" / "001-mudda-ai.yaml")
    assert isinstance(settings, CloudSettings)
    assert settings.backend.address("mudda-ai.a1b2c") == "mudda-ai.a1b2c.tmprl.cloud:7233"
    worker, api = settings.workloads
    assert isinstance(worker, Worker)
    assert worker.autoscaling is not None
    assert (worker.autoscaling.min, worker.spot, api.replicas) == (3, "preferred", 2)
    assert [each.secret_environment["DATABASE_URL"].secret for each in settings.workloads] == ["database-mudda-ai"] * 2
    [database] = settings.application_databases
    assert (database.database, database.schemas, database.application) == ("mudda_ai", ("workflow",), "mudda")
    assert isinstance(database.server, Rds)
    assert (database.server.deployment, database.server.backup_days) == ("multi-az-instance", 14)
    assert f"rds/{database.server.class_}" in table()
    assert not [each.image for each in settings.workloads if each.image.endswith(":latest")]
