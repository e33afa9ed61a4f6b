"""The archive of an installation: a bucket or a volume that somebody else made, a bucket of the stack's own on AWS, or
one in the cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.aws.account import AwsAccount
from components.aws.policies import Grant
from components.handles import ArchiveStore, Bucket, Certificates, KeyPair, SharedVolume, key_of
from components.kubernetes import Installation
from components.stores.archival.grants import archive_grants
from components.stores.archival.look import look_job
from components.stores.archival.names import ARCHIVE
from settings.archival import (
    FILES,
    S3,
    Archival,
    Credentials,
    FileStore,
    InClusterArchive,
    S3Bucket,
    S3Compatible,
    uri_of,
)
from settings.plans import PodPlan

__all__ = ["ARCHIVE", "ArchiveArgs", "archive"]


@dataclass(frozen=True, kw_only=True)
class ArchiveArgs:
    """Which archive."""

    installation: Installation
    """Whose archive."""
    settings: Archival
    """From the stack file."""
    account: AwsAccount | None
    """The stack's AWS account, if it has one."""
    pod: PodPlan | None
    """The pod of an in-cluster archive."""
    storage_class: str | None
    """StorageClass of an in-cluster archive's volume."""
    certificates: Certificates
    """TLS of an in-cluster archive."""
    protect: bool
    """Whether the engine refuses to delete it."""


def archive(name: str, args: ArchiveArgs, opts: pulumi.ResourceOptions) -> ArchiveStore:
    """The store of the kind that the stack file chooses. One with an address of its own is looked into first."""
    settings = args.settings
    match settings:
        case FileStore():
            return _store(settings, SharedVolume(claim=settings.claim, path=FILES))
        case S3():
            return _store(settings, _bucket(settings), grants=_grants(args.account, settings))
        case S3Bucket():
            return _on_aws(name, args.account, settings)
        case S3Compatible():
            bucket = _bucket(settings)
            look = look_job(f"{name}-look", args.installation, settings.bucket, bucket, opts)
            return _store(settings, bucket, ready=[look])
        case InClusterArchive():
            return _in_cluster(name, args, settings, opts)


def _store(
    settings: Archival,
    place: Bucket | SharedVolume,
    *,
    grants: Sequence[Grant] = (),
    ready: Sequence[pulumi.Resource] = (),
) -> ArchiveStore:
    return ArchiveStore(
        uri=uri_of(settings), reads=settings.reads, paused=settings.paused, place=place, grants=grants, ready=ready
    )


def _bucket(settings: S3 | S3Compatible) -> Bucket:
    compatible = settings if isinstance(settings, S3Compatible) else None
    return Bucket(
        region=settings.region,
        endpoint=compatible.endpoint if compatible else None,
        path_style=compatible.path_style if compatible else False,
        credentials=_pair(settings.credentials) if settings.credentials else None,
        ca=key_of(compatible.ca) if compatible and compatible.ca else None,
    )


def _grants(account: AwsAccount | None, settings: S3) -> Sequence[Grant]:
    """Roles are somebody else's where the stack has no account, and not needed where pods have a key pair."""
    if account is None or settings.credentials is not None:
        return ()
    return archive_grants(account, settings.bucket, settings.prefix, settings.region, settings.kms_key)


def _pair(credentials: Credentials) -> KeyPair:
    return KeyPair(access_key=key_of(credentials.access_key), secret_key=key_of(credentials.secret_key))


def _in_cluster(name: str, args: ArchiveArgs, settings: InClusterArchive, opts: pulumi.ResourceOptions) -> ArchiveStore:
    if args.pod is None or args.certificates.archive is None:
        raise ValueError("an in-cluster archive needs a pod and certificates")
    # Only this kind needs pulumi-random: other stacks neither load it nor need its plugin.
    from components.stores.archival.in_cluster import InClusterS3, InClusterS3Args  # noqa: PLC0415

    server = InClusterS3(
        name,
        InClusterS3Args(
            installation=args.installation,
            settings=settings,
            pod=args.pod,
            storage_class=settings.storage_class or args.storage_class,
            certificates=args.certificates.archive,
            protect=args.protect,
        ),
        opts,
    )
    return _store(settings, server.bucket, ready=[server.ready])


def _on_aws(name: str, account: AwsAccount | None, settings: S3Bucket) -> ArchiveStore:
    if account is None:
        raise ValueError("a bucket on AWS needs an account")
    # Only this kind needs pulumi-aws.
    from components.stores.archival.s3 import ArchiveBucket, ArchiveBucketArgs  # noqa: PLC0415

    opts = pulumi.ResourceOptions(parent=account.parent)
    bucket = ArchiveBucket(name, ArchiveBucketArgs(account=account, settings=settings), opts)
    region = account.settings.region
    return _store(
        settings,
        Bucket(region=region, endpoint=None, path_style=False, credentials=None, ca=None),
        grants=archive_grants(account, settings.bucket, settings.prefix, region, account.key),
        ready=bucket.ready,
    )
