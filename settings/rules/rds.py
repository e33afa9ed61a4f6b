"""PostgreSQL in Amazon RDS: what RDS would refuse, and what production cannot do without."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.places import Location, path
from settings.rds import offers
from settings.rds.authorities import has_authorities
from settings.rds.models import (
    Aurora,
    Gp3,
    Io2,
    KeptPassword,
    ManagedDatabase,
    Provisioned,
    Rds,
    Serverless,
    gib,
)
from settings.rds.places import managed_databases
from settings.rds.windows import Window, day_window, week_window
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.model import Settings

_LEAST_GIB: Final = {"gp3": 20, "io2": 100}
_MOST_GIB: Final = 65_536
_STRIPED_GIB: Final = 400
"""From there on RDS spreads gp3 over four volumes (RDS User Guide, "gp3 storage")."""
_GP3_IOPS: Final = range(12_000, 64_001)
_GP3_THROUGHPUT: Final = range(500, 4001)
_IOPS_A_MIB: Final = 4
_IO2_IOPS_A_GIB: Final = 1000
_GROWTH_PERCENT: Final = 10
_PRODUCTION_GIB: Final = 8
_LEAST_WINDOW: Final = 30
_MOST_WINDOW: Final = 24 * 60
_ZONES: Final = 2
_CLUSTER_ZONES: Final = 3


def identifiers_are_of_rds(settings: "Settings") -> Iterator[Contradiction]:
    """RDS takes no two '-' together, the name of an installation does."""
    database = settings.database
    if isinstance(database, ManagedDatabase) and database.identifier is None and "--" in settings.name:
        yield Contradiction(
            location=("database", "identifier"),
            found=None,
            allowed="an identifier of RDS, which takes no two '-' together as temporal:name has them",
        )


def passwords_have_a_way_into_the_cluster(settings: "Settings") -> Iterator[Contradiction]:
    """Nothing else brings them there."""
    account, found = settings.aws, [*managed_databases(settings)]
    if account is None:
        return
    if found and account.secrets is None:
        place, database = found[0]
        yield Contradiction(
            location=("aws", "secrets"),
            found=None,
            allowed=f"how passwords come into the cluster, needed by {path(place)}.kind {database.kind}",
        )
    for place, database in found:
        password = database.master_password
        if isinstance(password, KeptPassword) and password.secret.split(":")[3:5] != [account.region, account.account]:
            yield Contradiction(
                location=(*place, "masterPassword", "secret"),
                found=password.secret,
                allowed="a secret of temporal:aws.region and temporal:aws.account",
                figures=f": arn:{account.partition}:secretsmanager:{account.region}:{account.account}:secret:…",
                figures_of="aws",
            )


def zones_suffice(settings: "Settings") -> Iterator[Contradiction]:
    """A DB subnet group needs two zones even for one instance (RDS User Guide, "Working with DB subnet groups")."""
    account = settings.aws
    zones = {subnet.zone for subnet in account.subnets} if account else set()
    for place, database in managed_databases(settings):
        is_cluster = isinstance(database, Rds) and database.is_cluster
        needed = _CLUSTER_ZONES if is_cluster else _ZONES
        if zones and len(zones) < needed:
            what = f"deployment {database.deployment}" if isinstance(database, Rds) else f"kind {database.kind}"
            yield Contradiction(
                location=("aws", "subnets"),
                found=None,
                instead=f"found subnets in {len(zones)} zone{'s' if len(zones) > 1 else ''}",
                allowed=f"subnets in {needed} zones at least with {path(place)}.{what}",
            )
            return


def classes_are_offered(settings: "Settings") -> Iterator[Contradiction]:
    """For what the file wants them for; families are named, for all classes are too many."""
    for location, found, offer in _classes(settings):
        if not offers.is_offered(found, offer):
            family = found.split(".")[1]
            sizes = offers.sizes_of(offer)
            yield Contradiction(
                location=location,
                found=found,
                allowed=f"a class that RDS offers for {_OFFERS[offer]}: "
                + (f"db.{family} in {', '.join(sizes[family])}" if family in sizes else f"one of {', '.join(sizes)}"),
            )


def production_has_room(settings: "Settings") -> Iterator[Contradiction]:
    """Bursting ends in the middle of a busy day, and less memory holds neither the connections nor the pages."""
    if settings.size != "production":
        return
    allowed = f"{_PRODUCTION_GIB} GiB of memory or more with temporal:size production"
    for location, found, offer in _classes(settings):
        if "readReplicas" in location or not offers.is_offered(found, offer):
            continue
        if offers.is_burstable(found) or offers.gib_of(found) < _PRODUCTION_GIB:
            yield Contradiction(
                location=location,
                found=found,
                allowed=f"a class with processors of its own and {allowed}, such as db.m7g.large",
            )
    least = _PRODUCTION_GIB / offers.GIB_OF_AN_ACU
    for place, database in managed_databases(settings):
        capacity = database.capacity if isinstance(database, Aurora) else None
        if isinstance(capacity, Serverless) and capacity.maximum < least:
            yield Contradiction(
                location=(*place, "capacity", "maximum"),
                found=capacity.maximum,
                allowed=f"{least:g} ACU or more, for {allowed}",
            )


def capacity_is_in_order(settings: "Settings") -> Iterator[Contradiction]:
    """The least is not above the most."""
    for place, database in managed_databases(settings):
        capacity = database.capacity if isinstance(database, Aurora) else None
        if isinstance(capacity, Serverless) and capacity.minimum > capacity.maximum:
            yield Contradiction(
                location=(*place, "capacity", "minimum"),
                found=capacity.minimum,
                allowed="at most maximum",
                figures=f", {capacity.maximum:g}",
            )


def volumes_are_of_rds(settings: "Settings") -> Iterator[Contradiction]:
    """Sizes, and what grows by itself."""
    for place, database in _of_postgres(settings):
        storage = database.storage
        size, least = gib(storage.size), _LEAST_GIB[storage.kind]
        if not least <= size <= _MOST_GIB:
            yield Contradiction(
                location=(*place, "storage", "size"),
                found=storage.size,
                allowed=f"from {least}Gi to {_MOST_GIB}Gi with kind {storage.kind}",
            )
        if storage.maximum is None:
            continue
        if database.is_cluster:
            yield Contradiction(
                location=(*place, "storage", "maximum"),
                found=storage.maximum,
                allowed="nothing with deployment multi-az-cluster, which does not grow by itself",
            )
        elif gib(storage.maximum) * 100 < size * (100 + _GROWTH_PERCENT) or gib(storage.maximum) > _MOST_GIB:
            yield Contradiction(
                location=(*place, "storage", "maximum"),
                found=storage.maximum,
                allowed=f"at least {_GROWTH_PERCENT} % more than size, at most {_MOST_GIB}Gi",
            )


def volumes_are_as_fast_as_said(settings: "Settings") -> Iterator[Contradiction]:
    """IOPS and throughput belong to sizes and to each other."""
    for place, database in _of_postgres(settings):
        storage = database.storage
        for key, value, allowed in _of_gp3(database, storage) if isinstance(storage, Gp3) else _of_io2(storage):
            yield Contradiction(location=(*place, "storage", key), found=value, allowed=allowed)


def _of_gp3(database: Rds, storage: Gp3) -> Iterator[tuple[str, int, str]]:
    small = gib(storage.size) < _STRIPED_GIB
    iops, throughput = storage.iops, storage.throughput
    for key, value, bounds in (("iops", iops, _GP3_IOPS), ("throughput", throughput, _GP3_THROUGHPUT)):
        if value is not None and small:
            yield key, value, f"nothing below {_STRIPED_GIB}Gi, where gp3 has 3000 IOPS and 125 MiB/s"
        elif value is not None and value not in bounds:
            yield key, value, f"from {bounds[0]} to {bounds[-1]} with gp3"
    if throughput is None or small:
        return
    if database.is_cluster:
        yield "throughput", throughput, "nothing with deployment multi-az-cluster, where it follows from iops"
    elif throughput * _IOPS_A_MIB > (iops or _GP3_IOPS[0]):
        yield "throughput", throughput, f"at most a quarter of iops, which are {iops or _GP3_IOPS[0]}"


def _of_io2(storage: Io2) -> Iterator[tuple[str, int, str]]:
    if storage.iops > gib(storage.size) * _IO2_IOPS_A_GIB:
        yield "iops", storage.iops, f"at most {_IO2_IOPS_A_GIB} for each GiB of size"


def backups_are_there(settings: "Settings") -> Iterator[Contradiction]:
    """What nobody can do without, or RDS needs them for. Nothing else brings an application's data back."""
    for place, database in managed_databases(settings):
        if database.backup_days > 0:
            continue
        needing = [
            *(["temporal:size production"] if settings.size == "production" else []),
            *(["temporal:applicationDatabases"] if place[0] == "applicationDatabases" else []),
            *_backed_up(database),
        ]
        if needing:
            yield Contradiction(
                location=(*place, "backupDays"), found=0, allowed=f"1 or more with {', '.join(needing)}"
            )


