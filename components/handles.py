"""What one part of the platform hands to another: plain values, outputs, references to secrets; no secret text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pulumi

from components.aws.policies import Grant
from components.aws.watched import Watched
from settings.references import SecretKey as Reference
from settings.tenants import Application


@dataclass(frozen=True, kw_only=True)
class SecretKey:
    """One key of a Kubernetes Secret in the installation's namespace."""

    secret: pulumi.Input[str]
    """Name of the Secret; as an output, what uses it comes after it."""
    key: str
    """Key inside it."""


def key_of(reference: Reference) -> SecretKey:
    """What the stack file names."""
    return SecretKey(secret=reference.secret, key=reference.key)


@dataclass(frozen=True, kw_only=True)
class SqlTls:
    """TLS to a database."""

    enabled: bool
    """Whether connections are encrypted."""
    verified: bool
    """Whether certificate and host name are checked."""
    ca: SecretKey | None
    """Authority of the database's certificate, PEM; the image's public authorities when None."""


@dataclass(frozen=True, kw_only=True)
class SqlStore:
    """One PostgreSQL database as the server and its schema job see it."""

    host: pulumi.Input[str]
    """DNS name; it must be a name in the database's certificate. An output where the name comes from AWS."""
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
    tls: SqlTls
    """How connections are protected."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""


@dataclass(frozen=True, kw_only=True)
class SqlStores:
    """The databases of an installation, on one server."""

    default: SqlStore
    """Executions, tasks, namespaces."""
    visibility: SqlStore | None
    """What is searched, if anything is searched there."""


@dataclass(frozen=True, kw_only=True)
class SqlMonitor:
    """Who reads the figures of a PostgreSQL server, and no row."""

    host: pulumi.Input[str]
    """DNS name, as of `SqlStore`."""
    port: int
    """TCP port."""
    database: str
    """Where it signs in; figures of tables are of this database."""
    user: str
    """Its role, a member of pg_monitor."""
    password: SecretKey
    """Password of `user`, which is read when a program starts."""
    rotation: int
    """Another number is another password."""
    tls: SqlTls
    """How connections are protected."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""


@dataclass(frozen=True, kw_only=True)
class SearchUser:
    """A user of a search store."""

    name: str
    """Its name."""
    password: SecretKey
    """Its password."""


@dataclass(frozen=True, kw_only=True)
class SearchLogin:
    """Who the server and its schema job are to a search store."""

    user: SearchUser
    """The server's: reads and writes the index, adds to its mapping."""
    owner: SearchUser
    """The schema job's: makes the template and the index."""


@dataclass(frozen=True, kw_only=True)
class SigningRegion:
    """Requests are signed with the identity of the pods."""

    region: str
    """Region of the domain."""


@dataclass(frozen=True, kw_only=True)
class SearchStore:
    """An index of an OpenSearch or Elasticsearch, as the server and its schema job see it."""

    url: pulumi.Input[str]
    """Where it answers: text, unless that is known only once the store is made."""
    place: str
    """The same in a word that is known beforehand."""
    index: str
    """The installation's own index."""
    version: str
    """`v7` or `v8`, as the server calls them."""
    authentication: SearchLogin | SigningRegion | None
    """How requests show who they are from; None where nobody asks."""
    ca: SecretKey | None
    """Authority of its certificate; the public authorities of the image when None."""
    cluster_settings: bool
    """Whether the schema job may change settings of the whole cluster."""
    watched: Sequence[Watched]
    """What CloudWatch is to watch of it."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""


@dataclass(frozen=True, kw_only=True)
class SearchMonitor:
    """Who reads the figures of a search store, and no document."""

    url: pulumi.Input[str]
    """Where it answers, as of `SearchStore`."""
    user: SearchUser
    """Its user, who may ask how the nodes are. The password is read when a program starts."""
    ca: SecretKey | None
    """Authority of the store's certificate; the public authorities of the image when None."""
    trust: str
    """Whose authority that is, if the stack makes it. With another text the exporter restarts: it reads the authority
    only when it starts."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Where the server keeps what it knows."""

    default: SqlStore
    """Executions, tasks, namespaces."""
    visibility: SqlStore | SearchStore
    """What is searched."""
    secondary: SearchStore | None
    """What a move goes to."""


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Credentials of a store that speaks S3."""

    access_key: SecretKey
    """AWS_ACCESS_KEY_ID."""
    secret_key: SecretKey
    """AWS_SECRET_ACCESS_KEY."""


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A store that speaks S3."""

    region: str
    """The bucket's region."""
    endpoint: str | None
    """URL of the store; Amazon's when None."""
    path_style: bool
    """Bucket in the path instead of in the host name."""
    credentials: KeyPair | None
    """The pods' own identity when None."""
    ca: SecretKey | None
    """Authority of the store's certificate; the image's public authorities when None."""


@dataclass(frozen=True, kw_only=True)
class SharedVolume:
    """A volume of many writers."""

    claim: str
    """Name of its PersistentVolumeClaim."""
    path: str
    """Where it is mounted."""


@dataclass(frozen=True, kw_only=True)
class ArchiveStore:
    """Where histories are archived."""

    uri: str
    """Of histories and visibility records; namespaces keep it for good."""
    reads: bool
    """Whether archived executions can be read."""
    paused: bool
    """Whether nothing is archived for now."""
    place: Bucket | SharedVolume
    """What is behind the URI."""
    grants: Sequence[Grant]
    """What pods must be allowed on AWS to use it; nothing where they have a key pair, or roles of somebody else's."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first request."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the pods of one workload are on AWS."""

    annotations: Mapping[str, str]
    """Of their ServiceAccount."""
    words: str
    """Who that is. Pods get it when they start: with other words they restart."""
    ready: Sequence[pulumi.Resource]
    """What must exist before they start."""


