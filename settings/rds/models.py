"""`temporal:database` of kinds `rds` and `aurora`: PostgreSQL that this stack makes in Amazon RDS."""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field

from settings.aws import OnAws
from settings.aws_scalars import LogDays
from settings.base import Model
from settings.facts import changing
from settings.queries import BUDGET, Queries
from settings.rds import offers
from settings.rds.scalars import (
    Acus,
    AuroraVersion,
    BackupDays,
    BackupWindow,
    DatabaseIdentifier,
    DatabasePort,
    Gibibytes,
    InsightsDays,
    InstanceClass,
    Instances,
    Iops,
    MaintenanceWindow,
    MasterUser,
    MonitoringInterval,
    PostgresVersion,
    ReplicaName,
    RestoreSource,
    RestoreTime,
    SecretArn,
    SnapshotName,
    Throughput,
)
from settings.references import SecretKey
from settings.scalars import Rotation, bytes_of

_IN_WINDOW: Final = "AWS changes it in the maintenance window, or at once with applyImmediately"
_BEHIND: Final = "the data stays behind in the old database"
_MADE = changing("refused", "only a new database has another one: name another identifier, too")
_GIB: Final = 1024**3


def _by_aws(does: str, unit: str = "") -> Any:
    return changing("nothing", does, unit=unit)


class ManagedPassword(Model):
    """RDS makes it, keeps it in Secrets Manager and changes it every seven days."""

    kind: Annotated[Literal["managed"], _by_aws("the next roles job reads it from the other place")]
    """This way's name."""


class KeptPassword(Model):
    """Somebody took it over from RDS, which blue/green deployments need, and keeps it in Secrets Manager. A new
    database begins with `managed`: docs/aws.md tells how to take it over."""

    kind: Annotated[Literal["kept"], _by_aws("the next roles job reads it from the other place")]
    """This way's name."""
    secret: Annotated[SecretArn, _by_aws("the next roles job reads it from the other place")]
    """The secret: a JSON object with username and password."""


MasterPassword = Annotated[ManagedPassword | KeptPassword, Field(discriminator="kind")]


class FromSnapshot(Model):
    """As it was in a snapshot."""

    kind: Annotated[Literal["snapshot"], _MADE]
    """This way's name."""
    snapshot: Annotated[SnapshotName, _MADE]
    """The snapshot, encrypted with a key that this account may use."""


class FromPointInTime(Model):
    """As another database, or this one, was at a moment within its automated backups."""

    kind: Annotated[Literal["point-in-time"], _MADE]
    """This way's name."""
    source: Annotated[RestoreSource, _MADE]
    """That database; it stays as it is."""
    time: Annotated[RestoreTime, _MADE] = "latest"
    """The moment; `latest` is some five minutes ago."""


Restore = Annotated[FromSnapshot | FromPointInTime, Field(discriminator="kind")]


