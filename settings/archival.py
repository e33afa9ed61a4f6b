"""`temporal:archival`: where histories of closed executions are kept beyond their retention."""

from typing import Annotated, ClassVar, Final, Literal, get_args

from pydantic import Field

from settings.aws import OnAws
from settings.aws_scalars import BucketArn, KeyArn, NewBucketName
from settings.base import Model
from settings.checks import Whole
from settings.facts import changing
from settings.pods import Pods
from settings.references import SecretKey
from settings.scalars import ArchivePrefix, BucketName, Bytes, Endpoint, ObjectName, Region

_ROLLS = "the frontends' and history's pods restart"
_PLACE = changing("refused", "the server never changes where a namespace's archive is")
_READ = changing("rolling", f"{_ROLLS}; what is archived stays", source="common/config/archival.go")
_PAUSED = changing("nothing", "dynamic config; the server reads it again within 10 s", source="dynamicconfig/*.go")
_CALLED = changing("rolling", _ROLLS)
_RIGHTS = changing("nothing", "roles get other rights")
_BUCKET_RULES = changing("nothing", "the bucket's own rules change in place")
_VOLUME = "the StatefulSet is made anew; a volume that is there keeps its size and what is archived"


class _Archival(Model):
    """What every place takes."""

    reads: Annotated[bool, _READ] = True
    """Whether archived executions can be listed and their histories shown."""
    paused: Annotated[bool, _PAUSED] = False
    """Archive nothing for now, in any namespace, from a minute after the change. Executions that end meanwhile wait
    until it goes on, and are not deleted; what is archived can be read."""


class Credentials(Model):
    """A key pair of the store. Its pods take a changed one when they restart."""

    access_key: SecretKey
    """Public half of the key pair, AWS_ACCESS_KEY_ID to the server."""
    secret_key: SecretKey
    """Secret half of the key pair, AWS_SECRET_ACCESS_KEY to the server."""


class _Bucket(_Archival):
    """A bucket that exists."""

    bucket: Annotated[BucketName, _PLACE]
    """Name of a bucket that exists. Namespaces keep it for good."""
    prefix: Annotated[ArchivePrefix, _PLACE] = ""
    """Path inside it, without '/' at either end; none when left out. Namespaces keep it for good."""


class S3(_Bucket):
    """Amazon S3. The server needs s3:ListBucket on the bucket, s3:GetObject and s3:PutObject on its objects."""

    kind: Annotated[Literal["s3"], _CALLED]
    """This place's name."""
    region: Annotated[Region, _CALLED]
    """The bucket's region."""
    credentials: Credentials | None = None
    """A key pair; the identity of the pods when left out. With `temporal:aws` this stack makes their roles, without it
    they are somebody else's."""
    kms_key: Annotated[KeyArn | None, _RIGHTS] = None
    """ARN of the KMS key that encrypts the bucket by default, so that roles which this stack makes may use it; none
    when left out."""


