"""What Temporal's database in RDS has in the cluster: passwords, authorities, and the job that makes its databases and
roles. The roles job sets the passwords that it finds; a rotation is other secrets, with its number in their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SecretKey, SqlStore, SqlStores, SqlTls, key_of
from components.kubernetes import Installation
from components.stores.database.rds.database import RdsDatabase
from components.stores.database.rds.logins import VERSION, Logins, origin
from components.stores.database.roles import DATABASES, OWNERS, USERS, RolesArgs, roles_job
from settings.aws import ExternalSecrets
from settings.rds.authorities import authorities_of
from settings.rds.models import Aurora, Rds

_COMPONENT: Final = "database"
_PASSWORDS: Final = "temporal-database-passwords"


@dataclass(frozen=True, kw_only=True)
class RdsAccessArgs:
    """The database and who uses it."""

    installation: Installation
    """Whose it is."""
    settings: Rds | Aurora
    """Its part of the stack file."""
    region: str
    """Where it is."""
    operator: ExternalSecrets
    """How passwords come into the cluster."""
    database: RdsDatabase
    """What there is of it on AWS."""


class RdsAccess(pulumi.ComponentResource):
    """Objects of External Secrets, authorities, and the roles job."""

    stores: SqlStores
    """The two databases."""

    def __init__(self, name: str, args: RdsAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: generator, PushSecret, ExternalSecrets, authorities, roles job."""
        super().__init__("temporal:database:RdsAccess", name, None, opts)
        self._name = name
        self._args = args
        settings, database = args.settings, args.database
        rotation = f"-{settings.password_rotation}"
        logins = Logins(
            name=name,
            installation=args.installation,
            store=args.operator.store,
            opts=pulumi.ResourceOptions(parent=self),
        )
        pushed = [logins.made(_PASSWORDS, f"{_PASSWORDS}{rotation}", database.logins, database.secrets)]
        every = logins.brought("roles", f"temporal-database-roles{rotation}", self._of((*OWNERS, *USERS)), pushed)
        master = logins.brought(
            "master",
            f"temporal-database-master-{origin(database.identifier, settings)}",
            {settings.master_user: database.master},
        )
        users = logins.brought("users", "temporal-database-users", self._of(USERS), pushed)
        owners = logins.brought("owners", "temporal-database-owners", self._of(OWNERS), pushed)
        authority = self._authority()
        roles = roles_job(
            f"{name}-roles",
            RolesArgs(
                installation=args.installation,
                version=VERSION,
                host=database.server.host,
                port=settings.port,
                user=settings.master_user,
                authority=authority,
                secrets=[master, every],
                rotation=settings.password_rotation,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=list(database.server.ready)),
        )
        stores = {
            store: SqlStore(
                host=database.server.host,
                port=settings.port,
                database=of_store,
                user=user,
                password=SecretKey(secret=users, key=user),
                owner=owner,
                owner_password=SecretKey(secret=owners, key=owner),
                tls=SqlTls(enabled=True, verified=True, ca=authority),
                ready=[roles],
            )
            for store, (of_store, owner, user) in DATABASES.items()
        }
        self.stores = SqlStores(default=stores["default"], visibility=stores["visibility"])
        self.register_outputs({})

    def _of(self, roles: Iterable[str]) -> dict[str, pulumi.Input[str]]:
        return {role: self._args.database.logins[role] for role in sorted(roles)}

    def _authority(self) -> SecretKey:
        """The authorities of the region, or those that the stack file names. Nothing of them is secret; pods mount
        authorities from Secrets, whoever made them."""
        args = self._args
        if args.settings.ca:
            return key_of(args.settings.ca)
        secret = k8s.core.v1.Secret(
            f"{self._name}-ca",
            metadata=args.installation.metadata("temporal-database-ca", _COMPONENT, VERSION),
            string_data={"ca.crt": authorities_of(args.region)},
            opts=pulumi.ResourceOptions(parent=self),
        )
        return SecretKey(secret=secret.metadata.name, key="ca.crt")
