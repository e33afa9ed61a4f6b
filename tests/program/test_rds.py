"""Proves what a database in Amazon RDS is made of, input by input, and how the server and its jobs reach it.

The proof ends at the inputs: what AWS and External Secrets make of them is seen in an account only. That the roles
job's SQL needs no superuser was tried on PostgreSQL 15, 16 and 17.
"""

import json
from typing import Any

import pulumi
import pytest
import yaml

from tests.program import recording, stacks
from tests.program.recording import Recording, plain

KEY = stacks.KEY
TAGS = {"temporal:installation": "local", "temporal:component": "database", "temporal:managed-by": "pulumi"}
INSTANCE = "aws:rds/instance:Instance"
CLUSTER = "aws:rds/cluster:Cluster"
PARAMETERS = {
    "autovacuum_vacuum_scale_factor": "0.05",
    "idle_in_transaction_session_timeout": "60000",
    "log_min_duration_statement": "1000",
    "log_statement": "ddl",
    "random_page_cost": "1.1",
    "rds.force_ssl": "1",
}
OF_POSTGRES = {"checkpoint_timeout": "900", "max_wal_size": "4096"}
KEPT = {"kind": "kept", "secret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master-a1B2c3"}
SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")


def _inputs(found: Recording, type_: str, name: str = "temporal-database") -> dict[str, Any]:
    inputs: dict[str, Any] = plain(found.of(type_)[name].inputs)
    return inputs


SAID: dict[str, Any] = {
    "engine": "postgres",
    "engineVersion": "17",
    "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
    "autoMinorVersionUpgrade": True,
    "allowMajorVersionUpgrade": True,
    "applyImmediately": False,
    "storageType": "gp3",
    "allocatedStorage": 100,
    "storageEncrypted": True,
    "kmsKeyId": KEY,
    "manageMasterUserPassword": True,
    "masterUserSecretKmsKeyId": KEY,
    "dbSubnetGroupName": "temporal-local",
    "vpcSecurityGroupIds": ["temporal-database-security-group-id"],
    "port": 5433,
    "publiclyAccessible": False,
    "backupRetentionPeriod": 14,
    "copyTagsToSnapshot": True,
    "deletionProtection": False,
    "skipFinalSnapshot": False,
    "finalSnapshotIdentifier": "temporal-local-final",
    "performanceInsightsEnabled": True,
    "performanceInsightsKmsKeyId": KEY,
    "performanceInsightsRetentionPeriod": 7,
    "monitoringInterval": 60,
    "monitoringRoleArn": "arn:aws:iam:::temporal-database-monitoring",
    "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
    "tags": TAGS,
}
"""What an instance and a Multi-AZ DB cluster say alike."""


def test_an_instance_with_a_standby(rds: Recording) -> None:
    assert _inputs(rds, INSTANCE) == {
        **SAID,
        "identifier": "temporal-local",
        "instanceClass": "db.r7g.large",
        "multiAz": True,
        "username": "temporaladmin",
        "iamDatabaseAuthenticationEnabled": True,
        "caCertIdentifier": "rds-ca-rsa2048-g1",
        "parameterGroupName": "temporal-local-17",
        "backupWindow": "02:00-03:00",
        "maintenanceWindow": "sun:03:30-sun:04:30",
        "deleteAutomatedBackups": False,
    }
    assert rds.of(CLUSTER) == {}


def test_a_cluster_over_three_zones(cluster: Recording) -> None:
    assert _inputs(cluster, CLUSTER) == {
        **SAID,
        "clusterIdentifier": "temporal-local",
        "dbClusterInstanceClass": "db.r8gd.large",
        "iops": 3000,
        "masterUsername": "temporaladmin",
        "caCertificateIdentifier": "rds-ca-rsa2048-g1",
        "dbClusterParameterGroupName": "temporal-local-17",
        "preferredBackupWindow": "02:00-03:00",
        "preferredMaintenanceWindow": "sun:03:30-sun:04:30",
    }
    assert cluster.of(INSTANCE) == {}
    assert cluster.exports["databaseReaders"] == {
        "standbys": "temporal-local.cluster-ro-example.rds.amazonaws.com:5433"
    }


