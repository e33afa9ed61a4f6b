"""Proves what the in-cluster PostgreSQL is started with and what the roles job is told.

What the SQL really grants and refuses is seen on a cluster.
"""

import pytest

import versions
from components.stores.database.reloading import RELOADING_SH
from tests.program import recording
from tests.program.recording import Recording


def test_server_configuration(local: Recording) -> None:
    assert local.objects("ConfigMap")["temporal-postgres"]["data"] == {
        "postgresql.conf": (
            "listen_addresses = '*'\n"
            "port = 5432\n"
            "max_connections = 200\n"
            "shared_buffers = 224MB\n"
            "ssl = on\n"
            "ssl_cert_file = '/etc/postgresql/tls/tls.crt'\n"
            "ssl_key_file = '/etc/postgresql/tls/tls.key'\n"
            "ssl_min_protocol_version = 'TLSv1.2'\n"
            "hba_file = '/etc/postgresql/config/pg_hba.conf'\n"
            "password_encryption = 'scram-sha-256'\n"
        ),
        "pg_hba.conf": (
            "# Passwords over TLS for everybody; the pod's own uid over the socket.\n"
            "local   all all                peer\n"
            "hostssl all all all            scram-sha-256\n"
        ),
    }


def test_one_pod_with_a_volume_of_the_asked_size(local: Recording) -> None:
    spec = local.objects("StatefulSet")["temporal-postgres"]["spec"]
    assert (spec["replicas"], spec["serviceName"]) == (1, "temporal-postgres")
    [claim] = spec["volumeClaimTemplates"]
    assert claim["spec"] == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}}
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 60


def test_a_storage_class_of_the_stack_file_reaches_the_claim() -> None:
    config = recording.stack_file("local")
    config["temporal:database"] = {"kind": "in-cluster", "storageClass": "fast", "maxConnections": 300}
    config["temporal:database"]["resources"] = {"limits": {"memory": "2Gi"}}
    found = recording.run(config)
    [claim] = found.objects("StatefulSet")["temporal-postgres"]["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["storageClassName"] == "fast"
    configuration = found.objects("ConfigMap")["temporal-postgres"]["data"]["postgresql.conf"]
    assert "max_connections = 300\nshared_buffers = 512MB\n" in configuration


def test_parameters_of_the_stack_file() -> None:
    """With the memory that they need, and the pod starts anew with them."""
    config = recording.stack_file("local")
    config["temporal:database"] |= {"parameters": {"work_mem": "5MB", "random_page_cost": "1.1", "jit": "off"}}
    found = recording.run(config)
    configuration = found.objects("ConfigMap")["temporal-postgres"]["data"]["postgresql.conf"]
    assert "\nshared_buffers = 288MB\n" in configuration
    assert configuration.endswith("\nwork_mem = '5MB'\nrandom_page_cost = '1.1'\njit = 'off'\n")
    template = found.objects("StatefulSet")["temporal-postgres"]["spec"]["template"]
    assert template["spec"]["containers"][0]["resources"]["limits"] == {"memory": "1152Mi"}


def test_roles_job(local: Recording) -> None:
    [name] = [name for name in local.objects("Job") if name.startswith("temporal-database-roles-")]
    assert local.objects("ConfigMap")[name]["data"]["databases"] == (
        "temporal temporal_owner temporal\ntemporal_visibility temporal_visibility_owner temporal_visibility\n"
    )
    [container] = local.objects("Job")[name]["spec"]["template"]["spec"]["containers"]
    environment = {variable["name"]: variable["value"] for variable in container["env"]}
    assert environment["PGSSLMODE"] == "verify-full"
    assert environment["PGSSLROOTCERT"] == "/etc/postgresql/ca/ca.crt"


@pytest.mark.parametrize(
    ("store", "database", "version"),
    [
        ("temporal", "temporal", versions.SERVERS[versions.TEMPORAL_SERVER].default),
        ("visibility", "temporal_visibility", versions.SERVERS[versions.TEMPORAL_SERVER].visibility),
    ],
)
def test_schema_jobs(local: Recording, store: str, database: str, version: str) -> None:
    """As the owner of the database, then as the server's user, over verified TLS, to the version in the job's name."""
    prefix = f"temporal-schema-{store}-v{version.replace('.', '-')}-"
    [job] = [job for name, job in local.objects("Job").items() if name.startswith(prefix)]
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert {variable["name"]: variable["value"] for variable in container["env"]} == {
        "SQL_PLUGIN": "postgres12_pgx",
        "SQL_HOST": "temporal-postgres.local.svc",
        "SQL_PORT": "5432",
        "SQL_USER": f"{database}_owner",
        "SQL_DATABASE": database,
        "SQL_TLS": "true",
        "SQL_TLS_CA_FILE": "/etc/temporal/database-ca/ca.crt",
        "OWNER_PASSWORD_FILE": f"/etc/temporal/owner/{database}_owner",
        "SERVER_USER": database,
        "SERVER_PASSWORD_FILE": f"/etc/temporal/user/{database}",
        "SCHEMA_DIR": f"/etc/temporal/schema/postgresql/v12/{store}/versioned",
        "USER": "temporal",
        "HOME": "/tmp",  # noqa: S108
        "OWNER_SECRET": f"key {database}_owner of Secret temporal-postgres-owners",
        "SERVER_SECRET": f"key {database} of Secret temporal-postgres-users",
        "AUTHORITY_SECRET": "key ca.crt of Secret temporal-database-ca",
    }


def test_a_renewed_leaf_is_read_by_a_reload(local: Recording) -> None:
    """The second container sees PostgreSQL's files and its socket, and neither its data nor its password."""
    [_, reloading] = local.pods()["StatefulSet/temporal-postgres"]["containers"]
    annotations = local.templates()["StatefulSet/temporal-postgres"]["metadata"]["annotations"]
    assert annotations["kubectl.kubernetes.io/default-container"] == "postgres"
    assert (reloading["name"], reloading["image"]) == ("reloading", versions.POSTGRES_IMAGE)
    assert reloading["command"] == [
        "/bin/sh",
        "-c",
        RELOADING_SH,
        "reloading",
        "/etc/postgresql/tls/tls.crt",
        "/etc/postgresql/config/pg_hba.conf",
    ]
    assert reloading["env"] == [
        {"name": "PGUSER", "value": "postgres"},
        {"name": "PGDATABASE", "value": "postgres"},
    ]
    assert {mounted["name"]: mounted["mountPath"] for mounted in reloading["volumeMounts"]} == {
        "config": "/etc/postgresql/config",
        "tls": "/etc/postgresql/tls",
        "run": "/var/run/postgresql",
    }