def _backed_up(database: Rds | Aurora) -> Iterator[str]:
    """What RDS needs backups for."""
    if isinstance(database, Aurora):
        yield "kind aurora"
        return
    if database.is_cluster:
        yield "deployment multi-az-cluster"
    if database.read_replicas:
        yield "readReplicas"
    if database.upgrades == "blue-green":
        yield "upgrades blue-green"


def windows_are_apart(settings: "Settings") -> Iterator[Contradiction]:
    """Each long enough for AWS, and no maintenance while a backup is taken."""
    for place, database in managed_databases(settings):
        backup, maintenance = day_window(database.backup_window), week_window(database.maintenance_window)
        for key, found, window in (
            ("backupWindow", database.backup_window, backup),
            ("maintenanceWindow", database.maintenance_window, maintenance),
        ):
            if not _LEAST_WINDOW <= window.minutes <= _MOST_WINDOW:
                yield Contradiction(location=(*place, key), found=found, allowed=f"{_LEAST_WINDOW} minutes to 24 hours")
        if any(maintenance.overlaps(Window(backup.start + day * _MOST_WINDOW, backup.minutes)) for day in range(7)):
            yield Contradiction(
                location=(*place, "maintenanceWindow"),
                found=database.maintenance_window,
                allowed="a time apart from backupWindow",
                figures=f", {database.backup_window}",
            )