def test_an_aurora_cluster_and_its_instances(aurora: Recording) -> None:
    unlike = ("storageType", "allocatedStorage", "autoMinorVersionUpgrade", "publiclyAccessible")
    of_instances = {key for key in SAID if key.startswith(("performanceInsights", "monitoring"))}
    assert _inputs(aurora, CLUSTER) == {
        **{key: value for key, value in SAID.items() if key not in unlike and key not in of_instances},
        "clusterIdentifier": "temporal-local",
        "engine": "aurora-postgresql",
        "serverlessv2ScalingConfiguration": {"minCapacity": 1, "maxCapacity": 4},
        "masterUsername": "temporaladmin",
        "iamDatabaseAuthenticationEnabled": True,
        "dbClusterParameterGroupName": "temporal-local-17",
        "preferredBackupWindow": "02:00-03:00",
        "preferredMaintenanceWindow": "sun:03:30-sun:04:30",
        "deleteAutomatedBackups": False,
        "enabledCloudwatchLogsExports": ["postgresql"],
    }
    instances = aurora.of("aws:rds/clusterInstance:ClusterInstance")
    assert {name: plain(made.inputs) for name, made in instances.items()} == {
        f"temporal-database-{number}": {
            **{key: SAID[key] for key in of_instances},
            "identifier": f"temporal-local-{number}",
            "clusterIdentifier": "temporal-local",
            "engine": "aurora-postgresql",
            "instanceClass": "db.serverless",
            "availabilityZone": zone,
            "promotionTier": 1,
            "dbSubnetGroupName": "temporal-local",
            "publiclyAccessible": False,
            "caCertIdentifier": "rds-ca-rsa2048-g1",
            "autoMinorVersionUpgrade": True,
            "applyImmediately": False,
            "preferredMaintenanceWindow": "sun:03:30-sun:04:30",
            "tags": TAGS,
        }
        for number, zone in ((1, "eu-central-1a"), (2, "eu-central-1b"))
    }
    assert aurora.exports["databaseReaders"] == {"readers": "temporal-local.cluster-ro-example.rds.amazonaws.com:5433"}


def test_aurora_instances_of_one_class_go_round_the_zones() -> None:
    capacity = {"kind": "provisioned", "class": "db.r8g.large", "instances": 4}
    found = recording.run(stacks.aurora(capacity, storage="io-optimized", engineVersion="16.14"))
    instances = found.of("aws:rds/clusterInstance:ClusterInstance").values()
    assert [(i.inputs["instanceClass"], i.inputs["availabilityZone"][-1]) for i in instances] == [
        ("db.r8g.large", zone) for zone in ("a", "b", "c", "a")
    ]
    assert {i.inputs["autoMinorVersionUpgrade"] for i in instances} == {False}
    made = _inputs(found, CLUSTER)
    assert (made["storageType"], made["engineVersion"]) == ("aurora-iopt1", "16.14")
    assert "serverlessv2ScalingConfiguration" not in made


@pytest.mark.parametrize(
    ("stack", "type_", "family", "values"),
    [
        ("rds", "aws:rds/parameterGroup:ParameterGroup", "postgres17", PARAMETERS | OF_POSTGRES),
        ("cluster", "aws:rds/clusterParameterGroup:ClusterParameterGroup", "postgres17", PARAMETERS | OF_POSTGRES),
        ("aurora", "aws:rds/clusterParameterGroup:ClusterParameterGroup", "aurora-postgresql17", PARAMETERS),
    ],
)
def test_tls_is_forced_and_the_rest_tuned(
    request: pytest.FixtureRequest, stack: str, type_: str, family: str, values: dict[str, str]
) -> None:
    found: Recording = request.getfixturevalue(stack)
    assert _inputs(found, type_, "temporal-database-parameters") == {
        "name": "temporal-local-17",
        "family": family,
        "description": "Parameters of database temporal-local",
        "parameters": [
            {"name": name, "value": value, "applyMethod": "immediate"} for name, value in sorted(values.items())
        ],
        "tags": TAGS,
    }


