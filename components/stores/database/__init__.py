"""The database of an installation: in the cluster, or somebody else's."""

from dataclasses import dataclass

import pulumi

from components.handles import Certificates, SqlStores
from components.kubernetes import Installation
from components.stores.database.existing import existing_stores
from components.stores.database.names import POSTGRES
from settings.database import Existing, InCluster
from settings.plans import PodPlan

__all__ = ["POSTGRES", "DatabaseArgs", "database"]


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """Which database."""

    installation: Installation
    """Whose database."""
    settings: InCluster | Existing
    """From the stack file."""
    pod: PodPlan | None
    """The pod of an in-cluster database."""
    storage_class: str | None
    """StorageClass of an in-cluster database's volume."""
    certificates: Certificates
    """TLS of an in-cluster database."""
    protect: bool
    """Whether the engine refuses to delete it."""


def database(name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions) -> SqlStores:
    """The stores of the kind that the stack file chooses."""
    if isinstance(args.settings, Existing):
        return existing_stores(args.settings)
    if args.pod is None or args.certificates.database is None:
        raise ValueError("an in-cluster database needs a pod and certificates")
    # Only this kind needs pulumi-random: other stacks neither load it nor need its plugin.
    from components.stores.database.in_cluster import InClusterPostgres, InClusterPostgresArgs  # noqa: PLC0415

    return InClusterPostgres(
        name,
        InClusterPostgresArgs(
            installation=args.installation,
            settings=args.settings,
            pod=args.pod,
            storage_class=args.settings.storage_class or args.storage_class,
            certificates=args.certificates.database,
            protect=args.protect,
        ),
        opts,
    ).stores
