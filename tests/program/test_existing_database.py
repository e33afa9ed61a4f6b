"""Proves what a stack with somebody else's PostgreSQL makes, and how server and schema jobs reach it.

The proof ends at the configuration: what each TLS mode accepts and refuses is the server's and PostgreSQL's.
"""

from typing import Any

import pytest
import yaml

from tests.program import recording, stacks
from tests.program.recording import Recording

SERVICES = ("frontend", "internal-frontend", "history", "matching", "worker")
SCHEMA_JOBS = {
    "default": "Job/temporal-schema-temporal-v1-19",
    "visibility": "Job/temporal-schema-visibility-v1-14",
}
CA = "/etc/temporal/database-ca/ca.crt"


def _stores(found: Recording, service: str) -> dict[str, Any]:
    text = found.objects("ConfigMap")[f"temporal-{service}-config"]["data"]["server.yaml"]
    return {name: store["sql"] for name, store in yaml.safe_load(text)["persistence"]["datastores"].items()}


def _variables(found: Recording, pod: str) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in found.pods()[pod]["containers"][0]["env"]}


def test_nothing_of_a_database_is_made(existing: Recording) -> None:
    assert existing.of("temporal:database:InClusterPostgres") == {}
    assert [r.type for r in existing.registrations if r.type.startswith("random:")] == []
    assert [name for o in existing.kubernetes() if "postgres" in (name := o["metadata"]["name"])] == []
    assert existing.objects("StatefulSet") == {}
    assert sorted(name.rpartition("-")[0] for name in existing.objects("Job")) == [
        "temporal-namespaces",
        "temporal-schema-temporal-v1-19",
        "temporal-schema-visibility-v1-14",
    ]
    assert existing.exports["immutable"] == {
        "historyShardCount": 128,
        "databases": ["orders", "search"],
        "searchAttributes": {},
        "archival": "",
        "aws": {},
        "rds": {},
        "operated": {},
        "visibility": "postgres",
        "visibilityMove": "",
        "visibilityStage": "",
    }


def test_no_certificate_of_a_database_is_made(existing: Recording) -> None:
    assert [r.name for r in existing.registrations if r.name.startswith("temporal-certificates-database")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_reaches_its_stores(existing: Recording, service: str) -> None:
    pools = {"history": 20, "matching": 10}
    stores = {
        "default": ("orders", "orders_app", pools.get(service, 5)),
        "visibility": ("search", "search_app", 5),
    }
    assert _stores(existing, service) == {
        store: {
            "pluginName": "postgres12_pgx",
            "databaseName": database,
            "connectAddr": "db.example.com:6432",
            "connectProtocol": "tcp",
            "connectAttributes": {"application_name": f"temporal-{service}"},
            "user": user,
            "passwordCommand": {
                "command": "cat",
                "args": [f"/etc/temporal/database-passwords/{store}"],
                "timeout": "5s",
            },
            "maxConns": pool,
            "maxIdleConns": pool,
            "maxConnLifetime": "1h",
            "tls": {"enabled": True, "enableHostVerification": True},
        }
        for store, (database, user, pool) in stores.items()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_secrets_with_the_same_key_become_two_files(existing: Recording, service: str) -> None:
    mounts = existing.mounts(f"Deployment/temporal-{service}")
    assert mounts["/etc/temporal/database-passwords"] == {
        "projected": {
            "sources": [
                {"secret": {"name": "orders-app", "items": [{"key": "password", "path": "default"}]}},
                {"secret": {"name": "search-app", "items": [{"key": "password", "path": "visibility"}]}},
            ]
        }
    }


def _optional(secret: str) -> dict[str, Any]:
    """A password that the job itself misses, so that it can say so."""
    items = [{"key": "password", "path": "password"}]
    return {"secret": {"secretName": secret, "items": items, "optional": True}}


def test_the_schema_job_runs_as_the_owner(existing: Recording) -> None:
    assert _variables(existing, SCHEMA_JOBS["default"]) == {
        "SQL_PLUGIN": "postgres12_pgx",
        "SQL_HOST": "db.example.com",
        "SQL_PORT": "6432",
        "SQL_USER": "orders_owner",
        "SQL_DATABASE": "orders",
        "SQL_TLS": "true",
        "OWNER_PASSWORD_FILE": "/etc/temporal/owner/password",
        "SERVER_USER": "orders_app",
        "SERVER_PASSWORD_FILE": "/etc/temporal/user/password",
        "SCHEMA_DIR": "/etc/temporal/schema/postgresql/v12/temporal/versioned",
        "USER": "temporal",
        "HOME": "/tmp",  # noqa: S108
        "OWNER_SECRET": "key password of Secret orders-owner",
        "SERVER_SECRET": "key password of Secret orders-app",
    }
    mounts = existing.mounts(SCHEMA_JOBS["default"])
    assert mounts["/etc/temporal/owner"] == _optional("orders-owner")
    assert mounts["/etc/temporal/user"] == _optional("orders-app")


def test_the_schema_job_runs_as_the_user_without_an_owner(existing: Recording) -> None:
    variables = _variables(existing, SCHEMA_JOBS["visibility"])
    assert (variables["SQL_USER"], variables["SQL_DATABASE"]) == ("search_app", "search")
    assert not {name for name in variables if name.startswith("SERVER_")}
    mounts = existing.mounts(SCHEMA_JOBS["visibility"])
    assert mounts["/etc/temporal/owner"] == _optional("search-app")
    assert "/etc/temporal/user" not in mounts


TLS: dict[str, tuple[dict[str, Any] | None, dict[str, Any], dict[str, str]]] = {
    "a CA of its own": (
        {"kind": "verify-full", "ca": {"secret": "database-authority", "key": "rds.pem"}},
        {"enabled": True, "caFile": CA, "enableHostVerification": True},
        {"SQL_TLS": "true", "SQL_TLS_CA_FILE": CA},
    ),
    "public authorities": (
        {"kind": "verify-full"},
        {"enabled": True, "enableHostVerification": True},
        {"SQL_TLS": "true"},
    ),
    "nothing said": (None, {"enabled": True, "enableHostVerification": True}, {"SQL_TLS": "true"}),
    "encrypted only": (
        {"kind": "require"},
        {"enabled": True, "enableHostVerification": False},
        {"SQL_TLS": "true", "SQL_TLS_DISABLE_HOST_VERIFICATION": "true"},
    ),
    "none": ({"kind": "disable"}, {"enabled": False, "enableHostVerification": False}, {"SQL_TLS": "false"}),
}
"""The stack file's words, the server's, and the schema tool's, which verifies unless told otherwise."""


@pytest.mark.parametrize("way", TLS)
def test_tls(way: str) -> None:
    said, server, tool = TLS[way]
    found = recording.run(stacks.existing(said))
    assert [store["tls"] for name in SERVICES for store in _stores(found, name).values()] == [server] * 10
    authority = {"secretName": "database-authority", "items": [{"key": "rds.pem", "path": "ca.crt"}]}
    expected = {
        **{key: {"secret": authority} for key in (f"Deployment/temporal-{name}" for name in SERVICES)},
        **{key: {"secret": {**authority, "optional": True}} for key in SCHEMA_JOBS.values()},
    }
    mounted = {name: found.mounts(name).get("/etc/temporal/database-ca") for name in found.pods()}
    assert {name: volume for name, volume in mounted.items() if volume} == (expected if "caFile" in server else {})
    for job in SCHEMA_JOBS.values():
        variables = _variables(found, job)
        assert {name: value for name, value in variables.items() if name.startswith("SQL_TLS")} == tool
