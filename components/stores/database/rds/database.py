"""What a database in RDS has on AWS."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.aws.account import AwsAccount
from components.stores.database.rds.aurora import aurora
from components.stores.database.rds.cluster import multi_az_cluster
from components.stores.database.rds.instance import instance
from components.stores.database.rds.place import Place
from components.stores.database.rds.secrets import login_secrets
from components.stores.database.rds.server import RdsServer
from settings.rds.models import Aurora, KeptPassword, Rds


@dataclass(frozen=True, kw_only=True)
class RdsDatabaseArgs:
    """Which database, and where."""

    identifier: str
    """Its name in RDS."""
    settings: Rds | Aurora
    """Its part of the stack file."""
    account: AwsAccount
    """Where it is made."""
    logins: Mapping[str, str]
    """Roles with a login, each with what its secret is called by."""
    rotation: int
    """Which passwords these are; with another number there are other secrets."""
    of: str
    """Whose logins these are, in a few words."""


class RdsDatabase(pulumi.ComponentResource):
    """A database of RDS with what it stands in, and secrets for the logins of its roles."""

    identifier: str
    """Its name in RDS."""
    server: RdsServer
    """The database."""
    master: pulumi.Input[str]
    """The secret with the master user's login, as Secrets Manager knows it."""
    logins: Mapping[str, str]
    """Names of the secrets with the logins, by role."""
    secrets: list[pulumi.Resource]
    """What must exist before they are written to."""

    def __init__(self, name: str, args: RdsDatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: subnet group, security group with its rule, parameter group, log groups, monitoring role, the
        database with its instances or replicas, a secret for each role."""
        super().__init__("temporal:database:RdsDatabase", name, None, opts)
        settings = args.settings
        place = Place(
            account=args.account,
            settings=settings,
            identifier=args.identifier,
            parent=self,
        )
        if isinstance(settings, Aurora):
            self.server = aurora(name, place, settings)
        elif settings.is_cluster:
            self.server = multi_az_cluster(name, place, settings)
        else:
            self.server = instance(name, place, settings)
        kept = settings.master_password
        self.master = kept.secret if isinstance(kept, KeptPassword) else self.server.managed_secret
        self.identifier = args.identifier
        self.logins, self.secrets = login_secrets(name, place, args.logins, rotation=args.rotation, of=args.of)
        self.register_outputs({})
