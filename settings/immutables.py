"""What a stack file may not change once the stack is deployed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from settings.application_database_facts import application_refusals, place_of_applications
from settings.archival import uri_of
from settings.aws import storage_facts
from settings.database import Existing
from settings.operated_facts import operated_refusals, operated_warnings
from settings.rds.facts import rds_refusals, rds_warnings
from settings.visibility import Postgres
from settings.visibility_stages import visibility_refusals

if TYPE_CHECKING:
    from settings.model import Settings
    from settings.self_hosted import SelfHostedSettings

OWN_DATABASES: Final = ("temporal", "temporal_visibility")
"""Databases of a PostgreSQL that the stack itself makes: default and visibility."""


@dataclass(frozen=True)
class Deployed:
    """What is deployed, from the stack's own outputs."""

    shards: int
    databases: tuple[str, str]
    server_version: str
    search_attributes: Mapping[str, Mapping[str, str]]
    """Types by name, by Temporal namespace."""
    archival: str
    """URI of the archive; empty without one."""
    aws: Mapping[str, str]
    """`account`, `region` and `key` of what is stored on AWS; empty without any."""
    rds: Mapping[str, str]
    """The database in RDS, as `rds_facts` writes it; empty without one."""
    operated: Mapping[str, str]
    """The database of an operator, as `operated_facts` writes it; empty without one."""
    visibility: str
    """Where executions are searched, as `place_of` writes it."""
    move: str
    """Where a move of it goes, as `target_of` writes it; empty without one."""
    stage: str
    """The move's stage; empty without one."""


def common_refusals(
    name: str, backend: str, databases: Mapping[str, Mapping[str, str]], settings: "Settings"
) -> list[str]:
    """What no stack may change, whoever runs Temporal: `name`, the `backend`'s kind and applications' `databases`, as
    `application_facts` writes them, are deployed."""
    found = []
    if settings.name != name:
        found.append(
            f"  temporal:name: found {settings.name!r}; allowed: {name!r}, the Kubernetes namespace that holds "
            "everything. Another name is another stack"
        )
    if settings.backend.kind != backend:
        found.append(
            f"  temporal:backend.kind: found {settings.backend.kind!r}; allowed: {backend!r}: executions do not "
            "move along. Another backend is another stack beside this one, until nothing runs here (docs/cloud.md)"
        )
    found += [f"  temporal:{line}" for line in application_refusals(databases, settings)]
    if backend == "cloud":
        found += [f"  temporal:{line}" for line in _aws(place_of_applications(databases), settings)]
    return found


def refusals(deployed: Deployed, settings: "SelfHostedSettings") -> list[str]:
    """One line a change that would lose data or be ignored: path, what is found, what is deployed, why."""
    return [f"  temporal:{line}" for line in _refusals(deployed, settings)]


def first_refusals(settings: "Settings") -> list[str]:
    """One line for each thing that a stack cannot begin with."""
    lines = (*rds_refusals({}, settings), *application_refusals({}, settings))
    return [f"  temporal:{line}" for line in lines]


def cautions(deployed: Deployed, settings: "SelfHostedSettings") -> list[str]:
    """One line a change that is allowed and deserves a second look."""
    return [*rds_warnings(deployed.rds, settings), *operated_warnings(deployed.operated, settings)]


def _refusals(deployed: Deployed, settings: "SelfHostedSettings") -> Iterator[str]:
    if settings.backend.shards != deployed.shards:
        yield (
            f"backend.shards: found {settings.backend.shards}; allowed: {deployed.shards}, which the database was made "
            "with: the server ignores another number. More shards need a new installation"
        )
    yield from _databases(deployed, settings)
    yield from _version(deployed.server_version, settings.backend.version)
    yield from _search_attributes(deployed.search_attributes, settings)
    yield from _archival(deployed.archival, settings)
    yield from _aws(deployed.aws, settings)
    yield from rds_refusals(deployed.rds, settings)
    yield from operated_refusals(deployed.operated, settings)
    yield from visibility_refusals(deployed.visibility, deployed.move, deployed.stage, settings)


def _databases(deployed: Deployed, settings: "SelfHostedSettings") -> Iterator[str]:
    database = settings.database
    if not isinstance(database, Existing):
        if deployed.databases != OWN_DATABASES:
            shown = " and ".join(map(repr, filter(None, deployed.databases)))
            hold = "hold" if all(deployed.databases) else "holds"
            yield f"database.kind: found {database.kind!r}; allowed: 'existing' with {shown}, which {hold} the data"
        return
    default, visibility = deployed.databases
    pairs = [("default", database.default.database, default)]
    if isinstance(settings.visibility, Postgres) and database.visibility and visibility:
        pairs.append(("visibility", database.visibility.database, visibility))
    for store, name, known in pairs:
        if name != known:
            yield f"database.{store}.database: found {name!r}; allowed: {known!r}, which holds the data"


def _version(deployed: str, wanted: str) -> Iterator[str]:
    if deployed == wanted:
        return
    before, after = (tuple(int(part) for part in version.split(".")) for version in (deployed, wanted))
    path = "backend.version"
    if after < before:
        yield (
            f"{path}: found {wanted!r}; allowed: {deployed!r} or newer. The schema does not go back: restore a backup "
            "from before the upgrade instead"
        )
    elif after[0] != before[0] or after[1] > before[1] + 1:
        yield (
            f"{path}: found {wanted!r}; allowed: at most one minor above {deployed!r}. "
            "Upgrade minor by minor, each to its latest patch first"
        )


def _search_attributes(deployed: Mapping[str, Mapping[str, str]], settings: "SelfHostedSettings") -> Iterator[str]:
    for index, namespace in enumerate(settings.namespaces):
        known = deployed.get(namespace.name, {})
        for name, wanted in namespace.search_attributes.items():
            if known.get(name, wanted) != wanted:
                yield (
                    f"namespaces[{index}].searchAttributes.{name}: found {wanted!r}; allowed: {known[name]!r}, the "
                    "type of the values that are stored under it. Take another name"
                )


def _archival(deployed: str, settings: "SelfHostedSettings") -> Iterator[str]:
    wanted = uri_of(settings.archival) if settings.archival else deployed
    if deployed and wanted != deployed:
        yield (
            f"archival: found {wanted!r}; allowed: {deployed!r}, which the server keeps for every namespace it was "
            "given to. Another place is for new namespaces of another stack; or leave archival out, and this one as "
            "it is"
        )


def _aws(deployed: Mapping[str, str], settings: "Settings") -> Iterator[str]:
    wanted = storage_facts(settings)
    if not deployed or not wanted:
        return
    for name, path in (("account", "account"), ("region", "region"), ("key", "encryption")):
        if wanted[name] != deployed[name]:
            yield (
                f"aws.{path}: found {wanted[name]!r}; allowed: {deployed[name]!r}, where what is stored stays. Another "
                "one is for another stack"
            )
