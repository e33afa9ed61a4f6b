"""What deployed databases of applications are, as the stack's outputs keep it, and what a stack file may not make of
them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from settings.aws import storage_facts
from settings.rds.facts import facts_of, identifier_of, refusals_of, warnings_of

if TYPE_CHECKING:
    from settings.application_databases import ApplicationDatabase
    from settings.model import Settings

_PLACE: Final = ("account", "region", "key")


def application_facts(database: "ApplicationDatabase", settings: "Settings") -> dict[str, str]:
    """What the next preview is held against."""
    identifier = identifier_of(settings.name, database.server, database.name)
    return {
        **facts_of(identifier, database.server, protected=settings.protection),
        "database": database.database,
        **storage_facts(settings),
    }


def application_refusals(deployed: Mapping[str, Mapping[str, str]], settings: "Settings") -> Iterator[str]:
    """One line a change that would lose data, or that AWS would refuse; `deployed` has the facts by name."""
    for index, database in enumerate(settings.application_databases):
        place, known = f"applicationDatabases[{index}]", deployed.get(database.name, {})
        wanted = application_facts(database, settings)
        is_same = bool(known) and wanted["identifier"] == known["identifier"]
        if is_same and wanted["database"] != known["database"]:
            yield (
                f"{place}.database: found {wanted['database']!r}; allowed: {known['database']!r}, which holds the "
                "data. Another one is another entry"
            )
        yield from refusals_of(f"{place}.server", known, wanted, database.server)


def application_warnings(deployed: Mapping[str, Mapping[str, str]], settings: "Settings") -> Iterator[str]:
    """One line a change that a person should not make by accident."""
    named = {database.name for database in settings.application_databases}
    for name, known in deployed.items():
        if name not in named:
            after = "stays in the account" if known["deletionProtection"] == "on" else "is deleted"
            yield (
                f"temporal:applicationDatabases: {name!r} is deployed and no longer in the file: its database "
                f"{known['identifier']!r} {after}, and its Secret goes"
            )
    for index, database in enumerate(settings.application_databases):
        yield from warnings_of(
            f"applicationDatabases[{index}].server",
            deployed.get(database.name, {}),
            application_facts(database, settings),
            database.server,
        )


def place_of_applications(deployed: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Account, region and key of what is deployed, as `storage_facts` writes it; empty without any."""
    return next(({key: known[key] for key in _PLACE} for known in deployed.values()), {})
