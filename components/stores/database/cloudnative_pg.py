"""A PostgreSQL cluster of the CloudNativePG operator.

The operator makes roles from the `Cluster`, each with the password of a Secret of this stack, and databases: the first
when it makes the cluster, the second from a `Database`. Its certificates are by an authority of the cluster's own,
which it renews, like them, before 90 days are over. The server reads the authority anew for each new connection, so a
renewed one is noticed without a restart.

Source: cloudnative-pg 1.30, docs (declarative_role_management, declarative_database_management, certificates,
wal_archiving, backup); plugin-barman-cloud 0.15, docs.
"""

from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_random as random

from components.handles import SecretKey, SqlStores
from components.kubernetes import Installation
from components.stores.database import operated
from components.stores.database.grants import GrantsArgs, grants_job
from components.stores.database.names import POSTGRES
from components.stores.database.roles import DATABASES, OWNERS, USERS
from settings.cloudnative_pg import CloudNativePg as Settings
from settings.cloudnative_pg import NamedObjectStore, NewObjectStore
from settings.plans import PodPlan

_API: Final = "postgresql.cnpg.io/v1"
_READY: Final = {"pulumi.com/waitFor": "condition=Ready"}
_IMAGE: Final = "ghcr.io/cloudnative-pg/postgresql:{version}-standard-trixie"
_PODS: Final = {"cnpg.io/cluster": POSTGRES}
_WRITER: Final = f"{POSTGRES}-rw"
_AUTHORITY: Final = f"{POSTGRES}-ca"
_PLUGIN: Final = "barman-cloud.cloudnative-pg.io"
_OBJECT_STORE: Final = "barmancloud.cnpg.io/v1"


@dataclass(frozen=True, kw_only=True)
class CloudNativePgArgs:
    """What to ask the operator for."""

    installation: Installation
    """Whose database."""
    settings: Settings
    """Its part of the stack file."""
    pod: PodPlan
    """Resources, scheduling, further environment of each instance."""
    storage_class: str | None
    """StorageClass of the volumes; the cluster's default class when None."""
    protect: bool
    """Whether the engine refuses to delete it."""


