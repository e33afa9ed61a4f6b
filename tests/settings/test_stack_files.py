"""Proves that valid stack files are taken, up to the last value inside each bound, and what is meant by what they leave
out. What each part gets in the end is test_plans'.
"""

import json

import pytest

from settings import SelfHostedSettings, document, load_text
from settings.database import InCluster
from settings.tls import Generated
from settings.visibility import Postgres
from tests.settings.cases import STACKS, Case, as_taken, table

ACCEPTED = table("accepted")
LEAST = """\
config:
  temporal:name: least
  temporal:kubernetes: {context: kind}
  temporal:backend: {kind: self-hosted}
  temporal:database: {kind: in-cluster}
  temporal:tls: {kind: generated}
"""


@pytest.mark.parametrize("case", ACCEPTED, ids=[f"{number}" for number in range(len(ACCEPTED))])
def test_values_inside_each_bound_are_taken(case: Case) -> None:
    assert case.load() == case.load_text()


@pytest.mark.parametrize(
    ("place", "longest", "too_long"),
    [
        ("kubernetes.pods.nodeSelector", "a" * 63, "a" * 64),
        ("kubernetes.pods.nodeSelector", f"{'a' * 253}/a", f"{'a' * 254}/a"),
        ("kubernetes.pods.annotations", f"a/{'a' * 63}", f"a/{'a' * 64}"),
        ("backend.services.history.environment", "A" * 128, "A" * 129),
    ],
)
def test_keys_of_mappings_have_a_longest_length(place: str, longest: str, too_long: str) -> None:
    assert Case(set={place: {longest: "x"}}).refusal() is None
    refusal = Case(set={place: {too_long: "x"}}).refusal()
    assert refusal is not None
    assert ": unusable key; allowed: " in refusal.complaints[0]


@pytest.mark.parametrize("name", sorted(STACKS.keys() - {"reached"}))
def test_whole_stacks_are_valid_and_deserve_no_second_look(name: str) -> None:
    assert load_text(name, STACKS[name]).warnings() == []


def test_a_ui_that_everybody_reaches_without_a_login_deserves_one() -> None:
    [warning] = load_text("reached", STACKS["reached"]).warnings()
    assert warning.startswith(
        "temporal:access.ui.login.kind: with 'none' whoever reaches https://temporal-ui.example.com"
    )


def test_the_committed_local_stack() -> None:
    settings = load_text("local", STACKS["local"])
    assert isinstance(settings, SelfHostedSettings)
    assert (settings.name, settings.size, settings.backend.shards) == ("local", "dev", 128)
    assert settings.kubernetes.context == "embedded"
    assert [(namespace.name, namespace.retention) for namespace in settings.namespaces] == [("default", "3d")]
    assert settings.applications[0].create_namespace is True


def test_the_least_stack_file_gets_the_documented_defaults() -> None:
    settings = load_text("least", LEAST)
    assert isinstance(settings, SelfHostedSettings)
    assert (settings.size, settings.protection, settings.backend.shards) == ("dev", False, 512)
    assert settings.backend.version == "1.32.2"
    assert (settings.kubernetes.create_namespace, settings.kubernetes.adopt_existing_objects) == (True, False)
    assert (settings.access.frontend.kind, settings.access.ui) == ("cluster", None)
    assert (settings.namespaces, settings.applications) == ((), ())
    assert settings.visibility == Postgres(kind="postgres")
    database, tls = settings.database, settings.tls
    assert isinstance(database, InCluster)
    assert (database.storage, database.storage_class, database.max_connections) == ("10Gi", None, 200)
    assert isinstance(tls, Generated)
    assert (tls.leaf_days, tls.refresh_interval) == (90, "1m")


def test_keys_of_other_projects_are_not_ours() -> None:
    assert load_text("least", f"{LEAST}  aws:region: eu-west-1\n  other:name: X\n") == load_text("least", LEAST)


def test_a_key_without_its_project_is_ours() -> None:
    assert load_text("least", LEAST.replace("temporal:", "")) == load_text("least", LEAST)


@pytest.mark.parametrize("said", ["true", "True", '"true"'])
def test_a_flag_at_the_top_may_be_text(said: str) -> None:
    """The engine hands both over alike."""
    assert load_text("least", f"{LEAST}  temporal:protection: {said}\n").protection is True


def test_settings_cannot_be_changed() -> None:
    settings = load_text("least", LEAST)
    with pytest.raises(ValueError, match="frozen"):
        settings.name = "other"  # type: ignore[misc]  # what the test is about


@pytest.mark.parametrize(
    ("shards", "warned"), [(1, False), (2, False), (3, True), (511, True), (512, False), (16383, True), (16384, False)]
)
def test_shards_that_are_no_power_of_two_deserve_a_second_look(*, shards: int, warned: bool) -> None:
    words = (
        f"temporal:backend.shards: {shards} is not a power of two. An existing cluster keeps its number; a new one "
        "spreads its load better with one"
    )
    assert Case(set={"backend.shards": shards}).load().warnings() == ([words] if warned else [])