class ManagedDatabase(OnAws):
    """What RDS and Aurora have in common. Encrypted with the key of `temporal:aws`, over TLS only, reached by the pods'
    security group only, with databases, users and passwords made by a job."""

    is_watched: ClassVar[bool] = True
    is_copied: ClassVar[bool] = True

    identifier: Annotated[
        DatabaseIdentifier | None, changing("replaced", f"another database is made, {_BEHIND}; said in a warning")
    ] = None
    """Its name in RDS, which everything of it is called by; temporal-<name of the installation> when left out."""
    port: Annotated[DatabasePort, changing("rolling", "PostgreSQL restarts, and the server's pods")] = 5433
    """TCP port; not PostgreSQL's usual one (AWS Security Hub, RDS.23)."""
    master_user: Annotated[MasterUser, _MADE] = "temporaladmin"
    """The master user, for the job that makes databases and users, and for people."""
    master_password: MasterPassword = ManagedPassword(kind="managed")
    """Who keeps its password. It is in no state and no stack file either way."""
    backup_days: Annotated[BackupDays, _by_aws("AWS keeps backups by the new number", "days")] = 14
    """How long automated backups go back, and with them restores to a point in time; 0 for none."""
    backup_window: Annotated[BackupWindow, _by_aws("the next backup follows it")] = "02:00-03:00"
    """When the daily backup is taken; at least 30 minutes, apart from maintenanceWindow."""
    maintenance_window: Annotated[MaintenanceWindow, _by_aws("the next maintenance follows it")] = "sun:03:30-sun:04:30"
    """When AWS may restart it, and applies changes that need that; at least 30 minutes."""
    apply_immediately: Annotated[bool, _by_aws("only further changes follow it")] = False
    """Apply changes at once instead of in maintenanceWindow, also those that interrupt it."""
    final_snapshot: Annotated[bool, _by_aws("only its deletion follows it")] = True
    """Take a snapshot, <identifier>-final, before it is deleted. One of that name must be deleted or copied first."""
    restore: Restore | None = None
    """Where its data comes from when it is made; empty when left out. Never looked at again."""
    iam_authentication: Annotated[bool | None, _by_aws("AWS changes it in place")] = None
    """Whether users with rds_iam may log in with a token of IAM, such as applications with databases of their own. The
    server uses passwords. When left out, wherever RDS has it: not in a Multi-AZ DB cluster."""
    certificate_authority: Annotated[
        Literal["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"],
        _by_aws("AWS changes the certificate; all three authorities are trusted"),
    ] = "rds-ca-rsa2048-g1"
    """Which of AWS' authorities signs its certificate."""
    ca: SecretKey | None = None
    """Authorities that the server trusts instead of those of this program, which knows most regions, PEM."""
    insights_days: Annotated[InsightsDays, _by_aws("AWS changes it in place", "days")] = 7
    """How long Performance Insights are kept."""
    monitoring_interval: Annotated[MonitoringInterval, _by_aws("AWS changes it in place", "seconds")] = 60
    """How often the operating system's metrics are taken (Enhanced Monitoring); 0 for never."""
    log_days: Annotated[LogDays, _by_aws("CloudWatch Logs deletes by the new number", "days")] = 365
    """How long its logs are kept in CloudWatch Logs."""
    password_rotation: Annotated[
        Rotation, changing("nothing", "the passwords are made anew; the next new connections use them")
    ] = 0
    """A higher number makes new passwords of both users and both owners in one `up`; the master user keeps its own.
    Open connections stay. Until the kubelet has renewed a pod's files, a minute or so, its new connections are refused
    and tried again: choose a quiet moment."""
    queries_per_second: Annotated[Queries | None, BUDGET] = None
    """Queries to the store of executions that all pods together may send; beyond it callers are told to try again. When
    left out, only the server's own limit for each pod holds."""

    @property
    def max_connections(self) -> int | None:
        """Connections that are there for the server; None where the file names what nobody offers."""
        raise NotImplementedError


class Gp3(Model):
    """General purpose SSD. Up to 400 GiB it has 3000 IOPS and 125 MiB/s, from there on 12000 and 500 or more."""

    kind: Annotated[Literal["gp3"], _by_aws(_IN_WINDOW)]
    """This storage's name."""
    size: Annotated[Gibibytes, _by_aws("AWS enlarges it while it is used; less is refused")] = "100Gi"
    """Its size; it never shrinks."""
    maximum: Annotated[Gibibytes | None, _by_aws("AWS changes it in place")] = None
    """How far it grows by itself when it is nearly full; not at all when left out."""
    iops: Annotated[Iops | None, _by_aws(_IN_WINDOW, "IOPS")] = None
    """From 400 GiB on, 12000 to 64000; 12000 when left out."""
    throughput: Annotated[Throughput | None, _by_aws(_IN_WINDOW, "MiB/s")] = None
    """From 400 GiB on, 500 to 4000, at most a quarter of iops; 500 when left out."""


class Io2(Model):
    """Provisioned IOPS SSD (io2 Block Express)."""

    kind: Annotated[Literal["io2"], _by_aws(_IN_WINDOW)]
    """This storage's name."""
    size: Annotated[Gibibytes, _by_aws("AWS enlarges it while it is used; less is refused")] = "100Gi"
    """Its size, at least 100Gi; it never shrinks."""
    maximum: Annotated[Gibibytes | None, _by_aws("AWS changes it in place")] = None
    """How far it grows by itself when it is nearly full; not at all when left out."""
    iops: Annotated[Iops, _by_aws(_IN_WINDOW, "IOPS")]
    """At most 1000 for each GiB."""


Storage = Annotated[Gp3 | Io2, Field(discriminator="kind")]


class ReadReplica(Model):
    """A copy of everything, a moment behind, that applications may read. It has the master's users and passwords."""

    name: Annotated[ReplicaName, _by_aws("another replica is made")]
    """Its name; its identifier is <identifier>-<name>."""
    class_: Annotated[InstanceClass | None, _by_aws(_IN_WINDOW)] = Field(None, alias="class")
    """Its DB instance class; the database's own when left out."""


Deployment = Literal["single-az-instance", "multi-az-instance", "multi-az-cluster"]