class CloudNativePg(pulumi.ComponentResource):
    """Passwords, a `Cluster`, a `Database`, what backs it up, and the job that waits for all of it and gives users
    their rights."""

    stores: SqlStores
    """The two databases."""

    def __init__(self, name: str, args: CloudNativePgArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: passwords and their Secrets, an ObjectStore, Cluster, Database, ScheduledBackup, grants job."""
        super().__init__("temporal:database:CloudNativePg", name, None, opts)
        self._name = name
        self._args = args
        secrets = {role: self._login(role) for role in sorted((*OWNERS, *USERS))}
        store = self._object_store()
        cluster = self._object(
            "cluster", "Cluster", POSTGRES, self._spec(secrets), _READY, after=store, protect=args.protect
        )
        database, owner, _ = DATABASES["visibility"]
        second = self._object(
            "visibility",
            "Database",
            f"{POSTGRES}-visibility",
            {"cluster": {"name": POSTGRES}, "name": database, "owner": owner},
            after=[cluster],
        )
        self._schedule(cluster)
        authority = SecretKey(secret=cluster.urn.apply(lambda _: _AUTHORITY), key="ca.crt")
        host = args.installation.dns(_WRITER)
        grants = grants_job(
            f"{name}-grants",
            GrantsArgs(
                installation=args.installation,
                operator="CloudNativePG",
                resource=f"cluster.postgresql.cnpg.io {POSTGRES}",
                host=host,
                port=operated.PORT,
                authority=authority,
                secrets=secrets,
                names={role: _secret_of(role) for role in secrets},
                rotation=args.settings.password_rotation,
            ),
            self._child(cluster, second),
        )
        self.stores = operated.stores(host, secrets, authority, grants)
        self.register_outputs({})

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))

    def _login(self, role: str) -> pulumi.Output[str]:
        """A Secret as the operator wants it, which it follows at once."""
        rotation = self._args.settings.password_rotation
        dashed = role.replace("_", "-")
        password = random.RandomPassword(
            f"{self._name}-{dashed}-password",
            length=32,
            special=False,
            keepers={"rotation": str(rotation)} if rotation else None,
            opts=self._child(),
        )
        metadata = self._metadata(_secret_of(role))
        secret = k8s.core.v1.Secret(
            f"{self._name}-{dashed}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=metadata.name,
                namespace=metadata.namespace,
                labels={
                    **self._args.installation.labels(operated.COMPONENT, self._args.settings.version),
                    "cnpg.io/reload": "true",
                },
            ),
            type="kubernetes.io/basic-auth",
            string_data={"username": role, "password": password.result},
            opts=self._child(),
        )
        return secret.metadata.name

    def _spec(self, secrets: dict[str, pulumi.Output[str]]) -> dict[str, Any]:
        args, settings, pod = self._args, self._args.settings, self._args.pod
        database, owner, _ = DATABASES["default"]
        said = operated.affinity(pod)
        near, far = said.get("podAffinity"), said.get("podAntiAffinity")
        pull_secrets = args.installation.images.settings.pull_secrets
        return operated.without_nothing(
            {
                "instances": settings.instances,
                "imageName": settings.image or _IMAGE.format(version=settings.version),
                "imagePullSecrets": [{"name": secret} for secret in pull_secrets],
                "storage": operated.without_nothing({"size": settings.storage, "storageClass": args.storage_class}),
                "postgresql": operated.without_nothing(
                    {
                        "parameters": operated.parameters(settings, pod),
                        "synchronous": self._synchronous(),
                        # Not even the operator's superuser comes in by the network, and nobody without TLS.
                        "pg_hba": ["hostnossl all all all reject"],
                    }
                ),
                "enableSuperuserAccess": False,
                "bootstrap": {
                    "initdb": {
                        "database": database,
                        "owner": owner,
                        "secret": {"name": secrets[owner]},
                        "dataChecksums": True,
                    }
                },
                "managed": {
                    "roles": [
                        {"name": role, "login": True, "passwordSecret": {"name": secret}}
                        for role, secret in secrets.items()
                    ]
                },
                "plugins": self._plugins(),
                "resources": operated.resources(pod),
                "env": operated.variables(pod),
                "affinity": operated.without_nothing(
                    {
                        # The constraints below keep instances apart, as everywhere.
                        "enablePodAntiAffinity": False,
                        "nodeAffinity": said.get("nodeAffinity"),
                        "additionalPodAffinity": near,
                        "additionalPodAntiAffinity": far,
                        "nodeSelector": dict(pod.scheduling.node_selector),
                        "tolerations": operated.tolerations(pod),
                    }
                ),
                "topologySpreadConstraints": operated.spread(pod, _PODS),
                "priorityClassName": pod.scheduling.priority_class,
                "inheritedMetadata": {"annotations": dict(pod.scheduling.annotations)}
                if pod.scheduling.annotations
                else None,
            }
        )

    def _synchronous(self) -> dict[str, Any] | None:
        settings = self._args.settings
        if not settings.synchronous or settings.instances == 1:
            return None
        return {"method": "any", "number": 1, "dataDurability": "preferred"}

    def _plugins(self) -> list[dict[str, Any]]:
        backup = self._args.settings.backup
        if backup is None:
            return []
        name = backup.store.name if isinstance(backup.store, NamedObjectStore) else POSTGRES
        return [{"name": _PLUGIN, "isWALArchiver": True, "parameters": {"barmanObjectName": name}}]

    def _object_store(self) -> list[pulumi.Resource]:
        """Where backups go, unless it is there."""
        backup = self._args.settings.backup
        if backup is None or not isinstance(backup.store, NewObjectStore):
            return []
        store, keys = backup.store, backup.store.credentials
        login: dict[str, Any] = {"inheritFromIAMRole": True}
        if keys:
            login = {
                "accessKeyId": {"name": keys.access_key.secret, "key": keys.access_key.key},
                "secretAccessKey": {"name": keys.secret_key.secret, "key": keys.secret_key.key},
            }
        configuration = {
            "destinationPath": store.path,
            "endpointURL": store.endpoint,
            "endpointCA": {"name": store.ca.secret, "key": store.ca.key} if store.ca else None,
            "s3Credentials": login,
            "wal": {"compression": "gzip"},
        }
        made = k8s.apiextensions.CustomResource(
            f"{self._name}-object-store",
            api_version=_OBJECT_STORE,
            kind="ObjectStore",
            metadata=self._metadata(POSTGRES),
            spec={"configuration": operated.without_nothing(configuration), "retentionPolicy": store.retention},
            opts=self._child(),
        )
        return [made]

    def _schedule(self, cluster: pulumi.Resource) -> None:
        backup = self._args.settings.backup
        if backup is None:
            return
        spec = {
            "cluster": {"name": POSTGRES},
            "schedule": backup.schedule,
            "immediate": True,
            "method": "plugin",
            "pluginConfiguration": {"name": _PLUGIN},
            "backupOwnerReference": "self",
        }
        self._object("schedule", "ScheduledBackup", POSTGRES, spec, after=[cluster])

    def _metadata(self, name: str, annotations: dict[str, str] | None = None) -> k8s.meta.v1.ObjectMetaArgs:
        installation, version = self._args.installation, self._args.settings.version
        return installation.metadata(name, operated.COMPONENT, version, annotations)

    def _object(
        self,
        role: str,
        kind: str,
        name: str,
        spec: dict[str, Any],
        annotations: dict[str, str] | None = None,
        *,
        after: list[pulumi.Resource],
        protect: bool = False,
    ) -> k8s.apiextensions.CustomResource:
        return k8s.apiextensions.CustomResource(
            f"{self._name}-{role}",
            api_version=_API,
            kind=kind,
            metadata=self._metadata(name, annotations),
            spec=spec,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=after,
                protect=protect or None,
                custom_timeouts=operated.PATIENCE if annotations else None,
            ),
        )


def _secret_of(role: str) -> str:
    """The Secret of a role; names of objects have no '_'."""
    return f"{POSTGRES}-{role.replace('_', '-')}"
