"""What a deployed database in RDS is, as the stack's outputs keep it, and what a stack file may not make of it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from settings.rds.models import Aurora, FromSnapshot, KeptPassword, ManagedDatabase, Rds, gib
from settings.rds.offers import major_of

if TYPE_CHECKING:
    from settings.model import Settings

_INSTANCE: Final = "instance"
_CLUSTER: Final = "multi-az-cluster"
_AURORA: Final = "aurora"
_WORDS: Final = {_INSTANCE: "a DB instance", _CLUSTER: "a Multi-AZ DB cluster", _AURORA: "an Aurora cluster"}


def identifier_of(installation: str, database: ManagedDatabase, name: str = "") -> str:
    """What it is called in RDS; an application's has a `name`."""
    return database.identifier or "-".join(filter(None, ("temporal", installation, name)))


def rds_facts(settings: "Settings") -> dict[str, str]:
    """What the next preview is held against; empty without a database in RDS."""
    database = settings.database
    if not isinstance(database, ManagedDatabase):
        return {}
    return facts_of(identifier_of(settings.name, database), database, protected=settings.protection)


def facts_of(identifier: str, database: ManagedDatabase, *, protected: bool) -> dict[str, str]:
    """The same of any database in RDS."""
    return {
        "identifier": identifier,
        "type": _type(database),
        "engineVersion": _version(database),
        "masterUser": database.master_user,
        "port": str(database.port),
        "storage": f"{database.storage.kind} {database.storage.size}" if isinstance(database, Rds) else "",
        "restore": _origin(database),
        "deletionProtection": "on" if protected else "off",
    }


def rds_refusals(deployed: Mapping[str, str], settings: "Settings") -> Iterator[str]:
    """One line a change that AWS would refuse, or that would not be what it seems."""
    if isinstance(settings.database, ManagedDatabase):
        yield from refusals_of("database", deployed, rds_facts(settings), settings.database)


def refusals_of(
    place: str, deployed: Mapping[str, str], wanted: Mapping[str, str], database: ManagedDatabase
) -> Iterator[str]:
    """The same of any database in RDS, by its place in the stack file."""
    is_new = not deployed or wanted["identifier"] != deployed["identifier"]
    if is_new:
        if isinstance(database.master_password, KeptPassword) and not isinstance(database.restore, FromSnapshot):
            yield (
                f"{place}.masterPassword.kind: found 'kept'; allowed: 'managed' for a database that is made, for its "
                "first password is RDS' own. Take it over when it is there (docs/aws.md)"
            )
        return
    for line in (*_another_database(deployed, wanted), *_going_back(deployed, wanted), *_volume(deployed, wanted)):
        yield f"{place}.{line}"


def rds_warnings(deployed: Mapping[str, str], settings: "Settings") -> Iterator[str]:
    """One line a change that a person should not make by accident."""
    if isinstance(settings.database, ManagedDatabase):
        yield from warnings_of("database", deployed, rds_facts(settings), settings.database)


def warnings_of(
    place: str, deployed: Mapping[str, str], wanted: Mapping[str, str], database: ManagedDatabase
) -> Iterator[str]:
    """The same of any database in RDS, by its place in the stack file."""
    if not deployed:
        return
    old, new = deployed["identifier"], wanted["identifier"]
    if new != old:
        origin = f"with the data of {wanted['restore']}" if wanted["restore"] else "EMPTY"
        after = "stays in the account" if wanted["deletionProtection"] == "on" else _deleted(database)
        yield (
            f"temporal:{place}.identifier: {old!r} is deployed and holds the data. This makes another database, "
            f"{new!r}, {origin}; {old!r} {after}"
        )
        return
    if _major(wanted) > _major(deployed):
        yield (
            f"temporal:{place}.engineVersion: PostgreSQL {deployed['engineVersion']} becomes "
            f"{wanted['engineVersion']}, which cannot be undone: take a snapshot first, and expect some minutes "
            "without a database in the maintenance window, or at once with applyImmediately"
        )
    if deployed["deletionProtection"] == "on" and wanted["deletionProtection"] == "off":
        yield (
            f"temporal:protection: database {old!r} loses its deletion protection; from then on one command deletes it "
            "with its data"
        )


def _deleted(database: ManagedDatabase) -> str:
    return "is deleted after a final snapshot" if database.final_snapshot else "is deleted with its data"


def _type(database: ManagedDatabase) -> str:
    if isinstance(database, Rds):
        return _CLUSTER if database.is_cluster else _INSTANCE
    return _AURORA


def _version(database: ManagedDatabase) -> str:
    return database.engine_version if isinstance(database, Rds | Aurora) else ""


def _origin(database: ManagedDatabase) -> str:
    said = database.restore
    if said is None:
        return ""
    return said.snapshot if isinstance(said, FromSnapshot) else f"{said.source} at {said.time}"


def _another_database(deployed: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    name = deployed["identifier"]
    if wanted["type"] != deployed["type"]:
        key = "kind" if _AURORA in (wanted["type"], deployed["type"]) else "deployment"
        yield (
            f"{key}: found {_WORDS[wanted['type']]}; allowed: {_WORDS[deployed['type']]}, which {name!r} is. "
            "The other is another database: give it another identifier, and restore a snapshot into it"
        )
    if wanted["masterUser"] != deployed["masterUser"]:
        yield (
            f"masterUser: found {wanted['masterUser']!r}; allowed: {deployed['masterUser']!r}, which {name!r} "
            "was made with. Only a database of another identifier has another one"
        )
    if wanted["restore"] not in ("", deployed["restore"]):
        yield (
            f"restore: found {wanted['restore']!r}; allowed: nothing, for {name!r} is there and is not "
            "restored over. Give the restored database another identifier"
        )


def _going_back(deployed: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    before, after = deployed["engineVersion"], wanted["engineVersion"]
    is_back = _major(wanted) < _major(deployed)
    if _major(wanted) == _major(deployed) and "." in before and "." in after:
        is_back = int(after.partition(".")[2]) < int(before.partition(".")[2])
    if is_back:
        yield (
            f"engineVersion: found {after!r}; allowed: {before!r} or newer. PostgreSQL does not go back: "
            "restore a snapshot from before the upgrade into a database of another identifier"
        )


def _volume(deployed: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    if wanted["type"] != deployed["type"] or _AURORA in (wanted["type"], deployed["type"]):
        return
    (old_kind, old_size), (kind, size) = deployed["storage"].split(), wanted["storage"].split()
    if gib(size) < gib(old_size):
        yield f"storage.size: found {size!r}; allowed: {old_size!r} or more. A volume of RDS never shrinks"
    if wanted["type"] != _CLUSTER:
        return
    if kind != old_kind:
        yield (
            f"storage.kind: found {kind!r}; allowed: {old_kind!r}. A Multi-AZ DB cluster keeps its kind of "
            "storage: restore a snapshot into a database of another identifier"
        )
    if wanted["port"] != deployed["port"]:
        yield (
            f"port: found {wanted['port']}; allowed: {deployed['port']}. A Multi-AZ DB cluster keeps its "
            "port: restore a snapshot into a database of another identifier"
        )


def _major(facts: Mapping[str, str]) -> int:
    return int(major_of(facts["engineVersion"]))