@pytest.mark.parametrize("stack", ["rds", "cluster", "aurora"])
def test_the_pods_group_is_let_in_and_nobody_else(request: pytest.FixtureRequest, stack: str) -> None:
    """No rule stands in the group itself, so the provider leaves none for egress."""
    found: Recording = request.getfixturevalue(stack)
    assert _inputs(found, "aws:rds/subnetGroup:SubnetGroup", "temporal-database-subnets") == {
        "name": "temporal-local",
        "description": "Subnets of database temporal-local",
        "subnetIds": [f"subnet-0123456789abcdef{number}" for number in range(3)],
        "tags": TAGS,
    }
    assert _inputs(found, "aws:ec2/securityGroup:SecurityGroup", "temporal-database-security-group") == {
        "name": "temporal-local-database",
        "description": "Temporal local, database",
        "vpcId": "vpc-0123456789abcdef0",
        "tags": TAGS,
    }
    [rule] = [r for r in found.registrations if "SecurityGroup" in r.type and "Rule" in r.type]
    assert rule.type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    assert plain(rule.inputs) == {
        "securityGroupId": "temporal-database-security-group-id",
        "referencedSecurityGroupId": "sg-0123456789abcdef0",
        "ipProtocol": "tcp",
        "fromPort": 5433,
        "toPort": 5433,
        "description": "From the pods of production",
        "tags": TAGS,
    }


@pytest.mark.parametrize(
    ("stack", "logs"),
    [
        ("rds", ["instance/temporal-local/postgresql", "instance/temporal-local/upgrade"]),
        ("cluster", ["cluster/temporal-local/postgresql", "cluster/temporal-local/upgrade"]),
        ("aurora", ["cluster/temporal-local/postgresql"]),
    ],
)
def test_logs_are_kept_with_the_key_before_anything_is_logged(
    request: pytest.FixtureRequest, stack: str, logs: list[str]
) -> None:
    found: Recording = request.getfixturevalue(stack)
    groups = found.of("aws:cloudwatch/logGroup:LogGroup")
    assert sorted((plain(group.inputs) for group in groups.values()), key=lambda group: str(group["name"])) == [
        {"name": f"/aws/rds/{log}", "retentionInDays": 365, "kmsKeyId": KEY, "tags": TAGS} for log in logs
    ]
    [made] = [*found.of(INSTANCE).values(), *found.of(CLUSTER).values()]
    assert {f"aws:cloudwatch/logGroup:LogGroup::{name}" for name in groups} <= made.waits_for


def test_only_rds_of_this_account_takes_the_monitoring_role(rds: Recording) -> None:
    role = _inputs(rds, "aws:iam/role:Role", "temporal-database-monitoring")
    assert (role["name"], json.loads(role["assumeRolePolicy"])["Statement"]) == (
        "temporal-local-monitoring",
        [
            {
                "Sid": "Monitoring",
                "Effect": "Allow",
                "Principal": {"Service": ["monitoring.rds.amazonaws.com"]},
                "Action": ["sts:AssumeRole"],
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "123456789012"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:rds:eu-central-1:123456789012:db:*"},
                },
            }
        ],
    )
    attached = _inputs(rds, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "temporal-database-monitoring-policy")
    assert attached == {
        "role": "temporal-local-monitoring",
        "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    }
    without = recording.run(stacks.rds(monitoringInterval=0))
    assert without.of("aws:iam/role:Role") == {}
    assert "monitoringRoleArn" not in _inputs(without, INSTANCE)


SPEEDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing said": ({"kind": "gp3"}, {"storageType": "gp3", "allocatedStorage": 100}),
    "grows": (
        {"kind": "gp3", "size": "200Gi", "maximum": "1000Gi"},
        {"storageType": "gp3", "allocatedStorage": 200, "maxAllocatedStorage": 1000},
    ),
    "one of two": (
        {"kind": "gp3", "size": "400Gi", "throughput": 750},
        {"storageType": "gp3", "allocatedStorage": 400, "iops": 12000, "storageThroughput": 750},
    ),
    "the other": (
        {"kind": "gp3", "size": "400Gi", "iops": 16000},
        {"storageType": "gp3", "allocatedStorage": 400, "iops": 16000, "storageThroughput": 500},
    ),
    "provisioned": (
        {"kind": "io2", "iops": 20000},
        {"storageType": "io2", "allocatedStorage": 100, "iops": 20000},
    ),
}


