"""Where executions are searched."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.archival import InClusterArchive, S3Compatible
from settings.database import Existing
from settings.opensearch_memory import LEAST
from settings.rules.contradiction import Contradiction
from settings.scalars import bytes_of
from settings.visibility import OpenSearch, Postgres, RequestSigning, existing_stores, place_of, target_of

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings


def postgres_has_a_database(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Somebody else's PostgreSQL searches in a database that the stack file names."""
    database = settings.database
    if isinstance(settings.visibility, Postgres) and isinstance(database, Existing) and database.visibility is None:
        yield Contradiction(
            location=("database", "visibility"),
            found=None,
            allowed="with temporal:visibility.kind postgres, the database that is searched and its user",
        )


def what_is_replaced_is_another_store(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The server believes that an index of the old name still has the fields of all search attributes, and would make
    none of them in a new one (SearchAttributesManager keeps them by the index's name)."""
    visibility = settings.visibility
    if not isinstance(visibility, Postgres) and visibility.replaces == place_of(visibility, settings.name):
        yield Contradiction(
            location=("visibility", "replaces"),
            found=visibility.replaces,
            allowed="another store than this one: give the index that takes over a name of its own",
        )


def what_is_replaced_does_not_move(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Nothing is in the new store yet that could be copied on."""
    visibility = settings.visibility
    if not isinstance(visibility, Postgres) and visibility.replaces and visibility.move:
        yield Contradiction(
            location=("visibility", "move"),
            found=visibility.move.stage,
            instead="not here",
            allowed="nothing beside temporal:visibility.replaces: one after the other",
        )


def what_takes_over_has_no_attributes(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The server keeps the names of PostgreSQL's columns (Keyword01) for a namespace's attributes for good, in new
    executions too; an index has no fields of those names, and the server makes none. Seen on the embedded cluster."""
    visibility = settings.visibility
    if isinstance(visibility, Postgres) or visibility.replaces != "postgres":
        return
    for index, namespace in enumerate(settings.namespaces):
        if namespace.search_attributes:
            yield Contradiction(
                location=("namespaces", index, "searchAttributes"),
                found=len(namespace.search_attributes),
                instead="not here",
                allowed="nothing with temporal:visibility.replaces: postgres. Attributes that a namespace had in "
                "PostgreSQL are found by no search in another store. A namespace of another name, or another stack, "
                "can have them",
            )


def heaps_fit(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Java takes its heap at once; with too little besides, the kernel kills the node at its start."""
    visibility = settings.visibility
    said = visibility.resources.limits.memory if isinstance(visibility, OpenSearch) else None
    if said is not None and bytes_of(said) < bytes_of(LEAST):
        yield Contradiction(
            location=("visibility", "resources", "limits", "memory"),
            found=said,
            allowed=f"at least {LEAST}: Java needs 512 MiB besides its heap",
        )


def signed_requests_trust_public_authorities(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The client that signs takes no TLS settings (store/elasticsearch/client/aws.go), so it would ignore the key."""
    for location, store in existing_stores(settings.visibility):
        if store.ca is None or not isinstance(store.authentication, RequestSigning):
            continue
        yield Contradiction(
            location=(*location, "ca"),
            found=store.ca.model_dump(by_alias=True),
            instead="not here",
            allowed="nothing with authentication.kind aws-request-signing: the server's signing client checks "
            "certificates against public authorities only",
        )


def signatures_are_of_the_pods_own(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Amazon's SDK has one set of credentials in a pod, and a key pair in its environment comes before its identity
    (SDKs and Tools Reference Guide, "Credential provider chain")."""
    archival = settings.archival
    if not isinstance(archival, S3Compatible | InClusterArchive):
        return
    for location, store in existing_stores(settings.visibility):
        if isinstance(store.authentication, RequestSigning):
            yield Contradiction(
                location=(*location, "authentication", "kind"),
                found=store.authentication.kind,
                allowed=f"login or none with temporal:archival.kind {archival.kind}: requests would be signed with the "
                "key pair of the archive",
            )


def moves_go_elsewhere(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Written twice, the same index is no second store."""
    visibility = settings.visibility
    if isinstance(visibility, Postgres) or visibility.move is None:
        return
    store = place_of(visibility, settings.name)
    if target_of(visibility, visibility.move, settings.name) == store:
        yield Contradiction(
            location=("visibility", "move", "to"),
            found=store,
            allowed="another store or index than the one that is searched now",
        )


def attributes_of_one_name_are_of_one_type(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """An index has one field of a name, for all namespaces; PostgreSQL maps names for each namespace."""
    if isinstance(settings.visibility, Postgres):
        return
    first: dict[str, tuple[str, str]] = {}
    for index, namespace in enumerate(settings.namespaces):
        for name, type_ in namespace.search_attributes.items():
            where, known = first.setdefault(name, (namespace.name, type_))
            if known != type_:
                yield Contradiction(
                    location=("namespaces", index, "searchAttributes", name),
                    found=type_,
                    allowed=f"the type that another namespace gives it: with temporal:visibility.kind "
                    f"{settings.visibility.kind} all namespaces share one index",
                    figures=f" ({known!r} in {where})",
                )
