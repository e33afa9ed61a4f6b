"""Databases of applications."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.application_databases import databases_of, made_secrets
from settings.nearest import nearest
from settings.rds.facts import identifier_of
from settings.rds.models import ManagedDatabase
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.model import Settings

_LONGEST: Final = 40
_KEY: Final = "applicationDatabases"
_TEMPORALS: Final = {
    "ca": "in authorities beside server",
    "queriesPerSecond": "nothing here: it is for the server of Temporal",
    "passwordRotation": "in passwordRotation beside server",
}
"""Keys of a server that are for Temporal's own database alone."""


def databases_have_an_application(settings: "Settings") -> Iterator[Contradiction]:
    """Its Kubernetes namespace gets the Secret."""
    known = [application.namespace for application in settings.applications]
    for index, database in enumerate(settings.application_databases):
        if database.application not in known:
            yield Contradiction(
                location=(_KEY, index, "application"),
                found=database.application,
                allowed="a namespace from temporal:applications",
                figures=f" ({', '.join(known) or 'none there'}){nearest(database.application, known)}",
                figures_of="applications",
            )


def each_database_once(settings: "Settings") -> Iterator[Contradiction]:
    """What belongs to a database is called by its name; a schema twice says nothing."""
    seen: set[str] = set()
    for index, database in enumerate(settings.application_databases):
        if database.name in seen:
            yield Contradiction(location=(_KEY, index, "name"), found=database.name, allowed="each name once")
        seen.add(database.name)
        for number, schema in enumerate(database.schemas):
            if schema in database.schemas[:number]:
                yield Contradiction(location=(_KEY, index, "schemas", number), found=schema, allowed="each schema once")


def identifiers_are_one_databases(settings: "Settings") -> Iterator[Contradiction]:
    """RDS knows databases by it; names that are built from it stay within RDS' bounds."""
    own = settings.database
    seen = {identifier_of(settings.name, own)} if isinstance(own, ManagedDatabase) else set()
    for index, database in enumerate(settings.application_databases):
        location = (_KEY, index, "server", "identifier")
        found = identifier_of(settings.name, database.server, database.name)
        if found in seen:
            yield Contradiction(
                location=location, found=found, allowed="an identifier of no other database of this stack"
            )
        seen.add(found)
        if database.server.identifier is None and (len(found) > _LONGEST or "--" in found):
            yield Contradiction(
                location=location,
                found=None,
                allowed=f"an identifier of RDS, of {_LONGEST} letters at most and without two '-' together, which "
                "temporal-<temporal:name>-<name> is not",
            )


def users_are_two(settings: "Settings") -> Iterator[Contradiction]:
    """The application is not who may do everything."""
    for index, database in enumerate(settings.application_databases):
        if database.database == database.server.master_user:
            yield Contradiction(
                location=(_KEY, index, "database"),
                found=database.database,
                allowed="another name than server.masterUser, for the database's user has it, too",
            )


def servers_say_nothing_of_temporals(settings: "Settings") -> Iterator[Contradiction]:
    """A key that nobody reads would be a lie."""
    for index, database in enumerate(settings.application_databases):
        said = {
            field.alias or name: getattr(database.server, name)
            for name, field in type(database.server).model_fields.items()
            if name in database.server.model_fields_set
        }
        for key, allowed in _TEMPORALS.items():
            if key in said:
                yield Contradiction(location=(_KEY, index, "server", key), found=key, instead="found", allowed=allowed)


def secrets_can_be_brought(settings: "Settings") -> Iterator[Contradiction]:
    """A SecretStore serves its own namespace only."""
    secrets = settings.aws.secrets if settings.aws else None
    if secrets and settings.application_databases and secrets.store.kind == "SecretStore":
        yield Contradiction(
            location=("aws", "secrets", "store", "kind"),
            found="SecretStore",
            allowed="'ClusterSecretStore' with temporal:applicationDatabases, whose Secrets are in other namespaces",
        )


def secrets_have_the_keys(settings: "Settings") -> Iterator[Contradiction]:
    """A pod that names another one never starts."""
    made = made_secrets(settings)
    for index, workload in enumerate(settings.workloads):
        for variable, reference in workload.secret_environment.items():
            database = made.get((workload.application, reference.secret))
            if database and reference.key not in database.secret_keys:
                yield Contradiction(
                    location=("workloads", index, "secretEnvironment", variable, "key"),
                    found=reference.key,
                    allowed=f"a key of the Secret of database {database.name}",
                    figures=f": {', '.join(database.secret_keys)}{nearest(reference.key, database.secret_keys)}",
                    figures_of=_KEY,
                )


def authorities_have_their_path(settings: "Settings") -> Iterator[Contradiction]:
    """The URL says where they are."""
    for index, workload in enumerate(settings.workloads):
        taken = {database.folder for database in databases_of(workload, settings)}
        for number, volume in enumerate(workload.volumes):
            if any(f"{volume.path}/".startswith(f"{path}/") or path.startswith(f"{volume.path}/") for path in taken):
                yield Contradiction(
                    location=("workloads", index, "volumes", number, "path"),
                    found=volume.path,
                    allowed="a path that neither holds nor is in that of a database's authorities",
                    figures=f", {', '.join(sorted(taken))}",
                    figures_of=_KEY,
                )


RULES = (
    databases_have_an_application,
    each_database_once,
    identifiers_are_one_databases,
    users_are_two,
    servers_say_nothing_of_temporals,
    secrets_can_be_brought,
    secrets_have_the_keys,
    authorities_have_their_path,
)
"""For stacks with any backend."""
