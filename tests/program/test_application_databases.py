"""Proves what a database of an application is made of, with Temporal Cloud and with a server of one's own: its
PostgreSQL, the passwords, the Secret, the job, and what workloads get of it.

What RDS itself is told is proven in test_rds, for Temporal's own database. That the job's SQL does what it says, and
that the Secret's URL leads into the database, is seen with a PostgreSQL (the drill on-aws).
"""

from typing import Any

import pulumi
import pytest

from contract import ApplicationDatabaseReference, PlatformOutputs
from settings.rds.authorities import authorities_of
from tests.program import recording, stacks
from tests.program.recording import Recording, plain

SERVER = "temporal-application-database-shop-server"
LOGIN = "temporal-orders-database-application-shop"
MASTER = "arn:aws:secretsmanager:::secret:rds!temporal-orders-shop"
HOST = "temporal-orders-shop.example.rds.amazonaws.com"
READER = "temporal-orders-shop-reports.example.rds.amazonaws.com"
VARIABLE = {"DATABASE_URL": {"secret": "database-shop", "key": "url"}}


@pytest.fixture(scope="module")
def cloud() -> Recording:
    """One database with a replica beside Temporal Cloud, an application's worker that names it and one that does not;
    the account has alarms and backups."""
    return recording.run(stacks.with_databases(stacks.cloud()))


@pytest.fixture(scope="module")
def beside_rds() -> Recording:
    """One database beside Temporal's own in RDS; alarms and backups are for both."""
    shop = {**stacks.SHOP, "application": "demo"}
    return recording.run(
        stacks.changed(
            stacks.rds(),
            applicationDatabases=[shop],
            aws__alarms={"kind": "topic", "topic": stacks.TOPIC},
            aws__backup={"start": "05:00"},
        )
    )


def _in(found: Recording, kind: str, namespace: str) -> dict[str, Any]:
    objects = [plain(each) for each in found.kubernetes() if each["kind"] == kind]
    return {each["metadata"]["name"]: each for each in objects if each["metadata"].get("namespace") == namespace}