@pytest.mark.parametrize("key", ["metrics.breakdownByTaskQueue", "metrics.BreakdownByPartition"])
@pytest.mark.parametrize(("value", "kind", "warned"), [(False, "", True), (True, "", False), (False, "none", False)])
def test_backlogs_that_nobody_tells_of_deserve_a_second_look(*, key: str, value: bool, kind: str, warned: bool) -> None:
    way = {"monitoring": {"kind": kind}} if kind else {}
    said = {"backend.dynamicConfig": {key: [{"value": value, "constraints": {"namespace": "default"}}]}}
    words = (
        f"temporal:backend.dynamicConfig.{key}: where it is false the server does not tell what waits in task queues: "
        "TemporalTaskQueueBacklogOld and TemporalTaskQueueBacklogGrowing stay silent there"
    )
    assert Case(stack="watched", set={**said, **way}).load().warnings() == ([words] if warned else [])


@pytest.mark.parametrize("kind", ["require", "disable"])
def test_a_database_that_nobody_checks_deserves_a_second_look(kind: str) -> None:
    assert Case(stack="existing", set={"database.tls": {"kind": kind}}).load().warnings() == [
        f"temporal:database.tls.kind: with '{kind}' nobody checks who answers as the database; 'verify-full' does"
    ]


def test_a_search_store_in_the_clear_or_open_to_all_deserves_a_second_look() -> None:
    store = {"kind": "existing", "url": "http://search:9200", "index": "temporal_visibility_v1"}
    move = {"stage": "prepare", "to": {**store, "url": "http://new:9200", "authentication": {"kind": "none"}}}
    signing = {"kind": "aws-request-signing", "region": "eu-central-1"}
    clear = "over 'http://' passwords and what is searched are in the clear; 'https://' protects them"
    assert Case(set={"visibility": {**store, "authentication": signing, "move": move}}).load().warnings() == [
        f"temporal:visibility.url: {clear}",
        f"temporal:visibility.move.to.url: {clear}",
        (
            "temporal:visibility.move.to.authentication.kind: with 'none' whoever reaches the store may read and "
            "change what is searched; 'login' keeps others out"
        ),
    ]


def test_traces_in_the_clear_deserve_a_second_look() -> None:
    """With Temporal Cloud, too."""
    clear = "over 'http://' traces and what lets their sender in are in the clear; 'https://' protects them"
    said = {"traces": {"endpoint": "http://collector:4317"}}
    worker = {"kind": "worker", "name": "a", "application": "shop", "image": "a:1", "taskQueue": "a"}
    assert Case(set=said).load().warnings() == [f"temporal:traces.endpoint: {clear}"]
    cloud = Case(stack="cloud", set={**said, "workloads": [worker]}).load()
    assert cloud.warnings() == [f"temporal:traces.endpoint: {clear}"]


def test_an_archive_that_nobody_uses_or_that_is_in_the_clear_deserves_a_second_look() -> None:
    pair = {half: {"secret": "pair", "key": half} for half in ("accessKey", "secretKey")}
    archive = {"kind": "s3-compatible", "bucket": "abc", "endpoint": "http://10.0.0.7:9000", "credentials": pair}
    assert Case(set={"archival": archive, "kubernetes.createNamespace": False}).load().warnings() == [
        "temporal:archival: nothing is archived, for no namespace says archival: true",
        (
            "temporal:archival.endpoint: over 'http://' histories and the requests' signatures are in the clear; "
            "'https://' protects them"
        ),
    ]
    used = {"archival": {**archive, "endpoint": "https://10.0.0.7:9000"}, "namespaces.0.archival": True}
    assert Case(set={**used, "kubernetes.createNamespace": False}).load().warnings() == []


def test_a_domain_for_development_deserves_a_second_look_in_production() -> None:
    small = {"kind": "opensearch-domain", "dataNodes": 1}
    move = {"stage": "prepare", "to": {**small, "dataNodes": 2, "zones": 2, "masters": 3, "domain": "new"}}
    expected = [
        (
            "temporal:aws.alarms: left out, so nobody is told when a store is in trouble; kind 'none' says that this "
            "is meant"
        ),
        "temporal:visibility.zones: with 1 nothing can be searched while that zone is away; '3' goes on without one",
        (
            "temporal:visibility.dataNodes: with 1 nothing can be searched while it is replaced, and there is no other "
            "copy"
        ),
        (
            "temporal:visibility.masters: with 0 a busy data node leads the others, too; Amazon advises '3' in "
            "production"
        ),
    ]
    said = {"visibility": {**small, "move": move}}
    assert Case(stack="domain", set=said, drop=["aws.alarms"]).load().warnings() == expected
    assert Case(stack="domain", set={**said, "size": "staging"}, drop=["aws.alarms"]).load().warnings() == []
    assert Case(stack="domain", set={"aws.alarms": {"kind": "none"}}).load().warnings() == []


@pytest.mark.parametrize("name", STACKS)
def test_settings_hold_what_the_file_says_and_nothing_else(name: str) -> None:
    settings = load_text(name, STACKS[name])
    said = json.loads(settings.model_dump_json(by_alias=True, exclude_unset=True))
    assert {f"temporal:{key}": value for key, value in said.items()} == as_taken(document.read(STACKS[name])["config"])