@pytest.mark.parametrize("said", SPEEDS)
def test_volumes(said: str) -> None:
    storage, expected = SPEEDS[said]
    made = _inputs(recording.run(stacks.rds(storage=storage)), INSTANCE)
    keys = ("storageType", "allocatedStorage", "maxAllocatedStorage", "iops", "storageThroughput")
    assert {key: made[key] for key in keys if key in made} == expected


def test_a_striped_volume_of_a_cluster_says_its_iops() -> None:
    storage = {"kind": "gp3", "size": "400Gi"}
    config = stacks.rds(deployment="multi-az-cluster", storage=storage, **{"class": "db.r8gd.large"})
    assert _inputs(recording.run(config), CLUSTER)["iops"] == 12000


def test_what_else_a_stack_file_may_say() -> None:
    config = stacks.rds(
        deployment="single-az-instance",
        engineVersion="16.14",
        identifier="orders",
        port=6000,
        masterUser="boss",
        backupDays=0,
        backupWindow="22:00-23:00",
        maintenanceWindow="mon:00:00-mon:02:00",
        applyImmediately=True,
        finalSnapshot=False,
        iamAuthentication=False,
        certificateAuthority="rds-ca-ecc384-g1",
        insightsDays=731,
        monitoringInterval=5,
        logDays=30,
    )
    changed = {
        "identifier": "orders",
        "multiAz": False,
        "engineVersion": "16.14",
        "autoMinorVersionUpgrade": False,
        "port": 6000,
        "username": "boss",
        "backupRetentionPeriod": 0,
        "backupWindow": "22:00-23:00",
        "maintenanceWindow": "mon:00:00-mon:02:00",
        "applyImmediately": True,
        "skipFinalSnapshot": True,
        "iamDatabaseAuthenticationEnabled": False,
        "caCertIdentifier": "rds-ca-ecc384-g1",
        "performanceInsightsRetentionPeriod": 731,
        "monitoringInterval": 5,
        "parameterGroupName": "orders-16",
        "dbSubnetGroupName": "orders",
    }
    found = recording.run(config)
    made = _inputs(found, INSTANCE)
    assert {key: made[key] for key in changed} == changed
    assert "finalSnapshotIdentifier" not in made
    assert {group.inputs["retentionInDays"] for group in found.of("aws:cloudwatch/logGroup:LogGroup").values()} == {30}


def test_read_replicas_are_for_applications() -> None:
    replicas = [{"name": "reporting"}, {"name": "search", "class": "db.m7g.large"}]
    found = recording.run(stacks.rds(readReplicas=replicas))
    made = _inputs(found, INSTANCE, "temporal-database-reporting")
    shared = {"vpcSecurityGroupIds", "port", "publiclyAccessible", "caCertIdentifier", "parameterGroupName"}
    shared |= {"storageType", "storageEncrypted", "iamDatabaseAuthenticationEnabled", "enabledCloudwatchLogsExports"}
    source = _inputs(found, INSTANCE)
    assert {key: made[key] for key in shared} == {key: source[key] for key in shared}
    assert {key: made[key] for key in ("identifier", "replicateSourceDb", "instanceClass", "skipFinalSnapshot")} == {
        "identifier": "temporal-local-reporting",
        "replicateSourceDb": "temporal-local",
        "instanceClass": "db.r7g.large",
        "skipFinalSnapshot": True,
    }
    assert "kmsKeyId" not in made
    assert _inputs(found, INSTANCE, "temporal-database-search")["instanceClass"] == "db.m7g.large"
    assert found.exports["databaseReaders"] == {
        name: f"temporal-local-{name}.example.rds.amazonaws.com:5433" for name in ("reporting", "search")
    }