def test_a_postgresql_of_its_own(cloud: Recording) -> None:
    inputs = plain(cloud.of("aws:rds/instance:Instance")[SERVER].inputs)
    said = ("identifier", "instanceClass", "engine", "multiAz", "storageEncrypted", "publiclyAccessible", "port")
    assert {key: inputs[key] for key in said} == {
        "identifier": "temporal-orders-shop",
        "instanceClass": "db.t4g.medium",
        "engine": "postgres",
        "multiAz": True,
        "storageEncrypted": True,
        "publiclyAccessible": False,
        "port": 5433,
    }
    assert (inputs["backupRetentionPeriod"], inputs["finalSnapshotIdentifier"]) == (14, "temporal-orders-shop-final")
    assert (inputs["manageMasterUserPassword"], "password" in inputs) == (True, False)
    replica = plain(cloud.of("aws:rds/instance:Instance")[f"{SERVER}-reports"].inputs)
    assert (replica["identifier"], replica["publiclyAccessible"]) == ("temporal-orders-shop-reports", False)
    [parameters] = cloud.of("aws:rds/parameterGroup:ParameterGroup").values()
    assert {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"} in plain(parameters.inputs)["parameters"]
    [rule] = cloud.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").values()
    assert plain(rule.inputs)["referencedSecurityGroupId"] == stacks.AWS["podSecurityGroup"]
    parents = {r.parent.rpartition("::")[2] for r in cloud.registrations if r.type.startswith("aws:rds/")}
    assert parents == {SERVER}
    assert [r.name for r in cloud.registrations if r.type.startswith("aws:") and r.deleted_with] == []


def test_the_password_is_made_once_and_never_seen(cloud: Recording) -> None:
    [secret] = cloud.of("aws:secretsmanager/secret:Secret").values()
    assert (secret.inputs["name"], secret.inputs["description"]) == (
        LOGIN,
        "Login of shop_db to database temporal-orders-shop",
    )
    [(name, push)] = _in(cloud, "PushSecret", "orders").items()
    assert (name, push["spec"]["updatePolicy"]) == ("temporal-application-shop-passwords-0", "IfNotExists")
    assert push["spec"]["template"]["data"] == {"shop_db.json": '{"username": "shop_db", "password": "{{ .shop_db }}"}'}
    assert [each["match"]["remoteRef"] for each in push["spec"]["data"]] == [{"remoteKey": LOGIN}]
    assert [r.type for r in cloud.registrations if "secretVersion" in r.type or r.type.startswith("random:")] == []
    brought = {
        name: {each["secretKey"]: each["remoteRef"] for each in found["spec"]["data"]}
        for name, found in _in(cloud, "ExternalSecret", "orders").items()
    }
    [master] = [name for name in brought if name.startswith("temporal-application-shop-master-")]
    assert brought == {
        "temporal-application-shop-user-0": {"shop_db": {"key": LOGIN, "property": "password"}},
        master: {"temporaladmin": {"key": MASTER, "property": "password"}},
    }


def test_the_secret_in_the_namespace_of_the_application(cloud: Recording) -> None:
    [(name, external)] = _in(cloud, "ExternalSecret", "shop").items()
    target = external["spec"]["target"]
    assert (name, target["name"], target["creationPolicy"]) == ("database-shop", "database-shop", "Owner")
    url = f"postgresql+asyncpg://shop_db:{{{{ .password }}}}@{HOST}:5433/shop_db?ssl=verify-full"
    assert target["template"] == {
        "engineVersion": "v2",
        "data": {
            "url": url,
            "host": HOST,
            "port": "5433",
            "database": "shop_db",
            "user": "shop_db",
            "password": "{{ .password }}",
            "ca.crt": authorities_of("eu-central-1"),
            "reports.host": READER,
            "reports.url": url.replace(HOST, READER),
        },
    }
    assert external["spec"]["data"] == [
        {"secretKey": "password", "remoteRef": {"key": LOGIN, "property": "password"}},
    ]
    found = cloud.of("kubernetes:external-secrets.io/v1:ExternalSecret")["temporal-application-database-shop-secret"]
    assert found.deleted_with == ""
    assert "kubernetes:core/v1:ConfigMap::temporal-connection-shop-config" in found.waits_for


def test_a_secret_goes_with_a_namespace_that_is_the_stacks() -> None:
    bills = {**stacks.SHOP, "name": "bills", "application": "bills", "database": "bills"}
    found = recording.run(stacks.changed(stacks.cloud(), aws=dict(stacks.AWS), applicationDatabases=[bills]))
    made = found.of("kubernetes:external-secrets.io/v1:ExternalSecret")["temporal-application-database-bills-secret"]
    assert made.deleted_with.endswith("Namespace::temporal-connection-bills-namespace")


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_urls_for_drivers_of_libpq(scheme: str) -> None:
    shop = {**stacks.SHOP, "urlScheme": scheme}
    found = recording.run(stacks.with_databases(stacks.cloud(), applicationDatabases=[shop]))
    template = _in(found, "ExternalSecret", "shop")["database-shop"]["spec"]["target"]["template"]["data"]
    assert template["url"] == (
        f"{scheme}://shop_db:{{{{ .password }}}}@{HOST}:5433/shop_db"
        "?sslmode=verify-full&sslrootcert=/etc/databases/shop/ca.crt"
    )


def test_the_job_is_the_master_user_over_verified_tls(cloud: Recording) -> None:
    [(name, job)] = _in(cloud, "Job", "orders").items()
    assert name.startswith("temporal-application-shop-")
    [container] = job["spec"]["template"]["spec"]["containers"]
    environment = {each["name"]: each["value"] for each in container["env"]}
    assert environment == {
        "PGHOST": HOST,
        "PGPORT": "5433",
        "PGUSER": "temporaladmin",
        "PGDATABASE": "postgres",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/temporal-platform/ca.crt",
        "PGCONNECT_TIMEOUT": "5",
        "PASSWORDS": "/etc/postgresql/passwords",
        "SUPERUSER_PASSWORD_FILE": "/etc/postgresql/passwords/temporaladmin",
        "DATABASE": "shop_db",
        "SCHEMAS": "workflow audit",
        "DATABASE_FILE": "/etc/temporal-platform/database.sql",
    }
    assert _in(cloud, "ConfigMap", "orders")[name]["data"]["ca.crt"] == authorities_of("eu-central-1")
    waits = cloud.of("kubernetes:batch/v1:Job")["temporal-application-database-shop-job"].waits_for
    assert {
        f"aws:rds/instance:Instance::{SERVER}",
        "kubernetes:external-secrets.io/v1:ExternalSecret::temporal-application-database-shop-user",
        "kubernetes:external-secrets.io/v1:ExternalSecret::temporal-application-database-shop-master",
    } <= waits


def test_a_workload_that_names_the_secret_has_the_authorities(cloud: Recording) -> None:
    pods = cloud.pods()
    spec = pods["Deployment/orders"]
    assert cloud.mounts("Deployment/orders")["/etc/databases/shop"] == recording.mounted_secret(
        "database-shop", "ca.crt"
    )
    variables = {each["name"]: each.get("value") for each in spec["containers"][0]["env"]}
    assert variables["PGSSLROOTCERT"] == "/etc/databases/shop/ca.crt"
    assert "/etc/databases/shop" not in cloud.mounts("Deployment/other")
    assert "PGSSLROOTCERT" not in {each["name"] for each in pods["Deployment/other"]["containers"][0]["env"]}
    deployments = cloud.of("kubernetes:apps/v1:Deployment")
    job = "kubernetes:batch/v1:Job::temporal-application-database-shop-job"
    assert job in deployments["temporal-workload-shop.orders"].waits_for
    assert job not in deployments["temporal-workload-shop.other"].waits_for


def test_outputs_say_where_it_is_and_hold_no_secret(cloud: Recording) -> None:
    outputs = PlatformOutputs.read(cloud.exports)
    assert outputs.application_databases == {
        "shop": ApplicationDatabaseReference(
            kubernetes_namespace="shop",
            secret="database-shop",
            host=HOST,
            port=5433,
            database="shop_db",
            readers={"reports": READER},
            immutable={
                "identifier": "temporal-orders-shop",
                "type": "instance",
                "engineVersion": "17",
                "masterUser": "temporaladmin",
                "port": "5433",
                "storage": "gp3 100Gi",
                "restore": "",
                "deletionProtection": "off",
                "database": "shop_db",
                "account": stacks.ACCOUNT,
                "region": "eu-central-1",
                "key": "created",
            },
        )
    }


def test_it_is_looked_after_with_temporals_own(beside_rds: Recording, cloud: Recording) -> None:
    for found, identifiers in (
        (cloud, {"temporal-orders-shop", "temporal-orders-shop-reports"}),
        (beside_rds, {"temporal-local", "temporal-local-shop", "temporal-local-shop-reports"}),
    ):
        alarms = [plain(each.inputs) for each in found.of("aws:cloudwatch/metricAlarm:MetricAlarm").values()]
        assert {each["dimensions"]["DBInstanceIdentifier"] for each in alarms} == identifiers
        [selection] = found.of("aws:backup/selection:Selection").values()
        copied = {name.rpartition(":")[2] for name in plain(selection.inputs)["resources"]}
        writing = {each for each in found.of("aws:rds/instance:Instance") if not each.endswith("-reports")}
        assert copied == writing


def test_two_databases_side_by_side_share_nothing(beside_rds: Recording) -> None:
    names = [r.inputs["name"] for r in beside_rds.of("aws:ec2/securityGroup:SecurityGroup").values()]
    assert sorted(names) == ["temporal-local-database", "temporal-local-shop-database"]
    secrets = [r.inputs["name"] for r in beside_rds.of("aws:secretsmanager/secret:Secret").values()]
    assert len(secrets) == 5
    assert "temporal-local-database-application-shop" in secrets
    assert PlatformOutputs.read(beside_rds.exports).immutable is not None


def test_a_rotation_is_another_secret_and_another_start() -> None:
    before, after = (
        recording.run(
            stacks.with_databases(stacks.cloud(), applicationDatabases=[{**stacks.SHOP, "passwordRotation": rotation}])
        )
        for rotation in (0, 1)
    )
    [secret] = after.of("aws:secretsmanager/secret:Secret").values()
    assert secret.inputs["name"] == f"{LOGIN}-1"
    external = _in(after, "ExternalSecret", "shop")["database-shop"]
    assert external["spec"]["data"][0]["remoteRef"]["key"] == f"{LOGIN}-1"
    assert _in(before, "Job", "orders").keys() != _in(after, "Job", "orders").keys()

    def hashes(found: Recording) -> dict[str, str]:
        templates = found.templates()
        return {
            name: plain(templates[f"Deployment/{name}"])["metadata"]["annotations"]["temporal-platform/config-hash"]
            for name in ("orders", "other")
        }

    assert hashes(before)["orders"] != hashes(after)["orders"]
    assert hashes(before)["other"] == hashes(after)["other"]


def test_what_is_deployed_is_held_against_the_file(cloud: Recording) -> None:
    other = stacks.with_databases(stacks.cloud(), applicationDatabases=[{**stacks.SHOP, "database": "other"}])
    with pytest.raises(pulumi.RunError, match=r"applicationDatabases\[0\].database: found 'other'; allowed: 'shop_db'"):
        recording.run(other, deployed=cloud.exports)
    gone = recording.run(stacks.changed(stacks.cloud()), deployed=cloud.exports)
    assert [each for each in gone.warnings if "applicationDatabases" in each] == [
        (
            "temporal:applicationDatabases: 'shop' is deployed and no longer in the file: its database "
            "'temporal-orders-shop' is deleted, and its Secret goes"
        )
    ]


def test_authorities_of_the_file_are_everybodys() -> None:
    pem = f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\n-----END CERTIFICATE-----\n"
    shop = {**stacks.SHOP, "authorities": pem}
    found = recording.run(stacks.with_databases(stacks.cloud(), applicationDatabases=[shop]))
    [job] = _in(found, "Job", "orders")
    assert _in(found, "ConfigMap", "orders")[job]["data"]["ca.crt"] == pem
    template = _in(found, "ExternalSecret", "shop")["database-shop"]["spec"]["target"]["template"]["data"]
    assert template["ca.crt"] == pem
