"""What is billed of each resource type, from inputs as pulumi-aws names them, and what is shown as not priced.

Proves quantities and names of prices; the prices themselves are test_cost_prices', their sums test_cost_reference's.
"""

from typing import Any

import pytest

from commands.cost.billing import Resource
from commands.cost.rules import COUNTED_TOGETHER, RULES, types
from tests.commands.costs import charges, not_priced, resource, said

POSTGRES: dict[str, Any] = {
    "engine": "postgres",
    "engineVersion": "16.9",
    "instanceClass": "db.r6g.large",
    "allocatedStorage": 100,
}
AURORA: dict[str, Any] = {"engine": "aurora-postgresql", "engineVersion": "16.9", "clusterIdentifier": "temporal"}
MEMBER: dict[str, Any] = {"engine": "aurora-postgresql", "clusterIdentifier": "temporal"}
GP3: dict[str, Any] = {**POSTGRES, "storageType": "gp3"}


def test_an_instance_in_one_zone() -> None:
    assert charges(resource("instance", "db", **GP3)) == [
        ("db", "rds/db.r6g.large", 730, "hour"),
        ("db", "rds/gp3", 100, "GB-month"),
    ]


def test_a_multi_az_instance_is_two_with_their_storage() -> None:
    inputs: dict[str, Any] = {**GP3, "multiAz": True, "iops": 4000, "storageThroughput": 225}
    assert charges(resource("instance", "db", **inputs)) == [
        ("db", "rds/db.r6g.large", 1460, "hour"),
        ("db", "rds/gp3", 200, "GB-month"),
        ("db", "rds/gp3-iops", 2000, "IOPS-month"),
        ("db", "rds/gp3-throughput", 200, "MiB/s-month"),
    ]


@pytest.mark.parametrize(
    ("size", "iops", "throughput", "billed"),
    [(399, 3000, 125, {}), (400, 12_000, 500, {}), (400, 12_001, 501, {"rds/gp3-iops": 1, "rds/gp3-throughput": 1})],
)
def test_gp3_includes_more_from_400_gb_on(size: int, iops: int, throughput: int, billed: dict[str, float]) -> None:
    inputs: dict[str, Any] = {**GP3, "allocatedStorage": size, "iops": iops, "storageThroughput": throughput}
    found = charges(resource("instance", **inputs))
    assert {price: quantity for _, price, quantity, _ in found[2:]} == billed


def test_storage_types_without_a_word_and_with_provisioned_iops() -> None:
    assert charges(resource("instance", **POSTGRES))[1:] == [("it", "rds/gp2", 100, "GB-month")]
    assert charges(resource("instance", **POSTGRES, iops=1000))[1:] == [
        ("it", "rds/io1", 100, "GB-month"),
        ("it", "rds/io1-iops", 1000, "IOPS-month"),
    ]


@pytest.mark.parametrize("source", ["db", "arn:aws:rds:us-east-1:123456789012:db:db"])
def test_a_replica_has_the_storage_of_its_source_and_no_standby(source: str) -> None:
    first = resource("instance", "first", **GP3, identifier="db", multiAz=True)
    replica = resource("instance", "replica", instanceClass="db.t4g.medium", replicateSourceDb=source)
    assert charges(first, replica)[2:] == [
        ("replica", "rds/db.t4g.medium", 730, "hour"),
        ("replica", "rds/gp3", 100, "GB-month"),
    ]


def test_storage_that_nobody_states_is_not_priced() -> None:
    restored = {key: value for key, value in POSTGRES.items() if key != "allocatedStorage"}
    found = resource("instance", **restored, snapshotIdentifier="before")
    assert charges(found) == [("it", "rds/db.r6g.large", 730, "hour")]
    assert not_priced(found) == [("it", "the size of its storage is not stated")]


def test_the_master_users_secret() -> None:
    found = charges(resource("instance", **GP3, manageMasterUserPassword=True))
    assert found[2:] == [("it", "secretsmanager/secret", 1, "month")]