def test_the_server_has_no_readers_to_tell_of(rds: Recording) -> None:
    assert "databaseReaders" not in rds.exports


@pytest.mark.parametrize(
    ("restore", "inputs"),
    [
        ({"kind": "snapshot", "snapshot": "before"}, {"snapshotIdentifier": "before"}),
        (
            {"kind": "point-in-time", "source": "old"},
            {"restoreToPointInTime": {"sourceDbInstanceIdentifier": "old", "useLatestRestorableTime": True}},
        ),
        (
            {"kind": "point-in-time", "source": f"db-{'A' * 26}", "time": "2026-11-20T14:30:00Z"},
            {"restoreToPointInTime": {"sourceDbiResourceId": f"db-{'A' * 26}", "restoreTime": "2026-11-20T14:30:00Z"}},
        ),
    ],
)
def test_a_restored_instance(restore: dict[str, Any], inputs: dict[str, Any]) -> None:
    """Its origin is read when it is made, and never again."""
    found = recording.run(stacks.rds(restore=restore))
    keys = ("snapshotIdentifier", "restoreToPointInTime")
    assert {key: value for key, value in _inputs(found, INSTANCE).items() if key in keys} == inputs
    assert sorted(found.of(INSTANCE)["temporal-database"].ignored) == ["restoreToPointInTime", "snapshotIdentifier"]


@pytest.mark.parametrize(
    ("restore", "inputs"),
    [
        ({"kind": "snapshot", "snapshot": "before"}, {"snapshotIdentifier": "before"}),
        (
            {"kind": "point-in-time", "source": f"cluster-{'A' * 26}"},
            {
                "restoreToPointInTime": {
                    "sourceClusterResourceId": f"cluster-{'A' * 26}",
                    "restoreType": "full-copy",
                    "useLatestRestorableTime": True,
                }
            },
        ),
        (
            {"kind": "point-in-time", "source": "old", "time": "2026-11-20T14:30:00Z"},
            {
                "restoreToPointInTime": {
                    "sourceClusterIdentifier": "old",
                    "restoreType": "full-copy",
                    "restoreToTime": "2026-11-20T14:30:00Z",
                }
            },
        ),
    ],
)
@pytest.mark.parametrize("kind", ["cluster", "aurora"])
def test_a_restored_cluster(kind: str, restore: dict[str, Any], inputs: dict[str, Any]) -> None:
    capacity = {"kind": "serverless", "maximum": 4}
    classes = {"deployment": "multi-az-cluster", "class": "db.r8gd.large"}
    config = stacks.aurora(capacity, restore=restore) if kind == "aurora" else stacks.rds(restore=restore, **classes)
    found = recording.run(config)
    keys = ("snapshotIdentifier", "restoreToPointInTime")
    assert {key: value for key, value in _inputs(found, CLUSTER).items() if key in keys} == inputs
    assert sorted(found.of(CLUSTER)["temporal-database"].ignored) == ["restoreToPointInTime", "snapshotIdentifier"]


def test_blue_green_upgrades_have_a_password_of_somebody_elses() -> None:
    found = recording.run(
        stacks.rds(upgrades="blue-green", masterPassword=KEPT), deployed=recording.run(stacks.rds()).exports
    )
    made = found.of(INSTANCE)["temporal-database"]
    assert made.inputs["blueGreenUpdate"] == {"enabled": True}
    assert not {key for key in made.inputs if "assword" in key or "masterUserSecret" in key}
    assert made.patience == "12h"
    parameters = _inputs(found, "aws:rds/parameterGroup:ParameterGroup", "temporal-database-parameters")["parameters"]
    assert {"name": "rds.logical_replication", "value": "1", "applyMethod": "pending-reboot"} in parameters
    [master] = [name for name in found.objects("ExternalSecret") if name.startswith("temporal-database-master-")]
    assert found.objects("ExternalSecret")[master]["spec"]["data"][0]["remoteRef"]["key"] == KEPT["secret"]


