"""Proves which alarms watch what is stored on AWS, with which figures, and who is told.

That CloudWatch has data for them, and that somebody reads the mail, is for an account to show. The thresholds' sources
stand in components/aws/alarms.toml.
"""

import tomllib
from typing import Any

import pytest

from tests.program import recording, stacks
from tests.program.policies import statements
from tests.program.recording import ROOT, Recording

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = {"kind": "topic", "topic": stacks.TOPIC}
TAGS = {
    "cost-center": "4711",
    "temporal:installation": "local",
    "temporal:component": "alarms",
    "temporal:managed-by": "pulumi",
}
ABOVE, BELOW, FEWER = "GreaterThanOrEqualToThreshold", "LessThanOrEqualToThreshold", "LessThanThreshold"


@pytest.fixture(scope="module")
def watched() -> Recording:
    """Two data nodes of 50 GiB and three masters."""
    return recording.run(stacks.in_domain_cared_for(TOPIC, masters=3))


def _figures(found: Recording) -> dict[str, tuple[Any, ...]]:
    keys = ("metricName", "statistic", "period", "evaluationPeriods", "comparisonOperator", "threshold")
    alarms = {r.inputs["name"].removeprefix("temporal-local-search-"): r.inputs for r in found.of(ALARM).values()}
    return {name: tuple(inputs[key] for key in keys) for name, inputs in alarms.items()}


def test_a_domain_is_watched_as_its_makers_advise(watched: Recording) -> None:
    """Its guide's "Recommended CloudWatch alarms"; free storage is a quarter of 50 GiB."""
    assert _figures(watched) == {
        "status-red": ("ClusterStatus.red", "Maximum", 60, 1, ABOVE, 1),
        "status-yellow": ("ClusterStatus.yellow", "Maximum", 60, 5, ABOVE, 1),
        "free-storage": ("FreeStorageSpace", "Minimum", 60, 1, BELOW, 12800),
        "writes-blocked": ("ClusterIndexWritesBlocked", "Maximum", 300, 1, ABOVE, 1),
        "nodes": ("Nodes", "Minimum", 86400, 1, FEWER, 5),
        "snapshot": ("AutomatedSnapshotFailure", "Maximum", 60, 1, ABOVE, 1),
        "cpu": ("CPUUtilization", "Maximum", 900, 3, ABOVE, 80),
        "jvm-pressure": ("JVMMemoryPressure", "Maximum", 60, 3, ABOVE, 95),
        "old-generation-pressure": ("OldGenJVMMemoryPressure", "Maximum", 60, 3, ABOVE, 80),
        "master-cpu": ("MasterCPUUtilization", "Maximum", 900, 3, ABOVE, 50),
        "master-jvm-pressure": ("MasterJVMMemoryPressure", "Maximum", 60, 3, ABOVE, 95),
        "key-error": ("KMSKeyError", "Maximum", 60, 1, ABOVE, 1),
        "key-inaccessible": ("KMSKeyInaccessible", "Maximum", 60, 1, ABOVE, 1),
    }


def test_an_alarm_says_what_is_wrong_and_tells_the_topic(watched: Recording) -> None:
    assert watched.of(ALARM)["temporal-alarms-temporal-local-search-writes-blocked"].inputs == {
        "name": "temporal-local-search-writes-blocked",
        "alarmDescription": "Temporal local, search temporal-local: the domain takes no writes: executions are not "
        "recorded, their tasks wait in history.",
        "namespace": "AWS/ES",
        "metricName": "ClusterIndexWritesBlocked",
        "dimensions": {"DomainName": "temporal-local", "ClientId": stacks.ACCOUNT},
        "statistic": "Maximum",
        "period": 300,
        "evaluationPeriods": 1,
        "comparisonOperator": ABOVE,
        "threshold": 1,
        "treatMissingData": "missing",
        "alarmActions": [stacks.TOPIC],
        "okActions": [stacks.TOPIC],
        "tags": TAGS,
    }


def test_what_has_data_only_in_trouble_is_well_without(watched: Recording) -> None:
    quiet = {
        r.inputs["metricName"] for r in watched.of(ALARM).values() if r.inputs["treatMissingData"] == "notBreaching"
    }
    assert quiet == {"AutomatedSnapshotFailure", "KMSKeyError", "KMSKeyInaccessible"}


def test_without_masters_nobody_watches_them() -> None:
    found = recording.run(stacks.in_domain_cared_for(TOPIC, storage="1Ti"))
    figures = _figures(found)
    assert [name for name in figures if name.startswith("master")] == []
    assert figures["nodes"][-1] == 2
    assert figures["free-storage"][-1] == 256 * 1024


def test_both_domains_of_a_move_are_watched() -> None:
    move = stacks.move("prepare", {**stacks.DOMAIN, "domain": "other"})
    found = recording.run(stacks.in_domain_cared_for(TOPIC, move=move))
    names = {r.inputs["dimensions"]["DomainName"] for r in found.of(ALARM).values()}
    assert names == {"temporal-local", "other"}


