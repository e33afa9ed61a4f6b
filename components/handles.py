"""What one part of the platform hands to another: plain values, outputs, references to secrets; no secret text."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class SecretKey:
    """One key of a Kubernetes Secret in the installation's namespace."""

    secret: pulumi.Input[str]
    """Name of the Secret."""
    key: str
    """Key inside it."""


@dataclass(frozen=True, kw_only=True)
class SqlStore:
    """One PostgreSQL database as the server and its schema job see it."""

    host: str
    """DNS name; it must be a name in the database's certificate."""
    port: int
    """TCP port."""
    database: str
    """Database name; fixed once data is in it."""
    user: str
    """The server's user: reads and writes rows, changes no schema."""
    password: SecretKey
    """Password of `user`."""
    owner: str
    """Owner of the database: runs schema jobs."""
    owner_password: SecretKey
    """Password of `owner`."""
    ca: SecretKey
    """Certificate authority of the database's certificate, PEM."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""


@dataclass(frozen=True, kw_only=True)
class ServerCertificates:
    """Names of the Secrets with TLS material in the installation's namespace, and how often to re-read them.

    Secrets with a leaf hold `tls.crt`, `tls.key` and `ca.crt`, the authority that the *other* side is checked against.
    """

    internode: pulumi.Input[str]
    """Leaf and authority between the server's own services."""
    internode_name: str
    """Name in the internode leaf that services expect of each other."""
    frontend: pulumi.Input[str]
    """The frontend's serving leaf; `ca.crt` is its own authority."""
    frontend_name: str
    """Name in the frontend's leaf that clients expect."""
    frontend_ca: pulumi.Input[str]
    """Only `ca.crt`: the authority of the frontend's leaf."""
    client_ca: pulumi.Input[str]
    """Only `ca.crt`: the authority of client certificates that the frontend accepts."""
    refresh: str
    """Go duration between two looks at the mounted files."""


@dataclass(frozen=True, kw_only=True)
class ClientCertificate:
    """What one client presents, as outputs; the key is secret."""

    certificate: pulumi.Output[str]
    """Leaf, PEM."""
    key: pulumi.Output[str]
    """Private key, PEM."""
    server_ca: pulumi.Output[str]
    """Authority of the frontend's certificate, PEM."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where clients find Temporal, whichever backend runs it."""

    address: str
    """host:port inside the cluster."""
    external_address: pulumi.Output[str] | None
    """host:port from outside, when there is a way in."""
    server_name: str
    """Name in the served certificate that clients must expect."""
    namespaces: Sequence[str]
    """Temporal namespaces."""
