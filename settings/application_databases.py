"""`temporal:applicationDatabases`: databases that the stack makes for applications, each in a PostgreSQL of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from settings.base import Model
from settings.checks import Text
from settings.facts import changing
from settings.rds.models import Aurora, Rds
from settings.rds.offers import reserved_names
from settings.scalars import DnsLabel, Rotation
from settings.volumes import SecretFiles
from settings.workloads import Workload

if TYPE_CHECKING:
    from settings.model import Settings

_ANEW: Final = changing("replaced", "another database is made, the data stays behind in the old one; said in a warning")
_URL: Final = changing("rolling", "workloads with a variable or a volume of its Secret restart")
_FOLDER: Final = "/etc/databases"
_TEMPORALS: Final = "temporal"
AUTHORITY: Final = "ca.crt"
"""The key with the authorities of the server's certificate."""

_QUERIES: Final = {
    "postgresql": "sslmode=verify-full&sslrootcert={authority}",
    "postgresql+psycopg": "sslmode=verify-full&sslrootcert={authority}",
    "postgresql+psycopg2": "sslmode=verify-full&sslrootcert={authority}",
    "postgresql+asyncpg": "ssl=verify-full",
}
"""What a URL says of TLS, by its scheme: SQLAlchemy hands its words to the driver, and each driver has its own. asyncpg
takes the authorities from PGSSLROOTCERT."""

DatabaseName = Annotated[
    str,
    Text(
        r"(?!.*--)[a-z]([-a-z0-9]{0,18}[a-z0-9])?",
        "1 to 20 of a-z, 0-9 and '-', beginning with a letter, not ending with '-', no two '-' together (20, so that "
        "names built from it stay within RDS' 63)",
        ("mudda-ai",),
    ),
]
PostgresDatabase = Annotated[
    str,
    Text(
        r"(?!pg_|rds|template[01]$)[a-z][a-z0-9_]{0,62}",
        "1 to 63 of a-z, 0-9 and '_', beginning with a letter, but not with pg_ or rds, and no name that PostgreSQL or "
        "RDS keeps for itself, such as admin, postgres, template1, user",
        ("mudda_ai",),
        reserved=tuple(name for name in reserved_names() if name != _TEMPORALS),
    ),
]
SchemaName = Annotated[
    str,
    Text(
        r"(?!pg_)[a-z][a-z0-9_]{0,62}",
        "the name of a schema besides public: 1 to 63 of a-z, 0-9 and '_', beginning with a letter, but not with pg_",
        ("workflow",),
        reserved=("public", "information_schema"),
    ),
]
Authorities = Annotated[
    str,
    Text(
        r"(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]{64,}-----END CERTIFICATE-----\n*)+",
        "certificates as PEM: text of lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----",
    ),
]


class ApplicationDatabase(Model):
    """A database of an application's own, with one user, who owns the schemas in it and is nothing elsewhere. The
    application finds it by the Secret `database-<name>` of its Kubernetes namespace."""

    name: Annotated[DatabaseName, _ANEW]
    """Its name in this file, and in the Secret's."""
    application: Annotated[DnsLabel, changing("replaced", "the Secret moves to the other namespace")]
    """Whose it is: one of `temporal:applications`, by its Kubernetes namespace, which gets the Secret."""
    database: Annotated[PostgresDatabase, changing("refused", "data would stay behind in the old database")]
    """Name of the database in PostgreSQL, and of its user."""
    schemas: Annotated[
        tuple[SchemaName, ...], changing("nothing", "the job makes new ones; one that leaves the file stays")
    ] = ()
    """Schemas besides `public`. The user owns all of them, and may make more."""
    url_scheme: Annotated[
        Literal["postgresql", "postgresql+asyncpg", "postgresql+psycopg", "postgresql+psycopg2"], _URL
    ] = "postgresql"
    """How the URLs of the Secret begin: PostgreSQL's own, or one of SQLAlchemy's, with the driver's words for TLS."""
    password_rotation: Annotated[Rotation, _URL] = 0
    """A higher number makes a new password of the user in one `up`. Open connections stay; programs that still have the
    old one are refused new ones until they restart."""
    authorities: Annotated[Authorities | None, _URL] = None
    """Authorities of the server's certificate instead of those of this program, which knows most regions, PEM."""
    server: Annotated[Rds | Aurora, Field(discriminator="kind")]
    """The PostgreSQL that holds it, and nothing else."""

    @property
    def secret(self) -> str:
        """The Secret in the application's namespace."""
        return f"database-{self.name}"

    @property
    def folder(self) -> str:
        """Where workloads find the authorities, as the file ca.crt."""
        return f"{_FOLDER}/{self.name}"

    @property
    def readers(self) -> tuple[str, ...]:
        """What can be read besides the one that writes, by name."""
        server = self.server
        if isinstance(server, Aurora):
            return ("readers",) if server.capacity.instances > 1 else ()
        return ("standbys",) if server.is_cluster else tuple(replica.name for replica in server.read_replicas)

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Every key of the Secret."""
        of_readers = (f"{reader}.{key}" for reader in self.readers for key in ("host", "url"))
        return ("url", "host", "port", "database", "user", "password", AUTHORITY, *of_readers)

    def url(self, password: str, host: str) -> str:
        """A URL with what stands for password and host. Nothing in one needs quoting."""
        query = _QUERIES[self.url_scheme].format(authority=f"{self.folder}/{AUTHORITY}")
        place = f"{host}:{self.server.port}/{self.database}"
        return f"{self.url_scheme}://{self.database}:{password}@{place}?{query}"


def databases_of(workload: Workload, settings: "Settings") -> Iterator[ApplicationDatabase]:
    """The databases whose Secret a workload refers to."""
    named = {reference.secret for reference in workload.secret_environment.values()}
    named |= {volume.secret for volume in workload.volumes if isinstance(volume, SecretFiles)}
    for database in settings.application_databases:
        if database.application == workload.application and database.secret in named:
            yield database


def made_secrets(settings: "Settings") -> dict[tuple[str, str], ApplicationDatabase]:
    """The Secrets of applications' databases, by namespace and name: nobody else has to make them."""
    return {(database.application, database.secret): database for database in settings.application_databases}
