"""What a stack file may say and a person should look at twice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.database import Existing, VerifyFull

if TYPE_CHECKING:
    from settings.model import Settings


def warnings(settings: "Settings") -> Iterator[str]:
    """One line each, with the path it is about."""
    shards = settings.backend.shards
    if shards & (shards - 1):
        yield (
            f"temporal:backend.shards: {shards} is not a power of two. An existing cluster keeps its number; "
            "a new one spreads its load better with one"
        )
    database = settings.database
    if isinstance(database, Existing) and not isinstance(database.tls, VerifyFull):
        yield (
            f"temporal:database.tls.kind: with {database.tls.kind!r} nobody checks who answers as the database; "
            "'verify-full' does"
        )
