"""The database of an installation: in the cluster, an operator's, somebody else's, or in Amazon RDS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi

from components.aws.account import AwsAccount
from components.aws.watched import Watched
from components.handles import Certificates, SqlMonitor, SqlStores, key_of
from components.kubernetes import Installation
from components.stores.database.existing import existing_stores
from components.stores.database.monitor import sql_monitor
from components.stores.database.names import POSTGRES
from components.stores.database.roles import OWNERS, USERS
from components.stores.database.zalando import Zalando, ZalandoArgs
from settings.cloudnative_pg import CloudNativePg as CloudNativePgSettings
from settings.database import Database, Existing
from settings.monitoring.postgres import PostgresLogin
from settings.plans import PodPlan
from settings.rds.facts import identifier_of
from settings.rds.models import Aurora, Rds
from settings.zalando import Zalando as ZalandoSettings

_LOGIN: Final = "database"

__all__ = ["POSTGRES", "DatabaseArgs", "Made", "database"]


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """Which database."""

    installation: Installation
    """Whose database."""
    settings: Database
    """From the stack file."""
    account: AwsAccount | None
    """The stack's AWS account, if it has one."""
    pod: PodPlan | None
    """The pod of an in-cluster database, or each of an operator's."""
    storage_class: str | None
    """StorageClass of its volumes where it names none itself."""
    certificates: Certificates
    """TLS of a database that the stack makes certificates for."""
    monitored: bool
    """Whether somebody reads its figures."""
    monitor: PostgresLogin | None
    """Who does, in a database where others make the roles."""
    protect: bool
    """Whether the engine refuses to delete it."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What there is of it."""

    stores: SqlStores
    """For the server."""
    monitor: SqlMonitor | None = None
    """For who reads its figures, if anybody does."""
    readers: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """host:port of copies that applications may read, by name."""
    watched: Sequence[Watched] = ()
    """What CloudWatch is to watch of it."""
    copied: Sequence[pulumi.Input[str]] = ()
    """ARNs that AWS Backup copies."""


def database(name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions) -> Made:
    """The database of the kind that the stack file chooses."""
    settings = args.settings
    if isinstance(settings, Existing):
        return _with_login(existing_stores(settings), args.monitor)
    if isinstance(settings, Rds | Aurora):
        return _in_rds(name, args, settings, opts)
    if args.pod is None:
        raise ValueError("a database in the cluster needs a pod")
    storage_class = settings.storage_class or args.storage_class
    if isinstance(settings, CloudNativePgSettings):
        # Only kinds with passwords of the stack's own need pulumi-random: others neither load it nor need its plugin.
        from components.stores.database.cloudnative_pg import CloudNativePg, CloudNativePgArgs  # noqa: PLC0415

        cluster = CloudNativePgArgs(
            installation=args.installation,
            settings=settings,
            pod=args.pod,
            storage_class=storage_class,
            protect=args.protect,
        )
        return Made(stores=CloudNativePg(name, cluster, opts).stores)
    if args.certificates.database is None:
        raise ValueError("this database needs certificates")
    if isinstance(settings, ZalandoSettings):
        zalando = ZalandoArgs(
            installation=args.installation,
            settings=settings,
            pod=args.pod,
            storage_class=storage_class,
            certificates=args.certificates.database,
            protect=args.protect,
        )
        return _with_login(Zalando(name, zalando, opts).stores, args.monitor)
    from components.stores.database.in_cluster import InClusterPostgres, InClusterPostgresArgs  # noqa: PLC0415

    in_cluster = InClusterPostgres(
        name,
        InClusterPostgresArgs(
            installation=args.installation,
            settings=settings,
            pod=args.pod,
            storage_class=storage_class,
            certificates=args.certificates.database,
            monitored=args.monitored,
            protect=args.protect,
        ),
        opts,
    )
    return Made(stores=in_cluster.stores, monitor=in_cluster.monitor)


def _with_login(stores: SqlStores, login: PostgresLogin | None) -> Made:
    """Figures are read by whom the stack file names."""
    monitor = sql_monitor(stores.default, login.user, key_of(login.password)) if login else None
    return Made(stores=stores, monitor=monitor)


def _in_rds(name: str, args: DatabaseArgs, settings: Rds | Aurora, opts: pulumi.ResourceOptions) -> Made:
    account = args.account
    if account is None or account.settings.secrets is None:
        raise ValueError("a database in RDS needs an account and a way of its passwords into the cluster")
    # Only these kinds need pulumi-aws.
    from components.stores.database.rds.access import RdsAccess, RdsAccessArgs  # noqa: PLC0415
    from components.stores.database.rds.database import RdsDatabase, RdsDatabaseArgs  # noqa: PLC0415

    made = RdsDatabase(
        name,
        RdsDatabaseArgs(
            identifier=identifier_of(args.installation.name, settings),
            settings=settings,
            account=account,
            logins={role: f"{_LOGIN}-{role.replace('_', '-')}" for role in sorted((*OWNERS, *USERS))},
            rotation=settings.password_rotation,
            of=f"the database of Temporal installation {account.installation}",
        ),
        pulumi.ResourceOptions(parent=account.parent),
    )
    access = RdsAccess(
        f"{name}-access",
        RdsAccessArgs(
            installation=args.installation,
            settings=settings,
            region=account.settings.region,
            operator=account.settings.secrets,
            database=made,
        ),
        opts,
    )
    readers = {reader: pulumi.Output.concat(host, f":{settings.port}") for reader, host in made.server.readers.items()}
    return Made(stores=access.stores, readers=readers, watched=made.server.watched, copied=[made.server.arn])