def blue_green_can_be(settings: "Settings") -> Iterator[Contradiction]:
    """RDS User Guide, "Limitations and considerations for Amazon RDS blue/green deployments"; the provider refuses one
    whose database has replicas."""
    for place, database in _of_postgres(settings):
        against = [
            *(["deployment multi-az-cluster"] if database.is_cluster else []),
            *(["masterPassword managed by RDS"] if not isinstance(database.master_password, KeptPassword) else []),
            *(["readReplicas"] if database.read_replicas else []),
        ]
        if against and database.upgrades == "blue-green":
            yield Contradiction(
                location=(*place, "upgrades"),
                found="blue-green",
                allowed=f"in-place with {' and '.join(against)}, of which no blue/green deployment can be made",
            )


def replicas_can_be(settings: "Settings") -> Iterator[Contradiction]:
    """Each name once, beside an instance."""
    for place, database in _of_postgres(settings):
        if database.is_cluster and database.read_replicas:
            yield Contradiction(
                location=(*place, "readReplicas"),
                found=[replica.name for replica in database.read_replicas],
                allowed="none with deployment multi-az-cluster, whose two standbys can be read",
            )
        seen: set[str] = set()
        for index, replica in enumerate(database.read_replicas):
            if replica.name in seen:
                yield Contradiction(
                    location=(*place, "readReplicas", index, "name"), found=replica.name, allowed="each name once"
                )
            seen.add(replica.name)


def tokens_are_taken(settings: "Settings") -> Iterator[Contradiction]:
    """RDS API Reference, CreateDBCluster: IAM authentication is for Aurora clusters only."""
    for place, database in _of_postgres(settings):
        if database.is_cluster and database.iam_authentication:
            yield Contradiction(
                location=(*place, "iamAuthentication"),
                found=True,
                allowed="false or nothing with deployment multi-az-cluster, which takes no tokens",
            )


def certificates_can_be_checked(settings: "Settings") -> Iterator[Contradiction]:
    """By authorities that this program has, or the file names."""
    account = settings.aws
    if account is None or has_authorities(account.region):
        return
    wanting = [
        *(
            [("database", "ca")]
            if isinstance(settings.database, ManagedDatabase) and settings.database.ca is None
            else []
        ),
        *(
            ("applicationDatabases", index, "authorities")
            for index, database in enumerate(settings.application_databases)
            if database.authorities is None
        ),
    ]
    for location in wanting:
        yield Contradiction(
            location=location,
            found=None,
            allowed="AWS' bundle of authorities (docs/aws.md) for temporal:aws.region, which this program does not "
            "have",
            figures=f": {account.region}",
            figures_of="aws",
        )


_OFFERS: Final[dict[offers.Offer, str]] = {
    "instance": "an instance of PostgreSQL",
    "multi-az-cluster": "a Multi-AZ DB cluster of PostgreSQL",
    "aurora": "Aurora PostgreSQL",
}


def _of_postgres(settings: "Settings") -> Iterator[tuple[Location, Rds]]:
    """Those of RDS for PostgreSQL."""
    for place, database in managed_databases(settings):
        if isinstance(database, Rds):
            yield place, database


def _classes(settings: "Settings") -> Iterator[tuple[Location, str, offers.Offer]]:
    """Every class of the file, by its place, and what it is for."""
    for place, database in managed_databases(settings):
        if isinstance(database, Rds):
            yield (*place, "class"), database.class_, "multi-az-cluster" if database.is_cluster else "instance"
            for index, replica in enumerate(database.read_replicas):
                if replica.class_:
                    yield (*place, "readReplicas", index, "class"), replica.class_, "instance"
        elif isinstance(database.capacity, Provisioned):
            yield (*place, "capacity", "class"), database.capacity.class_, "aurora"


RULES = (
    passwords_have_a_way_into_the_cluster,
    zones_suffice,
    classes_are_offered,
    capacity_is_in_order,
    volumes_are_of_rds,
    volumes_are_as_fast_as_said,
    backups_are_there,
    windows_are_apart,
    blue_green_can_be,
    replicas_can_be,
    tokens_are_taken,
    certificates_can_be_checked,
)
"""For whatever backend: Temporal's own database and those of applications."""
