"""What a database in RDS has in the cluster: passwords, authorities, and the job that makes its databases and roles.

No password is in the state, in a diff or in a log. External Secrets makes one for each role and writes it into its
secret of Secrets Manager, once (`updatePolicy: IfNotExists`): whatever happens to the objects here, a password that is
there is never changed. From there they come into the cluster, and the roles job sets what it finds. A rotation is other
secrets, with its number in their names.

What is waited for must be new: an object of the operator says that it is ready also from before it was changed. So
those that the roles job waits for have names of what they were made for. Pods mount Secrets of fixed names, which
follow by themselves.

Source: external-secrets.io 2.9, ExternalSecret, PushSecret, Password, AWS Secrets Manager.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import SecretKey, SqlStore, SqlStores, SqlTls, key_of
from components.kubernetes import Installation, content_hash
from components.stores.database.rds.database import RdsDatabase
from components.stores.database.roles import DATABASES, OWNERS, USERS, RolesArgs, roles_job
from settings.aws import ExternalSecrets
from settings.rds.authorities import authorities_of
from settings.rds.facts import identifier_of
from settings.rds.models import Aurora, KeptPassword, Rds

_COMPONENT: Final = "database"
_GENERATOR: Final = ("generators.external-secrets.io/v1alpha1", "Password")
_PUSH: Final = ("external-secrets.io/v1alpha1", "PushSecret")
_EXTERNAL: Final = ("external-secrets.io/v1", "ExternalSecret")
_PASSWORDS: Final = "temporal-database-passwords"
_REFRESH: Final = "5m"
_LENGTH: Final = 32
_VERSION: Final = versions.POSTGRES.partition("-")[0]


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
        pushed = self._made(f"{_PASSWORDS}{rotation}")
        every = self._brought("roles", f"temporal-database-roles{rotation}", self._of((*OWNERS, *USERS)), pushed)
        kept = settings.master_password
        origin = content_hash(
            identifier_of(args.installation.name, settings), kept.secret if isinstance(kept, KeptPassword) else ""
        )
        master = self._brought("master", f"temporal-database-master-{origin}", {settings.master_user: database.master})
        users = self._brought("users", "temporal-database-users", self._of(USERS), pushed)
        owners = self._brought("owners", "temporal-database-owners", self._of(OWNERS), pushed)
        authority = self._authority()
        roles = roles_job(
            f"{name}-roles",
            RolesArgs(
                installation=args.installation,
                version=_VERSION,
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

    def _made(self, name: str) -> pulumi.Resource:
        """A generator, and the object that writes what it makes into every secret that has no value yet."""
        logins, store = self._args.database.logins, self._args.operator.store
        generator = self._object(
            "generator",
            _GENERATOR,
            _PASSWORDS,
            {
                "length": _LENGTH,
                "digits": _LENGTH // 4,
                "symbols": 0,
                "noUpper": False,
                "allowRepeat": True,
                "secretKeys": [*logins],
            },
        )
        return self._object(
            "push",
            _PUSH,
            name,
            {
                "refreshInterval": "0s",
                "updatePolicy": "IfNotExists",
                "deletionPolicy": "None",
                "secretStoreRefs": [{"kind": store.kind, "name": store.name}],
                "selector": {"generatorRef": {"apiVersion": _GENERATOR[0], "kind": _GENERATOR[1], "name": _PASSWORDS}},
                "template": {"data": {f"{role}.json": _login(role) for role in logins}},
                "data": [
                    {
                        "match": {"secretKey": f"{role}.json", "remoteRef": {"remoteKey": secret}},
                        "metadata": {
                            "apiVersion": "kubernetes.external-secrets.io/v1alpha1",
                            "kind": "PushSecretMetadata",
                            "spec": {"secretPushFormat": "string"},
                        },
                    }
                    for role, secret in logins.items()
                ],
            },
            after=[generator, *self._args.database.secrets],
        )

    def _brought(
        self, role: str, secret: str, sources: Mapping[str, pulumi.Input[str]], after: pulumi.Resource | None = None
    ) -> pulumi.Output[str]:
        """A Secret that follows Secrets Manager: its name, known at preview, and after it is there."""
        store = self._args.operator.store
        brought = self._object(
            role,
            _EXTERNAL,
            secret,
            {
                "refreshInterval": _REFRESH,
                "secretStoreRef": {"kind": store.kind, "name": store.name},
                "target": {"name": secret, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
                "data": [
                    {"secretKey": key, "remoteRef": {"key": source, "property": "password"}}
                    for key, source in sources.items()
                ],
            },
            after=[after] if after else [],
        )
        return brought.urn.apply(lambda _: secret)

    def _authority(self) -> SecretKey:
        """The authorities of the region, or those that the stack file names. Nothing of them is secret; pods mount
        authorities from Secrets, whoever made them."""
        args = self._args
        if args.settings.ca:
            return key_of(args.settings.ca)
        secret = k8s.core.v1.Secret(
            f"{self._name}-ca",
            metadata=args.installation.metadata("temporal-database-ca", _COMPONENT, _VERSION),
            string_data={"ca.crt": authorities_of(args.region)},
            opts=pulumi.ResourceOptions(parent=self),
        )
        return SecretKey(secret=secret.metadata.name, key="ca.crt")

    def _object(
        self,
        role: str,
        what: tuple[str, str],
        name: str,
        spec: Mapping[str, Any],
        *,
        after: Sequence[pulumi.Resource] = (),
    ) -> k8s.apiextensions.CustomResource:
        api_version, kind = what
        ready = None if what == _GENERATOR else {"pulumi.com/waitFor": "condition=Ready"}
        return k8s.apiextensions.CustomResource(
            f"{self._name}-{role}",
            api_version=api_version,
            kind=kind,
            metadata=self._args.installation.metadata(name, _COMPONENT, _VERSION, ready),
            spec=dict(spec),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )


def _login(role: str) -> str:
    """A template of External Secrets. Letters and digits need no quoting."""
    return json.dumps({"username": role, "password": f"{{{{ .{role} }}}}"})