def test_mails_go_by_a_topic_of_the_stacks_own() -> None:
    emails = ["a@example.com", "b@example.com"]
    found = recording.run(stacks.in_domain_cared_for({"kind": "emails", "emails": emails}))
    [topic] = found.of("aws:sns/topic:Topic").values()
    assert topic.inputs == {
        "name": "temporal-local-alarms",
        "kmsMasterKeyId": "arn:aws:kms:::temporal-aws-key",
        "tags": TAGS,
    }
    arn = "arn:aws:sns:::temporal-alarms-topic"
    subscriptions = [r.inputs for r in found.of("aws:sns/topicSubscription:TopicSubscription").values()]
    assert subscriptions == [{"topic": arn, "protocol": "email", "endpoint": email} for email in emails]
    assert {tuple(r.inputs["alarmActions"]) for r in found.of(ALARM).values()} == {(arn,)}
    named = [f"arn:aws:sns:eu-central-1:{stacks.ACCOUNT}:temporal-local-alarms"]
    assert statements(found, "aws:sns/topicPolicy:TopicPolicy", "temporal-alarms-topic-policy") == {
        "Alarms": {
            "Effect": "Allow",
            "Principal": {"Service": ["cloudwatch.amazonaws.com"]},
            "Action": ["sns:Publish"],
            "Resource": named,
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:eu-central-1:{stacks.ACCOUNT}:alarm:*"},
                "StringEquals": {"aws:SourceAccount": stacks.ACCOUNT},
            },
        },
        "TlsOnly": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sns:Publish"],
            "Resource": named,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    }


def test_the_stacks_key_lets_cloudwatch_tell_its_topic_and_nothing_else() -> None:
    key = ("aws:kms/key:Key", "temporal-aws-key")
    told = recording.run(stacks.in_domain_cared_for({"kind": "emails", "emails": ["a@example.com"]}))
    assert statements(told, *key)["Alarms"] == {
        "Effect": "Allow",
        "Principal": {"Service": ["cloudwatch.amazonaws.com"]},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Resource": ["*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": stacks.ACCOUNT}},
    }
    assert "Alarms" not in statements(recording.run(stacks.in_domain_cared_for(TOPIC)), *key)


@pytest.mark.parametrize("said", [{"kind": "none"}, None])
def test_without_alarms_nothing_is_made(said: dict[str, Any] | None) -> None:
    config = stacks.in_domain_cared_for({"kind": "none"})
    config["temporal:aws"] = {key: value for key, value in config["temporal:aws"].items() if key != "alarms"}
    config["temporal:aws"] |= {"alarms": said} if said else {}
    found = recording.run(config)
    assert (found.of(ALARM), found.of("aws:sns/topic:Topic")) == ({}, {})


RDS = {"kind": "rds", "class": "db.r7g.large"}
SERVERLESS = {"kind": "aurora", "capacity": {"kind": "serverless", "maximum": 4}}
CPU = ("CPUUtilization", "Average", 60, 5, ABOVE, 90)
IDS = ("MaximumUsedTransactionIDs", "Average", 60, 1, ABOVE, 1_000_000_000)
BURSTS = {
    "burst-io": ("EBSIOBalance%", "Average", 60, 3, BELOW, 10),
    "burst-throughput": ("EBSByteBalance%", "Average", 60, 3, BELOW, 10),
}


def _connections(most: int) -> dict[str, tuple[Any, ...]]:
    return {"connections": ("DatabaseConnections", "Average", 60, 5, ABOVE, most)}


def _storage(gib: float, alarm: str = "free-storage") -> dict[str, tuple[Any, ...]]:
    return {alarm: ("FreeStorageSpace", "Minimum", 60, 5, BELOW, round(gib * 1024**3))}


def _lag(alarm: str = "replica-lag", metric: str = "ReplicaLag", most: int = 60) -> dict[str, tuple[Any, ...]]:
    return {alarm: (metric, "Maximum", 60, 10, ABOVE, most)}


def _watched_database(**database: Any) -> Recording:
    config = stacks.changed(stacks.local(), aws={**stacks.GIVEN_KEY, "alarms": TOPIC}, database=database)
    return recording.run(config)


def _of_database(found: Recording, instance: str) -> dict[str, tuple[Any, ...]]:
    prefix = f"{instance}-database-"
    return {name.removeprefix(prefix): said for name, said in _figures(found).items() if name.startswith(prefix)}


