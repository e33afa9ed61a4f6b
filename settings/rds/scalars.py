"""Scalars of RDS, each with its pattern, examples and the words for what is allowed.

Source: RDS User Guide and API Reference (CreateDBInstance, CreateDBCluster).
"""

from typing import Annotated, Final

from settings.checks import Halves, OneOf, OneOfWhole, Text, Whole
from settings.rds.offers import reserved_names, versions_of

_TIME: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY: Final = "(mon|tue|wed|thu|fri|sat|sun)"
_MONTHS: Final = 23

DatabaseIdentifier = Annotated[
    str,
    Text(
        r"(?!.*--)[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
        "an identifier of RDS: 1 to 40 of a-z, 0-9 and '-', beginning with a letter, not ending with '-', no two '-' "
        "together (40, so that names built from it stay within RDS' 63)",
        ("temporal-orders",),
    ),
]
ReplicaName = Annotated[
    str,
    Text(
        r"(?!.*--)[a-z]([-a-z0-9]{0,18}[a-z0-9])?",
        "the name of a read replica: 1 to 20 of a-z, 0-9 and '-', beginning with a letter, not ending with '-', no two "
        "'-' together",
        ("reporting",),
    ),
]
InstanceClass = Annotated[
    str,
    Text(
        r"db\.[a-z][a-z0-9]{1,9}\.(medium|large|[0-9]{0,2}xlarge)",
        "a DB instance class, such as db.r7g.large",
        ("db.r7g.large",),
    ),
]
PostgresVersion = Annotated[str, OneOf(versions_of("postgres"))]
AuroraVersion = Annotated[str, OneOf(versions_of("aurora-postgresql"))]
MasterUser = Annotated[
    str,
    Text(
        r"[a-z][a-z0-9]{0,15}",
        "1 to 16 of a-z and 0-9, beginning with a letter; not temporal, which is the server's user, and no name that "
        "RDS or PostgreSQL keeps for itself, such as admin, postgres, rdsadmin, user",
        ("temporaladmin",),
        reserved=reserved_names(),
    ),
]
SecretArn = Annotated[
    str,
    Text(
        r"arn:aws(-cn|-us-gov)?:secretsmanager:[-a-z0-9]{5,20}:[0-9]{12}:secret:[-/_+=.@!A-Za-z0-9]{8,519}",
        "the ARN of a secret of Secrets Manager: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:database-master-a1B2c3",),
    ),
]
DatabasePort = Annotated[int, Whole(1150, 65535)]
Gibibytes = Annotated[str, Text(r"[1-9][0-9]{1,4}Gi", "text of whole GiB, from 10Gi to 99999Gi", ("100Gi",))]
Iops = Annotated[int, Whole(1000, 256_000)]
Throughput = Annotated[int, Whole(125, 4000)]
BackupDays = Annotated[int, Whole(0, 35)]
BackupWindow = Annotated[str, Text(rf"{_TIME}-{_TIME}", "a time of the day in UTC, as hh:mm-hh:mm", ("02:00-03:00",))]
MaintenanceWindow = Annotated[
    str,
    Text(
        rf"{_DAY}:{_TIME}-{_DAY}:{_TIME}",
        "a time of the week in UTC, as ddd:hh:mm-ddd:hh:mm with days from mon to sun",
        ("sun:03:30-sun:04:30",),
    ),
]
InsightsDays = Annotated[int, OneOfWhole((7, *(31 * month for month in range(1, _MONTHS + 1)), 731))]
MonitoringInterval = Annotated[int, OneOfWhole((0, 1, 5, 10, 15, 30, 60))]
Instances = Annotated[int, Whole(1, 15)]
Acus = Annotated[float, Halves(0.5, 256)]
SnapshotName = Annotated[
    str,
    Text(
        r"(arn:aws(-cn|-us-gov)?:rds:[-a-z0-9]{5,20}:[0-9]{12}:(cluster-)?snapshot:)?((rds|awsbackup):)?[A-Za-z][-A-Za-z0-9]{0,254}",
        "the name or the ARN of a snapshot",
        ("rds:temporal-orders-2026-11-20-02-10",),
    ),
]
RestoreSource = Annotated[
    str,
    Text(
        r"(db|cluster)-[A-Z0-9]{26}|[A-Za-z][-A-Za-z0-9]{0,62}",
        "the identifier of a database that exists, or the resource id (db-…, cluster-…) of one whose backups are "
        "retained",
        ("temporal-orders", "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ),
]
RestoreTime = Annotated[
    str,
    Text(
        r"latest|20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T" + _TIME + ":[0-5][0-9]Z",
        "latest, or a moment in UTC such as 2026-11-20T14:30:00Z",
        ("2026-11-20T14:30:00Z", "latest"),
    ),
]
