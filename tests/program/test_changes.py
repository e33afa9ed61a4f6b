"""Proves which resources change when a stack file or the program does, by comparing two runs of the whole program.

What the engine makes of a changed input (update, replacement, order) is proven with the engine in tests/standins.
"""

from typing import Any

import pytest

import versions
from components import kubernetes
from components.server import namespaces, schema
from tests.program import recording
from tests.program.recording import Recording

MATCHING = "kubernetes:apps/v1:Deployment::temporal-server-matching"


def _with(path: str, value: Any) -> dict[str, Any]:
    config = recording.stack_file("local")
    *way, last = f"temporal:{path}".split(".")
    here = config
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    here[last] = value
    return config


def changed(before: Recording, after: Recording) -> set[str]:
    """`type::name` of every resource that is new, gone, or has other inputs."""
    one, other = ({f"{r.type}::{r.name}": r.inputs for r in found.registrations} for found in (before, after))
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


def _job_names(found: Recording) -> dict[str, str]:
    return {name: r.inputs["metadata"]["name"] for name, r in found.of("kubernetes:batch/v1:Job").items()}


def _templates(found: Recording) -> dict[str, Any]:
    return {
        f"{o['kind']}/{o['metadata']['name']}": o["spec"]["template"]
        for o in found.kubernetes()
        if "template" in o.get("spec", {})
    }


def test_nothing_changes_by_itself(local: Recording) -> None:
    assert changed(local, recording.run(recording.stack_file("local"))) == set()


def test_a_services_resources_change_its_deployment_alone(local: Recording) -> None:
    after = recording.run(_with("backend.services.matching.resources.limits.memory", "1Gi"))
    assert changed(local, after) == {MATCHING}


def test_more_pods_change_the_deployment_and_get_a_budget(local: Recording) -> None:
    after = recording.run(_with("backend.services.matching.replicas", 2))
    assert changed(local, after) == {
        MATCHING,
        "kubernetes:policy/v1:PodDisruptionBudget::temporal-server-matching-budget",
    }


def test_histories_memory_is_its_caches_too(local: Recording) -> None:
    after = recording.run(_with("backend.services.history.resources.limits.memory", "1Gi"))
    assert changed(local, after) == {
        "kubernetes:apps/v1:Deployment::temporal-server-history",
        "kubernetes:core/v1:ConfigMap::temporal-server-dynamic-config",
    }


def test_dynamic_config_rolls_nothing(local: Recording) -> None:
    """The server re-reads the mounted directory by itself."""
    after = recording.run(_with("backend.dynamicConfig", {"frontend.namespaceRPS": [{"value": 1200}]}))
    assert changed(local, after) == {"kubernetes:core/v1:ConfigMap::temporal-server-dynamic-config"}


def test_the_servers_file_rolls_its_pods(local: Recording) -> None:
    """The server reads its configuration file once: a changed one is a changed pod template, by its hash."""
    after = recording.run(_with("backend.shards", 256))
    services = ("frontend", "internal-frontend", "history", "matching", "worker")
    assert changed(local, after) == {
        f"kubernetes:{kind}::temporal-server-{service}{suffix}"
        for service in services
        for kind, suffix in (("core/v1:ConfigMap", "-config"), ("apps/v1:Deployment", ""))
    }


def test_a_changed_namespace_runs_the_namespaces_job_again_and_no_other(local: Recording) -> None:
    after = recording.run(_with("namespaces.0.retention", "7d"))
    assert changed(local, after) == {
        "kubernetes:batch/v1:Job::temporal-namespaces",
        "kubernetes:core/v1:ConfigMap::temporal-namespaces-script",
    }
    before, now = _job_names(local), _job_names(after)
    assert before["temporal-namespaces"] != now["temporal-namespaces"]
    rows = after.objects("ConfigMap")[now["temporal-namespaces"]]["data"]["namespaces"]
    assert rows == "default|168h|disabled||For trying things\n"


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        (schema, {"temporal-server-schema-temporal", "temporal-server-schema-visibility"}),
        (namespaces, {"temporal-namespaces"}),
    ],
    ids=["schema", "namespaces"],
)
def test_a_changed_script_is_a_new_job(
    local: Recording, monkeypatch: pytest.MonkeyPatch, module: Any, jobs: set[str]
) -> None:
    monkeypatch.setattr(module, "_SCRIPT", module._SCRIPT + "echo done\n")
    before, now = _job_names(local), _job_names(recording.run(recording.stack_file("local")))
    assert {name for name in before if before[name] != now[name]} == jobs


def test_labels_replace_nothing(local: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Job's template and a selector cannot change in place: what may change about labels is not in them."""
    monkeypatch.setattr(kubernetes, "_MANAGED_BY", "somebody-else")
    after = recording.run(recording.stack_file("local"))
    assert _job_names(after) == _job_names(local)
    before, now = _templates(local), _templates(after)
    assert all(before[name] == now[name] for name in before if name.startswith("Job/"))
    selectors = [
        {
            o["metadata"]["name"]: o["spec"].get("selector")
            for o in found.kubernetes()
            if o["kind"] in ("Deployment", "StatefulSet")
        }
        for found in (local, after)
    ]
    assert selectors[0] == selectors[1]


def test_job_names_carry_what_they_do_and_a_hash(local: Recording) -> None:
    found = {name: object_name.rpartition("-")[0] for name, object_name in _job_names(local).items()}
    schemas = versions.SERVERS[versions.TEMPORAL_SERVER]
    assert found == {
        "temporal-database-roles": "temporal-database-roles",
        "temporal-server-schema-temporal": f"temporal-schema-temporal-v{schemas.default.replace('.', '-')}",
        "temporal-server-schema-visibility": f"temporal-schema-visibility-v{schemas.visibility.replace('.', '-')}",
        "temporal-namespaces": "temporal-namespaces",
    }
    hashes = {object_name.rpartition("-")[2] for object_name in _job_names(local).values()}
    assert {len(text) for text in hashes} == {10}
    assert len(hashes) == 4


def test_jobs_can_fail_and_be_mended(local: Recording) -> None:
    """A failed job is replaced by the next run of the engine instead of being waited for again."""
    for job in local.objects("Job").values():
        assert job["metadata"]["annotations"] == {"pulumi.com/replaceUnready": "true"}
        assert (job["spec"]["backoffLimit"], job["spec"]["activeDeadlineSeconds"]) == (1, 600)
        assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
