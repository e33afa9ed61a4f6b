"""Where in a stack file databases in RDS are spoken of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.places import Location
from settings.rds.models import Aurora, Rds

if TYPE_CHECKING:
    from settings.model import Settings


def managed_databases(settings: "Settings") -> Iterator[tuple[Location, Rds | Aurora]]:
    """Every one of them by its place: Temporal's own, then those of applications."""
    if isinstance(settings.database, Rds | Aurora):
        yield ("database",), settings.database
    for index, database in enumerate(settings.application_databases):
        yield ("applicationDatabases", index, "server"), database.server