@pytest.mark.parametrize(
    ("said", "watched"),
    [
        (RDS, {**_storage(10), "cpu": CPU, **_connections(1455), **BURSTS, "transaction-ids": IDS}),
        (
            {**RDS, "storage": {"kind": "gp3", "size": "400Gi", "maximum": "1000Gi"}},
            {
                **_storage(20, "free-storage-grown"),
                "cpu": CPU,
                **_connections(1455),
                **BURSTS,
                "transaction-ids": IDS,
            },
        ),
        (
            {**RDS, "class": "db.r7g.8xlarge"},
            {**_storage(10), "cpu": CPU, **_connections(4496), "transaction-ids": IDS},
        ),
        (
            {**RDS, "class": "db.t4g.medium"},
            {
                **_storage(10),
                "cpu": CPU,
                "cpu-credits": ("CPUSurplusCreditsCharged", "Maximum", 300, 3, ABOVE, 1),
                **_connections(360),
                **BURSTS,
                "transaction-ids": IDS,
            },
        ),
    ],
    ids=["alone", "growing", "large", "bursting"],
)
def test_an_instance_of_rds_has_alarms_for_what_its_class_and_volume_are(
    said: dict[str, Any], watched: dict[str, Any]
) -> None:
    """Free storage is a tenth, of what grows by itself a twentieth; connections are nine tenths of the class' limit."""
    assert _of_database(_watched_database(**said), "temporal-local") == watched


def test_a_read_replica_is_watched_for_itself() -> None:
    found = _watched_database(**RDS, readReplicas=[{"name": "reporting", "class": "db.r7g.8xlarge"}])
    assert _of_database(found, "temporal-local-reporting") == {
        **_storage(10),
        "cpu": CPU,
        **_connections(4496),
        **_lag(),
    }
    [lag] = [r.inputs for r in found.of(ALARM).values() if r.inputs["metricName"] == "ReplicaLag"]
    assert lag["dimensions"] == {"DBInstanceIdentifier": "temporal-local-reporting"}


def test_all_three_of_a_multi_az_cluster_are_watched_whoever_writes() -> None:
    """By the names that RDS gave them. The one that writes has no lag, which is well."""
    found = _watched_database(kind="rds", deployment="multi-az-cluster", **{"class": "db.m6gd.large"})
    for number in (1, 2, 3):
        assert _of_database(found, f"temporal-local-{number}") == {
            **_storage(10),
            "cpu": CPU,
            **_connections(725),
            **_lag(),
            **BURSTS,
            "transaction-ids": IDS,
        }
        [lag] = [
            r for r in found.of(ALARM).values() if r.inputs["name"] == f"temporal-local-{number}-database-replica-lag"
        ]
        assert lag.inputs["dimensions"] == {"DBInstanceIdentifier": f"temporal-local-instance-{number}"}
        assert lag.inputs["treatMissingData"] == "notBreaching"


AURORA_LAG = _lag("reader-lag", "AuroraReplicaLag", 60_000)
CAPACITY = {"capacity": ("ACUUtilization", "Average", 60, 5, ABOVE, 90)}


@pytest.mark.parametrize(
    ("said", "watched"),
    [
        (SERVERLESS, {"cpu": CPU, **CAPACITY, **_connections(725), **AURORA_LAG, "transaction-ids": IDS}),
        (
            {"kind": "aurora", "capacity": {"kind": "provisioned", "class": "db.r8g.large"}},
            {"cpu": CPU, **_connections(1455), **AURORA_LAG, "transaction-ids": IDS},
        ),
    ],
    ids=["serverless", "provisioned"],
)
def test_every_instance_of_aurora_is_watched(said: dict[str, Any], watched: dict[str, Any]) -> None:
    """Its storage grows by itself."""
    found = _watched_database(**said)
    assert _of_database(found, "temporal-local-1") == _of_database(found, "temporal-local-2") == watched
    instances = {r.inputs["dimensions"]["DBInstanceIdentifier"] for r in found.of(ALARM).values()}
    assert instances == {"temporal-local-1", "temporal-local-2"}


def test_a_lonely_instance_of_aurora_has_no_lag() -> None:
    found = _watched_database(kind="aurora", capacity={"kind": "serverless", "maximum": 4, "instances": 1})
    assert [*_of_database(found, "temporal-local-1")] == ["cpu", "capacity", "connections", "transaction-ids"]


def test_a_domain_and_a_database_of_one_name_have_alarms_of_their_own(cared_for: Recording) -> None:
    names = {r.inputs["name"] for r in cared_for.of(ALARM).values()}
    assert len(names) == len(cared_for.of(ALARM))
    assert {"temporal-local-search-cpu", "temporal-local-database-cpu"} <= names


def test_every_alarm_is_complete() -> None:
    """One threshold, and the words that CloudWatch knows."""
    known = tomllib.loads((ROOT / "components" / "aws" / "alarms.toml").read_text())
    for section in known.values():
        for name, said in section["alarms"].items():
            assert {"metric", "says", "statistic", "period", "periods"} <= said.keys(), name
            assert len({"above", "below", "fewer_than"} & said.keys()) == 1, name
            assert said["statistic"] in ("Average", "Maximum", "Minimum"), name
            assert said.get("missing", "notBreaching") == "notBreaching", name
            # CloudWatch looks back at most a day, a week with periods of an hour and more.
            assert said["period"] * said["periods"] <= 86400, name
            assert not said["says"].endswith("."), name
