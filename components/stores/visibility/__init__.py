"""Where an installation searches: its visibility database, an OpenSearch in the cluster, or somebody else's store."""

from dataclasses import dataclass, replace

import pulumi

from components.handles import Certificates, SearchStore, SqlStore
from components.kubernetes import Installation
from components.stores.visibility.existing import existing_search
from settings.plans import SearchPlan
from settings.visibility import ExistingTarget, Move, Postgres, Visibility


@dataclass(frozen=True, kw_only=True)
class VisibilityArgs:
    """Which store."""

    installation: Installation
    """Whose store."""
    settings: Visibility
    """From the stack file."""
    database: SqlStore | None
    """The visibility database, if there is one."""
    plan: SearchPlan | None
    """The nodes of an in-cluster OpenSearch."""
    storage_class: str | None
    """StorageClass of their volumes."""
    certificates: Certificates
    """Their TLS."""
    protect: bool
    """Whether the engine refuses to delete them."""


def visibility(name: str, args: VisibilityArgs, opts: pulumi.ResourceOptions) -> SqlStore | SearchStore:
    """The store of the kind that the stack file chooses."""
    if isinstance(args.settings, Postgres):
        if args.database is None:
            raise ValueError("a visibility database is needed")
        return args.database
    if isinstance(args.settings, ExistingTarget):
        return existing_search(args.settings)
    if args.plan is None or args.certificates.search is None:
        raise ValueError("an in-cluster OpenSearch needs a plan and certificates")
    # Only this kind needs pulumi-random: other stacks neither load it nor need its plugin.
    from components.stores.visibility.in_cluster import InClusterOpenSearch, InClusterOpenSearchArgs  # noqa: PLC0415

    return InClusterOpenSearch(
        name,
        InClusterOpenSearchArgs(
            installation=args.installation,
            settings=args.settings,
            plan=args.plan,
            storage_class=args.settings.storage_class or args.storage_class,
            certificates=args.certificates.search,
            protect=args.protect,
        ),
        opts,
    ).store


def target(move: Move, store: SearchStore) -> SearchStore:
    """Where a move away from `store` goes."""
    if isinstance(move.to, ExistingTarget):
        return existing_search(move.to)
    return replace(store, index=move.to.index)