def test_a_protected_database_stays_with_what_it_stands_in() -> None:
    found = recording.run(stacks.changed(stacks.rds(readReplicas=[{"name": "reporting"}]), protection=True))
    made = found.of(INSTANCE)
    assert {name: (r.protect, r.retained) for name, r in made.items()} == {
        "temporal-database": (True, True),
        "temporal-database-reporting": (False, False),
    }
    assert {r.inputs["deletionProtection"] for r in made.values()} == {True}
    around = ("SubnetGroup", "SecurityGroup", "SecurityGroupIngressRule", "ParameterGroup", "LogGroup", "Role")
    kept = {r.type.rpartition(":")[2] for r in found.registrations if r.retained and r.type.startswith("aws:")}
    assert kept == {*around, "RolePolicyAttachment", "Instance"}
    secrets = found.of("aws:secretsmanager/secret:Secret").values()
    assert [(secret.protect, secret.retained, secret.inputs["recoveryWindowInDays"]) for secret in secrets] == [
        (False, False, 30)
    ] * 4


def test_nothing_on_aws_goes_with_the_kubernetes_namespace(rds: Recording) -> None:
    """The engine would take it out of the state and leave it in the account; what says so is said for all below."""
    [on_aws] = rds.of("temporal:database:RdsDatabase").values()
    [inside] = rds.of("temporal:database:RdsAccess").values()
    assert (on_aws.deleted_with, on_aws.parent.rpartition("::")[2]) == ("", "temporal")
    assert inside.deleted_with.endswith("Namespace::temporal-namespace")
    parents = {r.parent.rpartition("::")[2] for r in rds.registrations if r.type.startswith("aws:")}
    assert parents == {"temporal-database"}


ROLES = ("temporal", "temporal_owner", "temporal_visibility", "temporal_visibility_owner")


def test_secrets_are_made_without_a_value(rds: Recording) -> None:
    secrets = rds.of("aws:secretsmanager/secret:Secret")
    assert {name: plain(secret.inputs) for name, secret in secrets.items()} == {
        f"temporal-database-{role.replace('_', '-')}-login": {
            "name": f"temporal-local-database-{role.replace('_', '-')}",
            "description": f"Login of {role} to the database of Temporal installation local",
            "kmsKeyId": KEY,
            "recoveryWindowInDays": 0,
            "tags": {**TAGS, "managed-by": "external-secrets"},
        }
        for role in ROLES
    }
    assert [r.type for r in rds.registrations if "secretVersion" in r.type or r.type.startswith("random:")] == []


def test_no_password_is_an_input_of_anything(rds: Recording, aurora: Recording, cluster: Recording) -> None:
    """What is called a password is a flag, a name, or how one is made."""
    for found in (rds, aurora, cluster):
        named = {
            (r.type.rpartition(":")[2], key)
            for r in found.registrations
            if r.type.startswith("aws:")
            for key in r.inputs
            if "assword" in key or "secretString" in key
        }
        assert len(named) == 1
        assert {key for _, key in named} == {"manageMasterUserPassword"}
        secrets = [name for name in found.objects("Secret") if "database" in name]
        assert secrets == ["temporal-database-ca"]


