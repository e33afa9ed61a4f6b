"""Proves what search stores are to the server: datastores, passwords, dynamic config, and a move from one to another.

Source: common/config/persistence.go and visibility_manager_dual.go of the server. The proof ends at the files and jobs:
that executions are found before, during and after a move is seen on a cluster.
"""

from typing import Any

import pytest
import yaml

import versions
from components.server import configuration
from settings import load_text
from tests.program import recording, stacks
from tests.program.effects.compared import restarted
from tests.program.recording import ROOT, Recording

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
STAGES = ("prepare", "write-both", "read-new")
CA = "/etc/temporal/visibility-ca"
SECONDARY_CA = "/etc/temporal/secondary-visibility-ca"
STORE = "https://search.example.com/temporal_visibility_v1"


def _persistence(found: Recording, service: str = "history") -> dict[str, Any]:
    text = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    persistence: dict[str, Any] = yaml.safe_load(text)["persistence"]
    return persistence


def _dynamic(found: Recording) -> dict[str, Any]:
    text = found.objects("ConfigMap")["temporal-dynamic-config"]["data"]["dynamic.yaml"]
    return {key: value for key, value in yaml.safe_load(text).items() if "Visibility" in key}


def _jobs(found: Recording) -> dict[str, str]:
    """Names of the jobs' objects by those of their resources."""
    return {name: r.inputs["metadata"]["name"] for name, r in found.of("kubernetes:batch/v1:Job").items()}


def _variables(found: Recording, job: str) -> dict[str, str]:
    job_object = found.of("kubernetes:batch/v1:Job")[job].inputs
    [container] = job_object["spec"]["template"]["spec"]["containers"]
    return {variable["name"]: variable["value"] for variable in container["env"]}


