"""Changes of databases of every kind."""

from collections.abc import Iterator

from tests.program.effects.bases import BACKUPS, BASES, CA, KEPT, KEYS, MOMENT, PROVISIONED, SERVERLESS, SNAPSHOT
from tests.program.effects.example import Example
from tests.program.effects.pods import POSTGRES, SERVICES

BACKUP_SECRETS = [
    f"{place}/{key}" for place in ("ca", *(f"credentials/{half}" for half in KEYS)) for key in ("secret", "key")
]


IN_CLUSTER = {"kind": "in-cluster"}


def of_application_databases() -> Iterator[Example]:
    """The worker `orders` names the Secret; the job alone makes what is in PostgreSQL."""
    orders, place = frozenset({"Deployment/orders"}), "applicationDatabases/0"
    pem = f"-----BEGIN CERTIFICATE-----\n{'A' * 64}\n-----END CERTIFICATE-----\n"
    yield Example("databases", {f"{place}/name": "other"}, orders)
    yield Example("databases", {f"{place}/application": "bills"}, orders)
    yield Example("databases", {f"{place}/database": "other"})
    yield Example("databases", {f"{place}/schemas": ["workflow", "other"]})
    yield Example("databases", {f"{place}/urlScheme": "postgresql"}, orders)
    yield Example("databases", {f"{place}/passwordRotation": 1}, orders)
    yield Example("databases", {f"{place}/authorities": pem}, orders)
    yield Example("databases", {f"{place}/server/port": 6000}, orders)
    yield Example("databases", {f"{place}/server/identifier": "other"}, orders)
    yield Example("databases", {f"{place}/server/class": "db.m7g.large"})
    yield Example("databases", {f"{place}/server/readReplicas/0/name": "other"})
    yield Example("databases", {f"{place}/server/masterUser": "boss"})


def of_rds() -> Iterator[Example]:
    """Of databases of both kinds. Another database is another address to the server."""
    other = {"identifier": "other"}
    yield Example("rds", {"database": {"kind": "aurora", "capacity": SERVERLESS, **other}}, SERVICES)
    yield Example("aurora", {"database": {"kind": "rds", "class": "db.r7g.large", **other}}, SERVICES)
    for kind in ("rds", "aurora"):
        yield Example(kind, {"database/identifier": "other"}, SERVICES)
        yield Example(kind, {"database/port": 6000}, SERVICES)
        yield Example(kind, {"database/masterUser": "boss"})
        yield Example(kind, {"database/masterPassword": KEPT})
        yield Example(f"{kind} kept", {"database/masterPassword": {"kind": "managed"}})
        yield Example(f"{kind} kept", {"database/masterPassword/secret": KEPT["secret"].replace("master", "other")})
        yield Example(f"{kind} kept", {"database/restore": MOMENT})
        yield Example(f"{kind} kept", {"database/restore/snapshot": "after"})
        yield Example(f"{kind} moment", {"database/restore": SNAPSHOT})
        yield Example(f"{kind} moment", {"database/restore/source": "other"})
        yield Example(f"{kind} moment", {"database/restore/time": "2026-11-20T14:30:00Z"})
        yield Example(f"{kind} kept", {"database/ca/secret": "other"}, SERVICES)
        yield Example(f"{kind} kept", {"database/ca/key": "other"}, SERVICES)
        for key, value in {
            "backupDays": 15,
            "backupWindow": "01:00-02:00",
            "maintenanceWindow": "mon:04:00-mon:05:00",
            "applyImmediately": True,
            "finalSnapshot": False,
            "iamAuthentication": False,
            "certificateAuthority": "rds-ca-ecc384-g1",
            "insightsDays": 31,
            "monitoringInterval": 0,
            "logDays": 400,
            "passwordRotation": 1,
            "queriesPerSecond": 1000,
            "engineVersion": "17.11",
        }.items():
            yield Example(kind, {f"database/{key}": value})
    yield Example("rds", {"database/deployment": "single-az-instance"})
    yield Example("rds", {"database/class": "db.r7g.xlarge"})
    yield Example("rds", {"database/readReplicas/0/name": "other"})
    yield Example("rds", {"database/readReplicas/0/class": "db.r7g.xlarge"})
    yield Example("rds blue-green", {"database/upgrades": "in-place"})
    yield Example("rds", {"database/storage": {"kind": "io2", "size": "400Gi", "iops": 3000}})
    yield Example("rds io2", {"database/storage": {"kind": "gp3"}})
    for base, values in {
        "rds": {"size": "410Gi", "maximum": "600Gi", "iops": 16000, "throughput": 750},
        "rds io2": {"size": "110Gi", "maximum": "300Gi", "iops": 4000},
    }.items():
        for key, value in values.items():
            yield Example(base, {f"database/storage/{key}": value})
    yield Example("aurora", {"database/storage": "io-optimized"})
    yield Example("aurora", {"database/capacity": PROVISIONED})
    yield Example("aurora provisioned", {"database/capacity": SERVERLESS})
    for key, value in {"minimum": 2, "maximum": 8, "instances": 3}.items():
        yield Example("aurora", {f"database/capacity/{key}": value})
    yield Example("aurora provisioned", {"database/capacity/class": "db.r8g.xlarge"})
    yield Example("aurora provisioned", {"database/capacity/instances": 3})
    yield Example("rds kept", {"aws/secrets/store/kind": "SecretStore"})
    yield Example("rds", {"aws/secrets/store/name": "other"})