@pytest.mark.parametrize(
    ("class_", "version", "lifecycle", "vcpu_hours"),
    [
        ("db.r6g.large", "13.20", None, 1460),
        ("db.m6g.2xlarge", "13", None, 5840),
        ("db.r6g.xlarge", "13.20", "open-source-rds-extended-support", 2920),
        ("db.r6g.large", "13.20", "open-source-rds-extended-support-disabled", None),
        ("db.r6g.large", "14.1", None, None),
    ],
)
def test_extended_support(class_: str, version: str, lifecycle: str | None, vcpu_hours: float | None) -> None:
    inputs: dict[str, Any] = {
        **GP3,
        "instanceClass": class_,
        "engineVersion": version,
        "engineLifecycleSupport": lifecycle,
    }
    found = {price: quantity for _, price, quantity, _ in charges(resource("instance", **inputs))}
    assert found.get("rds/extended-support") == vcpu_hours


@pytest.mark.parametrize(("days", "shown"), [(7, 0), (31, 1)])
def test_performance_insights_beyond_the_free_days(days: int, shown: int) -> None:
    inputs: dict[str, Any] = {**GP3, "performanceInsightsEnabled": True, "performanceInsightsRetentionPeriod": days}
    assert len(not_priced(resource("instance", **inputs))) == shown


def test_a_multi_az_db_cluster_is_three() -> None:
    inputs: dict[str, Any] = {
        "engine": "postgres",
        "dbClusterInstanceClass": "db.m6gd.large",
        "storageType": "io1",
        "iops": 1000,
    }
    assert charges(resource("cluster", "db", **inputs, allocatedStorage=100)) == [
        ("db", "rds/db.m6gd.large", 2190, "hour"),
        ("db", "rds/io1", 300, "GB-month"),
        ("db", "rds/io1-iops", 3000, "IOPS-month"),
    ]


def test_aurora() -> None:
    """Two instances and the volume they share; its size and its requests are assumed."""
    members = [resource("cluster instance", name, **MEMBER, instanceClass="db.r7g.large") for name in ("one", "two")]
    cost = said(aurora={"gigabytes": 50, "requests": 20})
    assert charges(resource("cluster", "db", **AURORA), *members, cost=cost) == [
        ("db", "aurora/storage", 50, "GB-month"),
        ("db", "aurora/requests", 20, "million"),
        ("one", "aurora/db.r7g.large", 730, "hour"),
        ("two", "aurora/db.r7g.large", 730, "hour"),
    ]


def test_aurora_io_optimized_pays_no_requests() -> None:
    cluster = resource("cluster", "db", **AURORA, storageType="aurora-iopt1", manageMasterUserPassword=True)
    member = resource("cluster instance", "one", **MEMBER, instanceClass="db.r7g.large")
    assert charges(cluster, member, cost=said(aurora={"requests": 20})) == [
        ("db", "aurora-io/storage", 100, "GB-month"),
        ("db", "secretsmanager/secret", 1, "month"),
        ("one", "aurora-io/db.r7g.large", 730, "hour"),
    ]


@pytest.mark.parametrize(
    ("least", "stated", "units"), [(2, None, 2), (0.5, None, 0.5), (0, None, 0.5), (0.5, 4, 4), (2, 1.5, 1.5)]
)
def test_aurora_serverless(least: float, stated: float | None, units: float) -> None:
    """The least capacity of the cluster, which never pauses, or the average that the stack states."""
    scaling = {"minCapacity": least, "maxCapacity": 16}
    cluster = resource("cluster", "db", **AURORA, serverlessv2ScalingConfiguration=scaling)
    member = resource("cluster instance", "one", **MEMBER, instanceClass="db.serverless")
    cost = said(aurora={} if stated is None else {"capacityUnits": stated})
    assert charges(cluster, member, cost=cost)[1:] == [("one", "aurora/acu", units * 730, "hour")]


def test_an_aurora_instance_of_another_cluster_is_not_priced() -> None:
    cluster = resource("cluster", "db", **{**AURORA, "clusterIdentifier": "other"})
    member = resource("cluster instance", "one", **MEMBER, instanceClass="db.r7g.large")
    reason = "its cluster is none of this stack's Aurora PostgreSQL clusters"
    assert not_priced(cluster, member) == [("one", reason)]