def _engine(host: str, user: str, variable: str, authority: str) -> dict[str, Any]:
    return {
        "elasticsearch": {
            "version": "v8",
            "url": {"scheme": "https", "host": host},
            "username": user,
            "password": rf'{{{{ env "{variable}" | replace "\x27" "\x27\x27" }}}}',
            "indices": {"visibility": "temporal_visibility_v1"},
            "logLevel": "error",
            "closeIdleConnectionsInterval": "15s",
            "tls": {"enabled": True, "caFile": f"{authority}/ca.crt", "enableHostVerification": True},
        }
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_searches_opensearch(opensearch: Recording, service: str) -> None:
    """And keeps its executions in PostgreSQL alone."""
    found = _persistence(opensearch, service)
    assert (found["defaultStore"], found["visibilityStore"]) == ("default", "visibility")
    assert "secondaryVisibilityStore" not in found
    assert found["datastores"].keys() == {"default", "visibility"}
    assert found["datastores"]["default"].keys() == {"sql"}
    host = "temporal-opensearch.local.svc:9200"
    assert found["datastores"]["visibility"] == _engine(host, "temporal", "TEMPORAL_VISIBILITY_PASSWORD", CA)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_knows_where_a_move_goes(moving: Recording, service: str) -> None:
    found = _persistence(moving, service)
    assert (found["visibilityStore"], found["secondaryVisibilityStore"]) == ("visibility", "secondary")
    variable = "TEMPORAL_SECONDARY_VISIBILITY_PASSWORD"
    new = _engine("new.example.com", "search_app", variable, SECONDARY_CA)
    assert found["datastores"]["secondary"] == new
    pod = moving.pods()[f"Deployment/temporal-{service}"]
    assert [variable["name"] for variable in pod["containers"][0]["env"]][:3] == [
        *("POD_IP", "TEMPORAL_VISIBILITY_PASSWORD", "TEMPORAL_SECONDARY_VISIBILITY_PASSWORD")
    ]
    authority = {"secret": {"secretName": "search-authority", "items": [{"key": "ca.pem", "path": "ca.crt"}]}}
    assert moving.mounts(f"Deployment/temporal-{service}")[SECONDARY_CA] == authority


def test_a_move_to_another_index_takes_the_same_way() -> None:
    found = recording.run(stacks.searching(move=stacks.move("prepare")))
    stores = _persistence(found)["datastores"]
    old, new = stores["visibility"]["elasticsearch"], stores["secondary"]["elasticsearch"]
    assert new["indices"] == {"visibility": "temporal_visibility_v1_new"}
    assert {key: new[key] for key in ("url", "username", "version")} == {
        key: old[key] for key in ("url", "username", "version")
    }
    sources = {variable["name"]: variable.get("valueFrom") for variable in _history(found)["env"]}
    reference = {"secretKeyRef": {"name": "search-app", "key": "password"}}
    assert sources["TEMPORAL_VISIBILITY_PASSWORD"] == sources["TEMPORAL_SECONDARY_VISIBILITY_PASSWORD"] == reference


def _history(found: Recording) -> dict[str, Any]:
    [container] = found.pods()["Deployment/temporal-history"]["containers"]
    return dict(container)


@pytest.mark.parametrize(
    "password", ["plain", "it's", "''", '"', "a\\b", "{{ env }}", "# no comment", " : ", "${HOME}", "é"]
)
def test_any_password_arrives_as_it_is(opensearch: Recording, password: str) -> None:
    """The server fills in its environment before it reads YAML; here Python does what its template says."""
    data = opensearch.objects("ConfigMap")["temporal-history-config"]["data"]["server.yaml"]
    action = configuration.from_environment("TEMPORAL_VISIBILITY_PASSWORD")
    assert data.count(f"'{action}'") == 1
    assert data.count("TEMPORAL_VISIBILITY_PASSWORD") == 1
    filled = yaml.safe_load(data.replace(action, password.replace("'", "''")))
    assert filled["persistence"]["datastores"]["visibility"]["elasticsearch"]["password"] == password


def test_signed_requests_take_neither_login_nor_tls_settings() -> None:
    found = recording.run(
        stacks.changed(stacks.searching(), visibility=stacks.search_store("search", stacks.SIGNING, version="v7"))
    )
    assert _persistence(found)["datastores"]["visibility"] == {
        "elasticsearch": {
            "version": "v7",
            "url": {"scheme": "https", "host": "search.example.com"},
            "indices": {"visibility": "temporal_visibility_v1"},
            "logLevel": "error",
            "closeIdleConnectionsInterval": "15s",
            "aws-request-signing": {
                "enabled": True,
                "region": "eu-central-1",
                "credentialProvider": "aws-sdk-default",
            },
        }
    }
    variables = _variables(found, "temporal-server-schema-search")
    assert {key: value for key, value in variables.items() if key.startswith(("ES_", "AWS_"))} == {
        "ES_SERVER": "https://search.example.com",
        "AWS_CREDENTIALS": "aws-sdk-default",
        "AWS_REGION": "eu-central-1",
    }


def test_a_store_in_the_clear_that_asks_nobody() -> None:
    store = {**stacks.search_store("search", {"kind": "none"}), "url": "http://search:9200"}
    found = recording.run(stacks.changed(stacks.searching(), visibility=store))
    engine = _persistence(found)["datastores"]["visibility"]["elasticsearch"]
    assert engine.keys() == {"version", "url", "indices", "logLevel", "closeIdleConnectionsInterval"}
    assert engine["url"] == {"scheme": "http", "host": "search:9200"}
    assert "TEMPORAL_VISIBILITY_PASSWORD" not in [variable["name"] for variable in _history(found)["env"]]
    assert CA not in found.mounts("Deployment/temporal-history")
    variables = _variables(found, "temporal-server-schema-search")
    assert [key for key in variables if key.startswith("ES_")] == ["ES_SERVER"]


def test_a_public_authority_needs_no_volume() -> None:
    found = recording.run(stacks.changed(stacks.searching(), visibility=stacks.search_store("search", stacks.LOGIN)))
    engine = _persistence(found)["datastores"]["visibility"]["elasticsearch"]
    assert engine["tls"] == {"enabled": True, "enableHostVerification": True}
    assert CA not in found.mounts("Deployment/temporal-history")
    assert "ES_TLS_CA_FILE" not in _variables(found, "temporal-server-schema-search")


@pytest.mark.parametrize("stack", ["opensearch", "searching", "moving"])
@pytest.mark.parametrize("service", SERVICES)
def test_every_file_the_configuration_names_is_mounted(
    request: pytest.FixtureRequest, stack: str, service: str
) -> None:
    found: Recording = request.getfixturevalue(stack)
    folders = set(found.mounts(f"Deployment/temporal-{service}"))
    for store in _persistence(found, service)["datastores"].values():
        if "elasticsearch" in store:
            assert store["elasticsearch"]["tls"]["caFile"].rpartition("/")[0] in folders


def test_the_database_for_visibility_is_left_alone(opensearch: Recording, searching: Recording) -> None:
    """The in-cluster PostgreSQL has it all the same, for a database that is not there cannot come later by itself."""
    assert opensearch.exports["immutable"]["databases"] == ["temporal", "temporal_visibility"]
    assert searching.exports["immutable"]["databases"] == ["orders", ""]
    for found in (opensearch, searching):
        assert "temporal-server-schema-visibility" not in _jobs(found)
        passwords = found.mounts("Deployment/temporal-history")["/etc/temporal/database-passwords"]
        assert [item["path"] for source in passwords["projected"]["sources"] for item in source["secret"]["items"]] == [
            "default"
        ]


@pytest.mark.parametrize(
    ("stage", "written"),
    [
        ("prepare", {"writingMode": "off", "read": False}),
        ("write-both", {"writingMode": "dual", "read": False}),
        ("read-new", {"writingMode": "dual", "read": True}),
    ],
)
def test_a_stage_is_dynamic_config(stage: str, written: dict[str, Any]) -> None:
    found = recording.run(stacks.opensearch(move=stacks.move(stage)))
    assert _dynamic(found) == {
        "system.secondaryVisibilityWritingMode": [{"value": written["writingMode"]}],
        "system.enableReadFromSecondaryVisibility": [{"value": written["read"]}],
    }


def test_without_a_move_nothing_is_said_of_one(local: Recording, opensearch: Recording) -> None:
    assert _dynamic(local) == _dynamic(opensearch) == {}
    assert "temporal-refill" not in _jobs(opensearch)
    facts = opensearch.exports["immutable"]
    assert facts["visibility"] == "https://temporal-opensearch.local.svc:9200/temporal_visibility_v1"
    assert (facts["visibilityMove"], facts["visibilityStage"]) == ("", "")
    assert local.exports["immutable"]["visibility"] == "postgres"


@pytest.fixture(scope="module")
def stages() -> dict[str, Recording]:
    """A move within one store, from its beginning to its end, each stage deployed after the one before."""
    found = {"none": recording.run(stacks.searching())}
    for stage in STAGES:
        config, before = stacks.searching(move=stacks.move(stage)), [*found.values()][-1]
        found[stage] = recording.run(config, deployed=before.exports)
    promoted = stacks.changed(stacks.searching(), visibility__index=f"{stacks.INDEX}_new")
    found["promoted"] = recording.run(promoted, deployed=found["read-new"].exports)
    return found


EVERY = {f"Deployment/temporal-{name}" for name in SERVICES}
RESTARTED = {
    ("none", "prepare"): EVERY,
    ("prepare", "write-both"): {"Deployment/temporal-history"},
    ("write-both", "read-new"): set[str](),
    ("read-new", "promoted"): EVERY,
    ("read-new", "write-both"): set[str](),
    ("write-both", "prepare"): {"Deployment/temporal-history"},
    ("prepare", "none"): EVERY,
}


@pytest.mark.parametrize("step", RESTARTED, ids=" to ".join)
def test_pods_restart_where_a_stage_needs_it(stages: dict[str, Recording], step: tuple[str, str]) -> None:
    """History alone writes: when the new store is filled, every pod of it is known to write to both."""
    before, after = (stages[stage] for stage in step)
    assert restarted(before, after) == RESTARTED[step]


def test_the_new_store_is_filled_once(stages: dict[str, Recording]) -> None:
    """From write-both on; read-new finds the same job, which is not run again."""
    jobs = {stage: _jobs(found).get("temporal-refill") for stage, found in stages.items()}
    assert jobs["none"] is jobs["prepare"] is jobs["promoted"] is None
    assert jobs["write-both"] == jobs["read-new"]
    assert (jobs["write-both"] or "").startswith("temporal-visibility-refill-")


def test_another_store_is_filled_by_another_job(stages: dict[str, Recording], moving: Recording) -> None:
    assert _jobs(moving)["temporal-refill"] != _jobs(stages["write-both"])["temporal-refill"]
    assert _variables(moving, "temporal-refill")["SEARCH_STORE"] == "https://new.example.com/temporal_visibility_v1"


def test_filling_may_take_half_a_day(moving: Recording) -> None:
    refill = moving.of("kubernetes:batch/v1:Job")["temporal-refill"]
    assert refill.inputs["spec"]["activeDeadlineSeconds"] == 12 * 3600
    assert refill.first_patience == "12h"


def test_filling_calls_the_frontend_as_the_jobs_do(moving: Recording) -> None:
    variables = _variables(moving, "temporal-refill")
    client = "/etc/temporal/client"
    assert {key: value for key, value in variables.items() if key.startswith("TEMPORAL_")} == {
        "TEMPORAL_ADDRESS": "temporal-frontend.local.svc:7233",
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_CLIENT_CERT_PATH": f"{client}/tls.crt",
        "TEMPORAL_TLS_CLIENT_KEY_PATH": f"{client}/tls.key",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": f"{client}/ca.crt",
        "TEMPORAL_TLS_SERVER_NAME": "temporal-frontend.local.svc.cluster.local",
        "TEMPORAL_CLI_ADDRESS": "temporal-frontend.local.svc:7233",
        "TEMPORAL_CLI_TLS_CERT": f"{client}/tls.crt",
        "TEMPORAL_CLI_TLS_KEY": f"{client}/tls.key",
        "TEMPORAL_CLI_TLS_CA": f"{client}/ca.crt",
        "TEMPORAL_CLI_TLS_SERVER_NAME": "temporal-frontend.local.svc.cluster.local",
    }
    mounts = moving.mounts("Job/temporal-visibility-refill")
    assert mounts[client] == recording.mounted_secret("temporal-client-jobs")


def test_the_namespaces_job_teaches_a_new_store_the_search_attributes(stages: dict[str, Recording]) -> None:
    """Once, when the move begins."""
    jobs = {stage: _jobs(found)["temporal-namespaces"] for stage, found in stages.items()}
    assert jobs["none"] == jobs["promoted"] != jobs["prepare"]
    assert jobs["prepare"] == jobs["write-both"] == jobs["read-new"]
    target = f"{STORE}_new"
    assert _variables(stages["prepare"], "temporal-namespaces")["SEARCH_STORE"] == target
    assert "SEARCH_STORE" not in _variables(stages["none"], "temporal-namespaces")


def test_the_namespaces_job_teaches_what_takes_over_from_a_lost_index() -> None:
    """The server keeps search attributes by the index's name: a new one has none."""
    plain = recording.run(stacks.opensearch())
    taking_over = recording.run(stacks.opensearch(replaces=f"{STORE}_lost"))
    store = "https://temporal-opensearch.local.svc:9200/temporal_visibility_v1"
    assert _variables(taking_over, "temporal-namespaces")["SEARCH_STORE"] == store
    assert _jobs(plain)["temporal-namespaces"] != _jobs(taking_over)["temporal-namespaces"]


def test_a_move_is_among_the_outputs(stages: dict[str, Recording]) -> None:
    keys = ("visibility", "visibilityMove", "visibilityStage")
    assert {stage: tuple(found.exports["immutable"][key] for key in keys) for stage, found in stages.items()} == {
        "none": (STORE, "", ""),
        **{stage: (STORE, f"{STORE}_new", stage) for stage in STAGES},
        "promoted": (f"{STORE}_new", "", ""),
    }


@pytest.mark.parametrize("version", versions.SERVERS)
def test_schema_jobs_are_named_after_the_template(version: str) -> None:
    config = stacks.changed(stacks.opensearch(move=stacks.move("prepare")), backend__version=version)
    found = recording.run(config)
    names = {name: _jobs(found)[f"temporal-server-schema-{name}"] for name in ("search", "search-target")}
    prefix = f"temporal-schema-search-v{versions.SERVERS[version].search}"
    assert {name.rpartition("-")[0] for name in names.values()} == {prefix}
    assert len(set(names.values())) == 2


def test_the_schema_job_runs_as_the_owner_and_tries_the_servers_login(searching: Recording) -> None:
    assert _variables(searching, "temporal-server-schema-search") == {
        "ES_SERVER": "https://search.example.com",
        "INDEX": "temporal_visibility_v1",
        "SETUP_ARGUMENTS": "",
        "ES_TLS": "true",
        "ES_TLS_CA_FILE": f"{CA}/ca.crt",
        "ES_USER": "search_owner",
        "OWNER_PASSWORD_FILE": "/etc/temporal/owner/password",
        "SERVER_USER": "search_app",
        "SERVER_PASSWORD_FILE": "/etc/temporal/user/password",
        "USER": "temporal",
        "HOME": "/tmp",  # noqa: S108
        "OWNER_SECRET": "key password of Secret search-owner",
        "SERVER_SECRET": "key password of Secret search-app",
        "AUTHORITY_SECRET": "key ca.pem of Secret search-authority",
    }
    mounts = searching.mounts("Job/temporal-schema-search-v14")
    given = {path: mounts[path]["secret"] for path in (CA, "/etc/temporal/owner", "/etc/temporal/user")}
    assert {path: (secret["secretName"], secret["optional"]) for path, secret in given.items()} == {
        CA: ("search-authority", True),
        "/etc/temporal/owner": ("search-owner", True),
        "/etc/temporal/user": ("search-app", True),
    }


def test_one_user_for_both_logs_in_once() -> None:
    login = {key: value for key, value in stacks.LOGIN.items() if key != "owner"}
    store = stacks.search_store("search", login, clusterSettings=False)
    variables = _variables(
        recording.run(stacks.changed(stacks.searching(), visibility=store)), "temporal-server-schema-search"
    )
    assert (variables["ES_USER"], variables["OWNER_SECRET"]) == ("search_app", "key password of Secret search-app")
    assert not [key for key in variables if key.startswith("SERVER_")]
    assert variables["SETUP_ARGUMENTS"] == "--skip-cluster-settings"


def test_the_example_is_a_stack_that_searches_opensearch() -> None:
    file = ROOT / "examples" / "stacks" / "local-search.yaml"
    assert load_text(file.name, file.read_text()).visibility.kind == "opensearch"
    found = recording.run(yaml.safe_load(file.read_text())["config"], stack="local-search")
    assert "StatefulSet/temporal-opensearch" in found.pods()
