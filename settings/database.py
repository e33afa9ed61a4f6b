"""`temporal:database`: where executions and visibility are stored."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Model
from settings.cloudnative_pg import CloudNativePg
from settings.facts import changing
from settings.pods import Pods
from settings.postgres_parameters import ParameterName, ParameterValue
from settings.queries import BUDGET, Queries
from settings.rds.models import Aurora, Rds
from settings.references import SecretKey
from settings.scalars import Bytes, Connections, Host, ObjectName, Port, PostgresName, Rotation
from settings.zalando import Zalando

_RECONNECT = "the server's pods restart with the new address"
_USER = changing("rolling", "the server's pods restart with the new user")
_NAME = changing("refused", "data would stay behind in the old database")


class InCluster(Pods):
    """One PostgreSQL pod with a volume, for development and tests: no replica, no backup."""

    kind: Annotated[Literal["in-cluster"], changing("replaced", "the data stays behind in the old database")]
    """This database's name."""
    storage: Annotated[Bytes, changing("replaced", "the StatefulSet is made anew and its data lost", unit="bytes")] = (
        "10Gi"
    )
    """Size of the volume."""
    storage_class: Annotated[
        ObjectName | None, changing("replaced", "the StatefulSet is made anew and its data lost")
    ] = None
    """StorageClass of the volume; `temporal:kubernetes.storageClass` when left out."""
    max_connections: Annotated[
        Connections,
        changing("rolling", "PostgreSQL restarts", unit="connections", source="PostgreSQL: max_connections"),
    ] = 200
    """PostgreSQL's max_connections. Must hold every pod's pools, one roll-out's extra pods and the jobs. Its memory
    follows from them unless `resources.limits.memory` says more."""
    parameters: Annotated[dict[ParameterName, ParameterValue], changing("rolling", "PostgreSQL restarts")] = {}
    """Further parameters of PostgreSQL, for tuning. shared_buffers is a quarter of the memory limit. What those of
    memory may take above their defaults is memory that it needs, too."""
    queries_per_second: Annotated[Queries | None, BUDGET] = None
    """Queries to the store of executions that all pods together may send; beyond it callers are told to try again. When
    left out, only the server's own limit for each pod holds."""
    password_rotation: Annotated[
        Rotation, changing("nothing", "the passwords are made anew; the next new connections use them")
    ] = 0
    """Any other number makes new passwords of both users and both owners in one `up`; the superuser keeps its own. Open
    connections stay. Until the kubelet has renewed a pod's files, a minute or so, its new connections are refused and
    tried again: choose a quiet moment."""


class VerifyFull(Model):
    """TLS; certificate and host name are checked."""

    kind: Annotated[Literal["verify-full"], changing("rolling", _RECONNECT)]
    """This way's name, PostgreSQL's own word for it."""
    ca: SecretKey | None = None
    """Authority of the server's certificate; the public authorities of the images when left out."""


class Require(Model):
    """TLS without any check of who answers: open to whoever sits between. Said in words, never a default."""

    kind: Annotated[Literal["require"], changing("rolling", _RECONNECT)]
    """This way's name, PostgreSQL's own word for it."""


class Disable(Model):
    """No TLS: passwords are hashed, everything else is in the clear. Said in words, never a default."""

    kind: Annotated[Literal["disable"], changing("rolling", _RECONNECT)]
    """This way's name, PostgreSQL's own word for it."""


DatabaseTls = Annotated[VerifyFull | Require | Disable, Field(discriminator="kind")]


class Role(Model):
    """A user of the database."""

    user: Annotated[PostgresName, _USER]
    """Its name."""
    password: SecretKey
    """Its password. A changed one is used for the next new connection; no pod restarts."""


class Store(Role):
    """One database and who uses it."""

    database: Annotated[PostgresName, _NAME]
    """Its name. It must exist; schema jobs fill it."""
    owner: Role | None = None
    """Who runs the schema jobs; `user` when left out, which must then be allowed to create tables."""


class Existing(Model):
    """A PostgreSQL (13 to 17) that somebody else runs: a managed service, an operator's cluster, a machine."""

    kind: Annotated[Literal["existing"], changing("rolling", "the data stays behind in the old database")]
    """This database's name."""
    host: Annotated[Host, changing("rolling", _RECONNECT)]
    """Address of the primary; it must be a name in the server's certificate."""
    port: Annotated[Port, changing("rolling", _RECONNECT)] = 5432
    """TCP port."""
    max_connections: Annotated[
        Connections, changing("nothing", "only the check of the pools follows it", unit="connections")
    ]
    """How many connections this installation may open: the server's max_connections less what others use."""
    queries_per_second: Annotated[Queries | None, BUDGET] = None
    """Queries to the store of executions that all pods together may send; beyond it callers are told to try again. When
    left out, only the server's own limit for each pod holds."""
    tls: DatabaseTls = VerifyFull(kind="verify-full")
    """How connections are protected."""
    default: Store
    """Store of executions."""
    visibility: Store | None = None
    """Store of what is searched; another database than `default`, for both keep their schema version in one table.
    Needed with `temporal:visibility.kind` postgres."""


Database = Annotated[InCluster | Existing | Rds | Aurora | CloudNativePg | Zalando, Field(discriminator="kind")]
