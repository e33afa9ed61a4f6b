"""A database of an application: a PostgreSQL in RDS, the job that makes the database in it, and the Secret by which the
application finds it.

The application's password is made, kept and brought into the cluster as those of Temporal's own database are
(components/stores/database/rds/logins.py). The Secret is brought before the job sets the password in it: what starts
then is refused for some seconds, instead of for as long as a pod keeps what was there before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.application_databases.roles import DatabaseJobArgs, database_job
from components.aws.account import AwsAccount
from components.handles import ApplicationConnection, UsedDatabase
from components.inside import Inside
from components.kubernetes import Installation
from components.later import later
from components.stores.database.rds.database import RdsDatabase, RdsDatabaseArgs
from components.stores.database.rds.logins import VERSION, WAITED, Logins, origin
from contract import ApplicationDatabaseReference
from settings.application_databases import AUTHORITY
from settings.application_databases import ApplicationDatabase as Said
from settings.aws import ExternalSecrets
from settings.rds.authorities import authorities_of
from settings.rds.facts import identifier_of

_COMPONENT: Final = "application-database"
_PASSWORD: Final = "{{ .password }}"  # noqa: S105
"""A template of External Secrets. Letters and digits need no quoting in a URL."""


@dataclass(frozen=True, kw_only=True)
class ApplicationDatabaseArgs:
    """Which database, and whose."""

    installation: Installation
    """Where the job runs."""
    namespace: k8s.core.v1.Namespace | None
    """The installation's namespace, if it is the stack's."""
    said: Said
    """From the stack file."""
    account: AwsAccount
    """Where it is made."""
    operator: ExternalSecrets
    """How passwords come into the cluster."""
    connection: ApplicationConnection
    """The application's, in whose namespace the Secret is."""
    facts: Mapping[str, str]
    """What the next preview is held against."""


class ApplicationDatabase(pulumi.ComponentResource):
    """Everything of one entry of `temporal:applicationDatabases`."""

    made: RdsDatabase
    """What there is of it on AWS."""
    used: UsedDatabase
    """What workloads get of it."""
    reference: ApplicationDatabaseReference
    """What the stack outputs say of it."""

    def __init__(self, name: str, args: ApplicationDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the database in RDS; generator, PushSecret, ExternalSecrets; the Secret's ExternalSecret in the
        application's namespace; the job."""
        super().__init__("temporal:database:ApplicationDatabase", name, None, opts)
        said, connection = args.said, args.connection
        inside = Inside(parent=self, namespace=args.namespace)
        identifier = identifier_of(args.installation.name, said.server, said.name)
        self.made = RdsDatabase(
            f"{name}-server",
            RdsDatabaseArgs(
                identifier=identifier,
                settings=said.server,
                account=args.account,
                logins={said.database: f"database-application-{said.name}"},
                rotation=said.password_rotation,
                of=f"database {identifier}",
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self._authorities = said.authorities or authorities_of(args.account.settings.region)
        logins = Logins(name=name, installation=args.installation, store=args.operator.store, opts=inside())
        called = f"temporal-application-{said.name}"
        generated, login = f"{called}-passwords", self.made.logins[said.database]
        pushed = [logins.made(generated, f"{generated}-{said.password_rotation}", self.made.logins, self.made.secrets)]
        user = logins.brought("user", f"{called}-user-{said.password_rotation}", {said.database: login}, pushed)
        master = logins.brought(
            "master",
            f"{called}-master-{origin(identifier, said.server)}",
            {said.server.master_user: self.made.master},
        )
        secret = logins.brought(
            "secret",
            said.secret,
            {"password": login},
            pushed,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=said.secret,
                namespace=connection.namespace,
                labels=args.installation.labels(_COMPONENT, VERSION),
                annotations=WAITED,
            ),
            template=self._template(said),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=list(connection.ready), deleted_with=connection.goes_with
            ),
        )
        database_job(
            f"{name}-job",
            DatabaseJobArgs(
                installation=args.installation,
                database=said,
                host=self.made.server.host,
                authorities=self._authorities,
                secrets=[master, user],
            ),
            inside(*self.made.server.ready),
        )
        self.used = UsedDatabase(
            name=said.name,
            secret=secret,
            authority=AUTHORITY,
            folder=said.folder,
            words=[said.url(str(said.password_rotation), identifier), self._authorities],
            ready=[self],
        )
        self.reference = ApplicationDatabaseReference(
            kubernetes_namespace=connection.namespace,
            secret=said.secret,
            host=later(self.made.server.host),
            port=said.server.port,
            database=said.database,
            readers=later(dict(self.made.server.readers)),
            immutable=args.facts,
        )
        self.register_outputs({})

    def _template(self, said: Said) -> dict[str, pulumi.Input[str]]:
        """The Secret's keys. The URLs of readers are as the first one."""
        server = self.made.server
        found: dict[str, pulumi.Input[str]] = {
            "url": server.host.apply(lambda host: said.url(_PASSWORD, host)),
            "host": server.host,
            "port": str(said.server.port),
            "database": said.database,
            "user": said.database,
            "password": _PASSWORD,
            AUTHORITY: self._authorities,
        }
        for reader, host in server.readers.items():
            found[f"{reader}.host"] = host
            found[f"{reader}.url"] = host.apply(lambda host: said.url(_PASSWORD, host))
        return found
