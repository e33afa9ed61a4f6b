"""`temporal:database` of kind `cloudnative-pg`: a cluster of the CloudNativePG operator.

Source: cloudnative-pg 1.30, docs and CustomResourceDefinitions; plugin-barman-cloud 0.15.
"""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.checks import Text
from settings.facts import changing
from settings.operated import BEHIND, Operated, by_operator
from settings.references import SecretKey
from settings.scalars import Endpoint, ObjectName, Rotation

_FIELD = r"[0-9*][-0-9*,/]{0,30}"
SixFields = Annotated[
    str,
    Text(
        rf"{_FIELD}( {_FIELD}){{5}}",
        "six fields of cron, the first for seconds, such as '0 30 2 * * *'",
        ("0 30 2 * * *",),
    ),
]
Window = Annotated[
    str, Text(r"[1-9][0-9]{0,3}[dwm]", "a number of days, weeks or months as 30d, 4w or 1m", ("30d", "4w", "1m"))
]
ImageName = Annotated[
    str,
    Text(
        r"[a-z0-9][-.:a-z0-9]*(/[a-z0-9._-]+)+:(15|16|17)([-._][-A-Za-z0-9_.]{0,100})?(@sha256:[0-9a-f]{64})?",
        "an image with registry and tag, the tag beginning with the major version, perhaps with a digest",
        ("ghcr.io/cloudnative-pg/postgresql:17.6-standard-trixie",),
    ),
]
S3Path = Annotated[
    str,
    Text(
        r"s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](/[-_.A-Za-z0-9]+)*",
        "s3://, a bucket and perhaps a path, without '/' at the end",
        ("s3://temporal-backup/postgres",),
    ),
]


class BackupKeys(Model):
    """The key pair of an S3 store."""

    access_key: SecretKey
    """AWS_ACCESS_KEY_ID."""
    secret_key: SecretKey
    """AWS_SECRET_ACCESS_KEY."""


class NewObjectStore(Model):
    """An ObjectStore that this stack makes."""

    kind: Annotated[Literal["s3"], by_operator("backups go to the other place")]
    """This store's name."""
    path: Annotated[S3Path, by_operator("backups go to the other place; those there stay")]
    """Where backups and WAL go. No other cluster may write there."""
    endpoint: Annotated[Endpoint | None, by_operator("backups go to the other place")] = None
    """URL of the store; Amazon's when left out."""
    ca: SecretKey | None = None
    """Authority of the store's certificate; public authorities when left out."""
    credentials: BackupKeys | None = None
    """Its key pair; when left out the role that AWS gives to ServiceAccount temporal-postgres."""
    retention: Annotated[Window, by_operator("older backups are deleted by it")] = "30d"
    """How far back a restore to a point in time can go."""


class NamedObjectStore(Model):
    """An ObjectStore that is there, in the installation's namespace, with its own retention."""

    kind: Annotated[Literal["object-store"], by_operator("backups go to the other place")]
    """This store's name."""
    name: Annotated[ObjectName, by_operator("backups go to the other place; those there stay")]
    """Its name. No other cluster may use it under the same server name."""


BackupStore = Annotated[NewObjectStore | NamedObjectStore, Field(discriminator="kind")]


class ClusterBackup(Model):
    """Base backups and every piece of WAL in an object store, by the Barman Cloud plugin, which must be installed. The
    operator's own way to object stores is deprecated since 1.26 and not offered."""

    store: BackupStore
    """Where they go."""
    schedule: Annotated[SixFields, by_operator("the next backup follows it")] = "0 30 2 * * *"
    """When base backups are taken, in UTC; the first one at once."""


class CloudNativePg(Operated):
    """A `Cluster` of CloudNativePG (1.26 or later), whose operator must be there. Superusers have no password and come
    in by no network. The operator makes certificates, by an authority of the cluster's own, and renews them."""

    kind: Annotated[Literal["cloudnative-pg"], changing("replaced", BEHIND)]
    """This database's name."""
    image: Annotated[ImageName | None, by_operator("the operator restarts PostgreSQL, replicas first")] = None
    """PostgreSQL's image, of `version`; ghcr.io/cloudnative-pg/postgresql:<version>-standard-trixie when left out. A
    mirror or a digest is named here, for temporal:images is about other registries."""
    backup: ClusterBackup | None = None
    """Backups; none when left out, which production refuses."""
    password_rotation: Annotated[
        Rotation, changing("nothing", "the passwords are made anew; the next new connections use them")
    ] = 0
    """Any other number makes new passwords of both users and both owners in one `up`. Open connections stay. Until the
    kubelet has renewed a pod's files, a minute or so, its new connections are refused and tried again: choose a quiet
    moment."""