@pytest.mark.parametrize(("kind", "engine"), [("instance", "mysql"), ("cluster", "aurora-mysql")])
def test_other_engines_are_not_priced(kind: str, engine: str) -> None:
    found = resource(kind, **{**GP3, "engine": engine})
    assert charges(found) == []
    assert not_priced(found) == [("it", f"its engine is {engine}, the table is of PostgreSQL")]


def test_a_domain() -> None:
    nodes = {
        "instanceType": "r6g.large.search",
        "instanceCount": 3,
        "dedicatedMasterEnabled": True,
        "dedicatedMasterType": "m6g.large.search",
        "dedicatedMasterCount": 3,
        "warmEnabled": True,
        "warmType": "ultrawarm1.medium.search",
        "warmCount": 2,
    }
    volumes = {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": 100, "iops": 4000, "throughput": 225}
    found = resource("domain", "search", clusterConfig=nodes, ebsOptions=volumes)
    assert charges(found) == [
        ("search", "opensearch/r6g.large.search", 2190, "hour"),
        ("search", "opensearch/m6g.large.search", 2190, "hour"),
        ("search", "opensearch/ultrawarm1.medium.search", 1460, "hour"),
        ("search", "opensearch/gp3", 300, "GB-month"),
        ("search", "opensearch/gp3-iops", 3000, "IOPS-month"),
        ("search", "opensearch/gp3-throughput", 300, "MiB/s-month"),
    ]
    assert not_priced(found) == [("search", "what its warm nodes store is billed by use")]


def test_masters_that_are_not_enabled_are_none() -> None:
    nodes = {"instanceType": "t3.small.search", "dedicatedMasterType": "m6g.large.search", "dedicatedMasterCount": 3}
    assert charges(resource("domain", clusterConfig=nodes)) == [("it", "opensearch/t3.small.search", 730, "hour")]


@pytest.mark.parametrize(
    ("size", "throughput", "billed"),
    [(170, 125, 0), (170, 200, 75), (180, 250, 0), (4000, 700, 200), (3500, 500, 0), (5000, 500, 0)],
)
def test_throughput_that_a_domains_volume_includes(size: int, throughput: int, billed: int) -> None:
    volumes = {"ebsEnabled": True, "volumeType": "gp3", "volumeSize": size, "throughput": throughput}
    found = charges(resource("domain", clusterConfig={"instanceType": "r6g.large.search"}, ebsOptions=volumes))
    assert sum(quantity for _, price, quantity, _ in found if price == "opensearch/gp3-throughput") == billed


METRIC = {"metricName": "CPUUtilization", "namespace": "AWS/RDS"}
FEW: list[tuple[str, dict[str, Any], list[tuple[str, float, str]]]] = [
    ("key", {}, [("kms/key", 1, "month")]),
    ("secret", {}, [("secretsmanager/secret", 1, "month")]),
    ("secret", {"replicas": [{"region": "us-west-2"}]}, [("secretsmanager/secret", 2, "month")]),
    ("alarm", {**METRIC, "period": 60}, [("cloudwatch/alarm", 1, "month")]),
    ("alarm", {**METRIC, "period": 10}, [("cloudwatch/alarm-high-resolution", 1, "month")]),
    (
        "alarm",
        {
            "metricQueries": [
                {"id": "e", "expression": "a/b"},
                {"id": "a", "metric": METRIC},
                {"id": "b", "metric": METRIC},
            ]
        },
        [("cloudwatch/alarm", 2, "month")],
    ),
    ("endpoint", {"vpcEndpointType": "Interface", "subnetIds": ["a", "b", "c"]}, [("vpc/endpoint", 2190, "hour")]),
    ("endpoint", {"vpcEndpointType": "Gateway"}, []),
    ("parameter", {"type": "SecureString"}, []),
    ("parameter", {"type": "SecureString", "tier": "Advanced"}, [("ssm/advanced-parameter", 1, "month")]),
    ("vault", {}, [("backup/rds", 100, "GB-month")]),
    ("log group", {}, [("cloudwatch/log-ingestion", 10, "GB"), ("cloudwatch/log-storage", 10, "GB-month")]),
    ("bucket", {}, [("s3/standard", 100, "GB-month")]),
]


@pytest.mark.parametrize(("kind", "inputs", "billed"), FEW)
def test_small_things(kind: str, inputs: dict[str, Any], billed: list[tuple[str, float, str]]) -> None:
    assert charges(resource(kind, **inputs)) == [("it", *each) for each in billed]


def test_what_is_used_is_counted_once_for_the_stack() -> None:
    """However many buckets, log groups and vaults there are; a replicated archive is there twice."""
    cost = said(archiveGigabytes=7, logGigabytes=8, backupGigabytes=9)
    database = resource("instance", "db", **GP3, enabledCloudwatchLogsExports=["postgresql"])
    found = [resource(kind, f"{kind} {n}") for kind in ("bucket", "log group", "vault") for n in (1, 2)]
    assert charges(database, *found, resource("replication"), cost=cost)[2:] == [
        ("bucket 1 and 1 more", "s3/standard", 14, "GB-month"),
        ("db and 2 more", "cloudwatch/log-ingestion", 8, "GB"),
        ("db and 2 more", "cloudwatch/log-storage", 8, "GB-month"),
        ("vault 1 and 1 more", "backup/rds", 9, "GB-month"),
    ]


def test_alarms_are_one_line_for_each_price() -> None:
    found = [resource("alarm", f"alarm {n}", **METRIC, period=period) for n, period in enumerate((60, 300, 10))]
    assert charges(*found) == [
        ("alarm 0 and 1 more", "cloudwatch/alarm", 2, "month"),
        ("alarm 2", "cloudwatch/alarm-high-resolution", 1, "month"),
    ]


BUCKET_ARN = "arn:aws:s3:::archive"
DATABASE_ARN = "arn:aws:rds:us-east-1:123456789012:db:orders"
CLUSTER_ARN = "arn:aws:rds:us-east-1:123456789012:cluster:orders"
COPYING = [{"ruleName": "daily", "copyActions": [{"destinationVaultArn": "elsewhere"}]}]


@pytest.mark.parametrize(
    ("others", "billed"),
    [
        ([resource("selection", resources=[DATABASE_ARN])], [("backup/rds", 9)]),
        ([resource("selection", resources=[BUCKET_ARN])], [("backup/s3", 7)]),
        ([resource("selection", resources=[DATABASE_ARN, BUCKET_ARN])], [("backup/rds", 9), ("backup/s3", 7)]),
        ([resource("selection", resources=[CLUSTER_ARN]), resource("cluster instance")], [("backup/aurora", 9)]),
        ([resource("selection", resources=[CLUSTER_ARN])], [("backup/rds", 9)]),
        (
            [resource("selection", resources=[DATABASE_ARN, BUCKET_ARN]), resource("plan", rules=COPYING)],
            [("backup/rds", 18), ("backup/s3", 14)],
        ),
        ([resource("selection", resources=[BUCKET_ARN]), resource("plan", rules=[{}])], [("backup/s3", 7)]),
    ],
)
def test_backups_are_billed_by_what_they_are_of(others: list[Resource], billed: list[tuple[str, float]]) -> None:
    """Of databases what is assumed, of buckets the archives; twice where a plan copies them to another region."""
    cost = said(archiveGigabytes=7, backupGigabytes=9)
    assert charges(resource("vault"), *others, cost=cost) == [("it", *each, "GB-month") for each in billed]


def test_a_type_that_nobody_knows_is_shown() -> None:
    """One of AWS, and one of a package that is not known to cost nothing."""
    found = [Resource(type_, "it", {}) for type_ in ("aws:lb/loadBalancer:LoadBalancer", "cloudflare:index:Zone")]
    assert charges(*found) == []
    assert not_priced(*found) == [("it", "nobody wrote down yet how this type is billed")] * 2


def test_types_that_cost_nothing_or_by_use() -> None:
    free = [Resource(type_, "it", {}) for type_ in (*types()["free"], "random:index/randomPassword:RandomPassword")]
    assert (charges(*free), not_priced(*free)) == ([], [])
    assert not_priced(resource("topic")) == [("it", "billed by use: messages")]


def test_a_type_is_told_of_in_one_place() -> None:
    known = [*RULES, *COUNTED_TOGETHER, *types()["free"], *types()["by-use"], *types()["each"]]
    assert len(known) == len({*known})