@dataclass(frozen=True, kw_only=True)
class MetricsStore:
    """A workspace of Amazon Managed Service for Prometheus."""

    arn: pulumi.Input[str]
    """Its ARN."""
    url: pulumi.Input[str]
    """Where it is asked, without '/' at the end; requests are signed for `aps` in `region`."""
    region: str
    """Region of it."""
    topic: str
    """ARN of the topic of the stack's own that it tells; empty without one."""


@dataclass(frozen=True, kw_only=True)
class JobIdentity:
    """Who a job is on AWS."""

    account: pulumi.Input[str]
    """Name of its ServiceAccount."""
    ready: Sequence[pulumi.Resource]
    """What must exist before it starts."""


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
    """The frontend's serving leaf."""
    frontend_name: str
    """Name in the frontend's leaf that clients expect."""
    frontend_ca: SecretKey
    """The authority of the frontend's leaf."""
    client_ca: SecretKey
    """The authority of client certificates that the frontend accepts."""
    refresh: str
    """Go duration between two looks at the mounted files."""
    trust: str
    """Whose authorities these are. Pods look at authorities only when they start: with another text they restart."""


@dataclass(frozen=True, kw_only=True)
class ClientSecret:
    """A Secret with what an application shows: tls.crt, tls.key, and ca.crt, the frontend's authority, unless that is a
    public one; or an API key."""

    name: str
    """Its name."""
    certificate: pulumi.Input[str]
    """What changes with the certificate or the key, as far as the stack makes it; clients read theirs once."""


@dataclass(frozen=True, kw_only=True)
class StoreCertificates:
    """TLS of an in-cluster store."""

    serving: pulumi.Input[str]
    """Secret with the serving leaf."""
    authority: SecretKey
    """Authority of that leaf."""
    subject: str
    """Distinguished name of the leaf, by which the nodes of one store know each other."""
    trust: str
    """Whose authority it is. With another text the store restarts instead of re-reading its leaf: the jobs that
    follow check it against the new authority, and must not wait for the kubelet."""


class Certificates(Protocol):
    """Every certificate of an installation, whoever issues it."""

    @property
    def server(self) -> ServerCertificates:
        """For the server's pods."""

    @property
    def ui(self) -> pulumi.Input[str] | None:
        """Secret with the Web UI's serving leaf; None without a UI."""

    @property
    def database(self) -> StoreCertificates | None:
        """For an in-cluster database; None with another one."""

    @property
    def search(self) -> StoreCertificates | None:
        """For an in-cluster OpenSearch; None without one."""

    @property
    def archive(self) -> StoreCertificates | None:
        """For an in-cluster archive; None with another one."""

    @property
    def monitoring(self) -> StoreCertificates | None:
        """For a bundled monitoring, whose parts are clients of each other with the same leaf; None without one."""

    @property
    def operator_secret(self) -> str:
        """Name of the Secret in the installation's namespace with the client certificate for people."""

    def own_client(self, who: str) -> pulumi.Input[str]:
        """Secret in the installation's namespace with the client certificate of one of its own parts."""

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """Makes what is needed for an application's client certificate in its own Kubernetes namespace; returns the
        Secret there."""


class ClientIssuer(Protocol):
    """Who makes what applications show."""

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """Makes what an application needs in its own Kubernetes namespace; returns the Secret there."""


@dataclass(frozen=True, kw_only=True)
class ClientCredentials:
    """What applications show."""

    issuer: ClientIssuer
    """Who makes it."""
    files: Mapping[str, str]
    """Keys of its Secrets by the variables of Temporal's environment configuration that name the files."""
    trust: str
    """Whose authority they check Temporal against. Programs look at it only when they start."""
    has_profile: bool = False
    """Whether the Secrets hold a whole profile, because part of it is secret."""


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


@dataclass(frozen=True, kw_only=True)
class UsedDatabase:
    """A database of an application, as its workloads get it."""

    name: str
    """Its name in the stack file."""
    secret: pulumi.Input[str]
    """Secret of the application's namespace with the login and the authorities."""
    authority: str
    """Its key with the authorities of the server's certificate."""
    folder: str
    """Where the URLs expect that key as a file."""
    words: Sequence[pulumi.Input[str]]
    """What a program reads when it starts: with other words its pods restart."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""


@dataclass(frozen=True, kw_only=True)
class ApplicationConnection:
    """What the pods of an application connect with, whichever backend runs Temporal."""

    namespace: str
    """The Kubernetes namespace of the application."""
    temporal_namespace: str
    """Its Temporal namespace."""
    address: str
    """host:port of Temporal inside the cluster."""
    server_name: str
    """Name in the served certificate that clients must expect."""
    config_map: str
    """ConfigMap with the variables of Temporal's environment configuration."""
    secret: str
    """Secret with what its pods show, and check Temporal against."""
    secret_keys: Mapping[str, str]
    """Keys of the Secret, by what they are to KEDA: cert, key and ca, or apiKey."""
    mount: str
    """Where the variables expect the Secret's keys as files."""
    words: Sequence[pulumi.Input[str]]
    """What a program reads when it starts: with other words its pods restart."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first connection."""
    goes_with: pulumi.Resource | None
    """The Kubernetes namespace, if it is the stack's: what is in it goes with it."""
