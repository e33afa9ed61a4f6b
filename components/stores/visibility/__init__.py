"""Where an installation searches: its visibility database, an OpenSearch in the cluster, a domain of Amazon OpenSearch
Service, or somebody else's store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi

from components.aws.account import AwsAccount
from components.handles import (
    Certificates,
    Identity,
    JobIdentity,
    SearchMonitor,
    SearchStore,
    SearchUser,
    SqlStore,
    key_of,
)
from components.kubernetes import Installation
from components.stores.visibility.existing import existing_search
from components.stores.visibility.monitor import search_monitor
from components.stores.visibility.names import ACCESS_JOB
from settings.monitoring.search import SearchMonitor as Login
from settings.opensearch_domain import DomainTarget
from settings.plans import SearchPlan
from settings.visibility import ExistingTarget, IndexTarget, Move, Postgres, Visibility


@dataclass(frozen=True, kw_only=True)
class VisibilityArgs:
    """Which store."""

    installation: Installation
    """Whose store."""
    settings: Visibility
    """From the stack file."""
    account: AwsAccount | None
    """The stack's AWS account, if it has one."""
    identities: Mapping[str, Identity]
    """Who workloads are on AWS."""
    job_identities: Mapping[str, JobIdentity]
    """Who jobs are."""
    database: SqlStore | None
    """The visibility database, if there is one."""
    plan: SearchPlan | None
    """The nodes of an in-cluster OpenSearch."""
    storage_class: str | None
    """StorageClass of their volumes."""
    certificates: Certificates
    """Their TLS."""
    monitored: bool
    """Whether somebody reads its figures."""
    monitor: Login | None
    """Who does, in a store where others make the users."""
    protect: bool
    """Whether the engine refuses to delete them."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What there is of it."""

    store: SqlStore | SearchStore
    """For the server."""
    monitor: SearchMonitor | None = None
    """For who reads its figures, if anybody does."""


def visibility(name: str, args: VisibilityArgs, opts: pulumi.ResourceOptions) -> Made:
    """The store of the kind that the stack file chooses."""
    if isinstance(args.settings, Postgres):
        if args.database is None:
            raise ValueError("a visibility database is needed")
        return Made(store=args.database)
    if isinstance(args.settings, ExistingTarget):
        return _with_login(existing_search(args.settings), args.monitor)
    if isinstance(args.settings, DomainTarget):
        return Made(store=_domain(name, args, args.settings, opts))
    if args.plan is None or args.certificates.search is None:
        raise ValueError("an in-cluster OpenSearch needs a plan and certificates")
    # Only this kind needs pulumi-random: other stacks neither load it nor need its plugin.
    from components.stores.visibility.in_cluster import InClusterOpenSearch, InClusterOpenSearchArgs  # noqa: PLC0415

    in_cluster = InClusterOpenSearch(
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
    )
    return Made(store=in_cluster.store, monitor=in_cluster.monitor if args.monitored else None)


def _with_login(store: SearchStore, login: Login | None) -> Made:
    """Figures are read by whom the stack file names."""
    user = SearchUser(name=login.user, password=key_of(login.password)) if login else None
    return Made(store=store, monitor=search_monitor(store, user) if user else None)


def target(
    name: str, args: VisibilityArgs, move: Move, store: SearchStore, opts: pulumi.ResourceOptions
) -> SearchStore:
    """Where a move away from `store` goes."""
    match move.to:
        case ExistingTarget():
            return existing_search(move.to)
        case DomainTarget():
            return _domain(name, args, move.to, opts)
        case IndexTarget():
            return replace(store, index=move.to.index)


def _domain(name: str, args: VisibilityArgs, settings: DomainTarget, opts: pulumi.ResourceOptions) -> SearchStore:
    """Called after the domain, not after its place in the stack file: a move ends with the same resources."""
    if args.account is None:
        raise ValueError("a domain needs an account")
    # Only this kind needs pulumi-aws.
    from components.stores.visibility.domain import DomainArgs, OpenSearchDomain  # noqa: PLC0415

    return OpenSearchDomain(
        f"{name}-{settings.name(args.installation.name)}",
        DomainArgs(
            account=args.account,
            installation=args.installation,
            settings=settings,
            roles=[resource for identity in args.identities.values() for resource in identity.ready],
            master=args.job_identities[ACCESS_JOB],
            inside=opts,
        ),
        pulumi.ResourceOptions(parent=args.account.parent),
    ).store