Days = Annotated[int, Whole(1, 36500)]
StorageClass = Literal["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
STORAGE_CLASSES: Final = get_args(StorageClass)
"""In the order in which S3 lets objects go down."""
FROZEN: Final = ("GLACIER", "DEEP_ARCHIVE")
"""Storage classes whose objects are restored for hours before they can be read."""


class Transition(Model):
    """When objects of 128 KiB and more go to a cheaper storage class. Visibility records are smaller and stay."""

    days: Annotated[int, Whole(0, 36500), _BUCKET_RULES]
    """Days after they are written."""
    storage_class: Annotated[StorageClass, _BUCKET_RULES]
    """S3's storage class. INTELLIGENT_TIERING is without its archive tiers; objects in GLACIER and DEEP_ARCHIVE cannot
    be read by the server."""


class ObjectLock(Model):
    """Nobody deletes or replaces what is written from then on. It cannot be switched off, and holds versioning on."""

    mode: Annotated[Literal["GOVERNANCE", "COMPLIANCE"], _BUCKET_RULES]
    """How firmly: GOVERNANCE lets those through who have s3:BypassGovernanceRetention, COMPLIANCE nobody, the account's
    root user neither."""
    days: Annotated[Days, _BUCKET_RULES]
    """How long after it is written."""


class Replication(Model):
    """A copy of what is written from then on, in a bucket of the same account in another region."""

    bucket: Annotated[BucketArn, _BUCKET_RULES]
    """ARN of a bucket that exists, with versioning."""
    kms_key: Annotated[KeyArn, _BUCKET_RULES]
    """ARN of the KMS key there that encrypts the copies."""


class S3Bucket(OnAws, _Archival):
    """A bucket of Amazon S3 that this stack makes in `temporal:aws`: private, encrypted, versioned, with a log of who
    reads it in a second bucket, which has the same name and `-logs`. Neither is ever emptied by this program."""

    is_copied: ClassVar[bool] = True
    kind: Annotated[
        Literal["s3-bucket"], changing("replaced", "the bucket is deleted; AWS refuses one that holds data")
    ]
    """This place's name."""
    bucket: Annotated[NewBucketName, _PLACE]
    """Its name, which nobody else on AWS may have. Namespaces keep it for good."""
    prefix: Annotated[ArchivePrefix, _PLACE] = ""
    """Path inside it, without '/' at either end; none when left out. Namespaces keep it for good."""
    transitions: tuple[Transition, ...] = ()
    """Cheaper storage classes for what is old; none when left out."""
    noncurrent_days: Annotated[Days, changing("nothing", "S3 deletes by the new number", unit="days")] = 90
    """How long a deleted or replaced object can still be had back."""
    object_lock: ObjectLock | None = None
    """Hold what is archived against deletion."""
    replication: Replication | None = None
    """Copy what is archived to another region."""


class S3Compatible(_Bucket):
    """Another store that speaks S3: Ceph, MinIO and the like."""

    kind: Annotated[Literal["s3-compatible"], _CALLED]
    """This place's name."""
    endpoint: Annotated[Endpoint, _CALLED]
    """URL of the store."""
    ca: SecretKey | None = None
    """Authority of its certificate; the public authorities of the image when left out."""
    region: Annotated[Region, _CALLED] = "us-east-1"
    """What it calls its region; most take any."""
    path_style: Annotated[bool, _CALLED] = True
    """Bucket in the path instead of in the host name."""
    credentials: Credentials
    """Key pair of the store."""


class FileStore(_Archival):
    """A volume that the frontends' and history's pods share."""

    kind: Annotated[Literal["filestore"], _PLACE]
    """This place's name."""
    claim: Annotated[ObjectName, _CALLED]
    """Name of a PersistentVolumeClaim in the installation's namespace that exists and allows ReadWriteMany. Another one
    must hold what the one before holds."""
    prefix: Annotated[ArchivePrefix, _PLACE] = ""
    """Path inside it, without '/' at either end; none when left out. Namespaces keep it for good."""


class InClusterArchive(_Archival, Pods):
    """One pod of a server that speaks S3, with a volume, for development and tests: no replica, no backup."""

    kind: Annotated[Literal["in-cluster"], changing("replaced", "what is archived stays behind in the pod's volume")]
    """This place's name."""
    bucket: Annotated[BucketName, _PLACE] = "temporal-archive"
    """Name of the bucket that is made in it. Namespaces keep it for good."""
    prefix: Annotated[ArchivePrefix, _PLACE] = ""
    """Path inside it, without '/' at either end; none when left out. Namespaces keep it for good."""
    storage: Annotated[Bytes, changing("replaced", _VOLUME, unit="bytes")] = "10Gi"
    """Size of the volume."""
    storage_class: Annotated[ObjectName | None, changing("replaced", _VOLUME)] = None
    """StorageClass of the volume; `temporal:kubernetes.storageClass` when left out."""


Archival = Annotated[S3 | S3Bucket | S3Compatible | FileStore | InClusterArchive, Field(discriminator="kind")]

FILES = "/archive"
"""Where a shared volume is mounted; part of the URI that namespaces keep."""


def uri_of(archival: Archival) -> str:
    """The URI of histories and of visibility records, which lie in folders of their own below it."""
    root = f"file://{FILES}" if isinstance(archival, FileStore) else f"s3://{archival.bucket}"
    return f"{root}/{archival.prefix}" if archival.prefix else root