def test_passwords_are_made_once_by_the_operator(rds: Recording) -> None:
    [generator] = rds.objects("Password").values()
    assert generator["spec"] == {
        "length": 32,
        "digits": 8,
        "symbols": 0,
        "noUpper": False,
        "allowRepeat": True,
        "secretKeys": list(ROLES),
    }
    [(name, push)] = rds.objects("PushSecret").items()
    assert (name, push["apiVersion"]) == ("temporal-database-passwords-0", "external-secrets.io/v1alpha1")
    assert push["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}
    spec = push["spec"]
    assert (spec["updatePolicy"], spec["deletionPolicy"], spec["refreshInterval"]) == ("IfNotExists", "None", "0s")
    assert spec["secretStoreRefs"] == [{"kind": "ClusterSecretStore", "name": "aws-secrets"}]
    assert spec["selector"] == {
        "generatorRef": {
            "apiVersion": generator["apiVersion"],
            "kind": "Password",
            "name": generator["metadata"]["name"],
        }
    }
    assert {key: json.loads(template) for key, template in spec["template"]["data"].items()} == {
        f"{role}.json": {"username": role, "password": f"{{{{ .{role} }}}}"} for role in ROLES
    }
    assert [(item["match"]["secretKey"], item["match"]["remoteRef"]) for item in spec["data"]] == [
        (f"{role}.json", {"remoteKey": f"temporal-local-database-{role.replace('_', '-')}"}) for role in ROLES
    ]
    waits = rds.of("kubernetes:external-secrets.io/v1alpha1:PushSecret")["temporal-database-access-push"].waits_for
    assert {f"aws:secretsmanager/secret:Secret::{name}" for name in rds.of("aws:secretsmanager/secret:Secret")} <= waits


def _brought(found: Recording) -> dict[str, dict[str, str]]:
    """The secret of Secrets Manager by key, by Secret."""
    brought = {}
    for name, item in found.objects("ExternalSecret").items():
        spec = item["spec"]
        assert spec["target"] == {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}
        assert {source["remoteRef"]["property"] for source in spec["data"]} == {"password"}
        brought[name] = {source["secretKey"]: source["remoteRef"]["key"] for source in spec["data"]}
    return brought


def test_each_secret_in_the_cluster_holds_what_its_readers_need(rds: Recording) -> None:
    place = "temporal-local-database"
    [master] = [name for name in rds.objects("ExternalSecret") if name.startswith("temporal-database-master-")]
    assert _brought(rds) == {
        "temporal-database-roles-0": {role: f"{place}-{role.replace('_', '-')}" for role in ROLES},
        "temporal-database-owners": {role: f"{place}-{role.replace('_', '-')}" for role in ROLES if "owner" in role},
        "temporal-database-users": {role: f"{place}-{role.replace('_', '-')}" for role in ROLES if "owner" not in role},
        master: {"temporaladmin": "arn:aws:secretsmanager:::secret:rds!temporal-local"},
    }
    mounting: dict[str, set[str]] = {}
    for pod, spec in rds.pods().items():
        for volume in spec["volumes"]:
            sources = [source["secret"]["name"] for source in volume.get("projected", {}).get("sources", ())]
            for secret in [*sources, *([volume["secret"]["secretName"]] if "secret" in volume else [])]:
                if secret.startswith("temporal-database-"):
                    mounting.setdefault(secret, set()).add(pod)
    roles = {"Job/temporal-database-roles"}
    schema = {"Job/temporal-schema-temporal-v1-19", "Job/temporal-schema-visibility-v1-14"}
    services = {f"Deployment/temporal-{name}" for name in SERVICES}
    assert mounting == {
        master: roles,
        "temporal-database-roles-0": roles,
        "temporal-database-owners": schema,
        "temporal-database-users": services | schema,
        "temporal-database-ca": services | schema | roles,
    }


def test_a_rotation_is_other_secrets_and_new_objects_to_wait_for(rds: Recording) -> None:
    """Pods keep the Secrets they mount, and their templates."""
    rotated = recording.run(stacks.rds(passwordRotation=2))
    assert {secret.inputs["name"] for secret in rotated.of("aws:secretsmanager/secret:Secret").values()} == {
        f"temporal-local-database-{role.replace('_', '-')}-2" for role in ROLES
    }
    assert [*rotated.objects("PushSecret")] == ["temporal-database-passwords-2"]
    assert rotated.objects("ExternalSecret").keys() - rds.objects("ExternalSecret").keys() == {
        "temporal-database-roles-2"
    }
    services = [f"Deployment/temporal-{name}" for name in SERVICES]
    assert [rotated.templates()[name] for name in services] == [rds.templates()[name] for name in services]
    roles = "temporal-database-roles-"
    assert {n for n in rotated.objects("Job") if n.startswith(roles)} != {
        n for n in rds.objects("Job") if n.startswith(roles)
    }


def _environment(found: Recording, pod: str) -> dict[str, Any]:
    return {variable["name"]: variable.get("value") for variable in found.pods()[pod]["containers"][0]["env"]}


def test_the_roles_job_is_the_master_user_over_verified_tls(rds: Recording) -> None:
    environment = _environment(rds, "Job/temporal-database-roles")
    wanted = {
        "PGHOST": "temporal-local.example.rds.amazonaws.com",
        "PGPORT": "5433",
        "PGUSER": "temporaladmin",
        "PGDATABASE": "postgres",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/postgresql/ca/ca.crt",
        "SUPERUSER_PASSWORD_FILE": "/etc/postgresql/passwords/temporaladmin",
    }
    assert {key: environment[key] for key in wanted} == wanted
    waits = rds.of("kubernetes:batch/v1:Job")["temporal-database-access-roles"].waits_for
    assert {
        "aws:rds/instance:Instance::temporal-database",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::temporal-database-from-pods",
    } <= waits


@pytest.mark.parametrize(
    ("stack", "host"),
    [
        ("rds", "temporal-local.example.rds.amazonaws.com"),
        ("cluster", "temporal-local.cluster-example.rds.amazonaws.com"),
        ("aurora", "temporal-local.cluster-example.rds.amazonaws.com"),
    ],
)
def test_the_server_goes_to_the_one_that_writes(request: pytest.FixtureRequest, stack: str, host: str) -> None:
    """Its name is not known at a first preview, so the configuration takes it from the environment."""
    found: Recording = request.getfixturevalue(stack)
    for service in SERVICES:
        text = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
        for name, store in yaml.safe_load(text)["persistence"]["datastores"].items():
            assert store["sql"]["connectAddr"] == '{{ env "TEMPORAL_DATABASE_ADDRESS" }}', name
            assert store["sql"]["tls"] == {
                "enabled": True,
                "caFile": "/etc/temporal/database-ca/ca.crt",
                "enableHostVerification": True,
            }
        environment = _environment(found, f"Deployment/temporal-{service}")
        assert environment["TEMPORAL_DATABASE_ADDRESS"] == f"{host}:5433"
    assert _environment(found, "Job/temporal-schema-temporal-v1-19")["SQL_HOST"] == host


def test_the_authorities_are_the_regions_unless_the_stack_file_names_others(rds: Recording) -> None:
    pem = plain(rds.objects("Secret")["temporal-database-ca"]["stringData"])["ca.crt"]
    assert pem.count("BEGIN CERTIFICATE") == 3
    other = {"secret": "their-authorities", "key": "rds.pem"}
    config = stacks.changed(stacks.rds(ca=other), kubernetes__createNamespace=False)
    found = recording.run(config)
    assert "temporal-database-ca" not in found.objects("Secret")
    volume = found.mounts("Deployment/temporal-frontend")["/etc/temporal/database-ca"]
    assert volume == {"secret": {"secretName": "their-authorities", "items": [{"key": "rds.pem", "path": "ca.crt"}]}}


def test_a_stack_begins_with_a_password_of_rds() -> None:
    with pytest.raises(
        pulumi.RunError, match=r"is new and cannot begin like this:\n  temporal:database.masterPassword"
    ):
        recording.run(stacks.rds(masterPassword=KEPT))


def test_another_identifier_is_said_aloud(rds: Recording) -> None:
    found = recording.run(stacks.rds(identifier="other"), deployed=rds.exports)
    [warning] = found.warnings
    assert warning == (
        "temporal:database.identifier: 'temporal-local' is deployed and holds the data. This makes another database, "
        "'other', EMPTY; 'temporal-local' is deleted after a final snapshot"
    )
