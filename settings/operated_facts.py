"""What a deployed cluster of an operator is, as the stack's outputs keep it, and what a file may not make of it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from settings.operated import Operated
from settings.scalars import bytes_of

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


def operated_facts(settings: "SelfHostedSettings") -> dict[str, str]:
    """What the next preview is held against; empty without such a cluster."""
    database = settings.database
    if not isinstance(database, Operated):
        return {}
    return {"kind": database.kind, "version": database.version, "storage": database.storage}


def operated_refusals(deployed: Mapping[str, str], settings: "SelfHostedSettings") -> Iterator[str]:
    """One line a change that the operator would refuse or pass over."""
    wanted = operated_facts(settings)
    if not deployed or deployed["kind"] != wanted.get("kind"):
        return
    if int(wanted["version"]) < int(deployed["version"]):
        yield (
            f"database.version: found {wanted['version']!r}; allowed: {deployed['version']!r} or newer. PostgreSQL "
            "does not go back"
        )
    if bytes_of(wanted["storage"]) < bytes_of(deployed["storage"]):
        yield (
            f"database.storage: found {wanted['storage']!r}; allowed: {deployed['storage']!r} or more. The operator "
            "makes no volume smaller"
        )


def operated_warnings(deployed: Mapping[str, str], settings: "SelfHostedSettings") -> Iterator[str]:
    """One line a change that a person should not make by accident."""
    if not deployed:
        return
    wanted, kind = operated_facts(settings), deployed["kind"]
    if kind != wanted.get("kind"):
        after = "temporal:protection refuses that" if settings.protection else "with it goes its data"
        yield (
            f"temporal:database.kind: {kind!r} is deployed and holds the data. With {settings.database.kind!r} the "
            f"operator deletes its cluster; {after}"
        )
    elif int(wanted["version"]) > int(deployed["version"]):
        yield (
            f"temporal:database.version: PostgreSQL {deployed['version']} becomes {wanted['version']}, which cannot be "
            "undone: have a backup first, and expect some minutes without a database"
        )