def of_operated_databases() -> Iterator[Example]:
    """No pod that this program makes restarts but where the server meets another host or other Secrets."""
    yield Example("zalando", {"database": IN_CLUSTER}, SERVICES)
    yield Example("cloudnative-pg", {"database": IN_CLUSTER}, SERVICES)
    for kind in ("zalando", "cloudnative-pg"):
        for key, value in {
            "instances": 5,
            "synchronous": False,
            "version": "17",
            "storage": "30Gi",
            "storageClass": "fast",
            "maxConnections": 300,
            "parameters/work_mem": "32MB",
            "queriesPerSecond": 1000,
        }.items():
            yield Example(kind, {f"database/{key}": value})
    yield Example("zalando", {"database/logicalBackup/schedule": "0 1 * * *"})
    yield Example("zalando", {"database/logicalBackup/retention": "2 weeks"})
    yield Example("cloudnative-pg named", {"database/image": "registry.example.com/pg:16.6"})
    yield Example("cloudnative-pg", {"database/passwordRotation": 1})
    yield Example("cloudnative-pg", {"database/backup/schedule": "0 0 1 * * *"})
    yield Example("cloudnative-pg", {"database/backup/store": BACKUPS["cloudnative-pg named"]})
    yield Example("cloudnative-pg named", {"database/backup/store": BACKUPS["cloudnative-pg"]})
    yield Example("cloudnative-pg named", {"database/backup/store/name": "other"})
    for path, value in {"path": "s3://other", "endpoint": "https://other.example.com", "retention": "4w"}.items():
        yield Example("cloudnative-pg", {f"database/backup/store/{path}": value})
    for path in BACKUP_SECRETS:
        yield Example("cloudnative-pg", {f"database/backup/store/{path}": "other"})


def of_every_database() -> list[Example]:
    """Of databases in the cluster and of existing ones."""
    return [
        Example("local", {"database/queriesPerSecond": 1000}),
        Example("existing", {"database/queriesPerSecond": 1000}),
        Example(
            "local",
            {"database": BASES["named alike"]["temporal:database"], "kubernetes/createNamespace": False},
            SERVICES,
        ),
        Example("named alike", {"database": IN_CLUSTER}, SERVICES),
        Example("local", {"database/storage": "3Gi"}),
        Example("local", {"database/storageClass": "fast"}),
        Example("full", {"database/maxConnections": 301}, POSTGRES),
        Example("full", {"database/parameters/work_mem": "2MB"}, POSTGRES),
        Example("local", {"database/passwordRotation": 1}),
        Example("existing", {"database/host": "other.example.com"}, SERVICES),
        Example("existing", {"database/port": 5433}, SERVICES),
        Example("existing", {"database/maxConnections": 301}),
        Example("existing", {"database/tls": {"kind": "disable"}}, SERVICES),
        Example("require", {"database/tls": CA}, SERVICES),
        Example("disable", {"database/tls": {"kind": "require"}}, SERVICES),
        Example("existing", {"database/tls/ca/secret": "other"}, SERVICES),
        Example("existing", {"database/tls/ca/key": "other"}, SERVICES),
        *(
            Example("existing", {f"database/{store}/{path}": "other"}, SERVICES)
            for store in ("default", "visibility")
            for path in ("user", "password/secret", "password/key")
        ),
        *(
            Example("existing", {f"database/{store}/owner/{path}": "other"})
            for store in ("default", "visibility")
            for path in ("user", "password/secret", "password/key")
        ),
        Example("existing", {"database/default/database": "other"}),
        Example("existing", {"database/visibility/database": "other"}),
    ]