class Rds(ManagedDatabase):
    """RDS for PostgreSQL."""

    kind: Annotated[Literal["rds"], changing("replaced", _BEHIND)]
    """This database's name."""
    deployment: Annotated[
        Deployment, _by_aws("AWS adds or removes the standby; from and to multi-az-cluster it is another database")
    ] = "multi-az-instance"
    """One DB instance; one with a standby in another zone (fails over in one to two minutes); or a Multi-AZ DB cluster,
    a writer and two readable standbys in three zones (some 35 seconds)."""
    class_: Annotated[InstanceClass, _by_aws(_IN_WINDOW)] = Field(alias="class")
    """DB instance class. Its memory decides how many connections there are: all pods' pools must fit."""
    engine_version: Annotated[PostgresVersion, _by_aws(f"{_IN_WINDOW}; back is refused")] = "17"
    """A major version, whose minors AWS installs in maintenanceWindow; or a full one, which stays until another stands
    here."""
    storage: Storage = Gp3(kind="gp3")
    """Its volume."""
    read_replicas: tuple[ReadReplica, ...] = ()
    """Copies that applications may read; the server does not."""
    upgrades: Annotated[Literal["in-place", "blue-green"], _by_aws("only further changes follow it")] = "in-place"
    """How versions, classes and parameters change: in the database itself, down for minutes; or in a copy that then
    takes its place, down for less than one, with masterPassword kept by somebody."""

    @property
    def is_cluster(self) -> bool:
        """Whether it is a Multi-AZ DB cluster."""
        return self.deployment == "multi-az-cluster"

    @property
    def max_connections(self) -> int | None:
        """Connections for the server, by the class' memory; None for a class that nobody offers."""
        return _connections_of(self.class_, "multi-az-cluster" if self.is_cluster else "instance")


class Provisioned(Model):
    """Instances of one class."""

    kind: Annotated[Literal["provisioned"], _by_aws(_IN_WINDOW)]
    """This capacity's name."""
    class_: Annotated[InstanceClass, _by_aws(_IN_WINDOW)] = Field(alias="class")
    """DB instance class. Its memory decides how many connections there are: all pods' pools must fit."""
    instances: Annotated[Instances, _by_aws("instances are added or removed", "instances")] = 2
    """How many there are, over the zones of temporal:aws.subnets: one writes, the others stand by and can be read."""


class Serverless(Model):
    """Aurora Serverless v2: instances that grow and shrink with the load."""

    kind: Annotated[Literal["serverless"], _by_aws(_IN_WINDOW)]
    """This capacity's name."""
    minimum: Annotated[Acus, _by_aws("AWS changes it in place", "ACU")] = 1
    """What each instance has at least; one ACU is 2 GiB of memory with its share of processors."""
    maximum: Annotated[Acus, _by_aws("AWS changes it in place; connections with the next restart", "ACU")]
    """What each instance has at most. It decides how many connections there are: all pods' pools must fit."""
    instances: Annotated[Instances, _by_aws("instances are added or removed", "instances")] = 2
    """How many there are, over the zones of temporal:aws.subnets: one writes, the others stand by and can be read."""


Capacity = Annotated[Provisioned | Serverless, Field(discriminator="kind")]


class Aurora(ManagedDatabase):
    """Aurora PostgreSQL: a cluster of instances over one storage in three zones, which grows by itself."""

    kind: Annotated[Literal["aurora"], changing("replaced", _BEHIND)]
    """This database's name."""
    capacity: Capacity
    """Its instances."""
    engine_version: Annotated[AuroraVersion, _by_aws(f"{_IN_WINDOW}; back is refused")] = "17"
    """A major version, whose minors AWS installs in maintenanceWindow; or a full one, which stays until another stands
    here."""
    storage: Annotated[
        Literal["standard", "io-optimized"], _by_aws("AWS changes it in place; back not within 30 days")
    ] = "standard"
    """Whether requests to the storage are paid for each, or with the instances."""

    @property
    def max_connections(self) -> int | None:
        """Connections for the server, by the class' memory or the most of it; None for a class that nobody offers."""
        capacity = self.capacity
        if isinstance(capacity, Provisioned):
            return _connections_of(capacity.class_, "aurora")
        most = offers.connections_with(capacity.maximum * offers.GIB_OF_AN_ACU)
        return min(most, offers.FEW_CONNECTIONS - offers.RESERVED_CONNECTIONS) if capacity.minimum <= 0.5 else most


def _connections_of(instance_class: str, offer: offers.Offer) -> int | None:
    known = offers.is_offered(instance_class, offer)
    return offers.connections_with(offers.gib_of(instance_class)) if known else None


def gib(size: str) -> int:
    """The GiB of a checked size: `gib("100Gi") == 100`."""
    return bytes_of(size) // _GIB
