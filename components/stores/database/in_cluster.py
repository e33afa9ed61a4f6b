"""PostgreSQL in the cluster: one pod, one volume, TLS only. For development and tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_random as random

import versions
from components.handles import SecretKey, SqlMonitor, SqlStore, SqlStores, SqlTls, StoreCertificates
from components.kubernetes import (
    Installation,
    config_volume,
    content_hash,
    mount,
    scratch_volume,
    secret_volume,
    volume_claim,
)
from components.pods import environment, planned_resources, pod_spec, restricted_container
from components.stores.database.monitor import MONITOR, sql_monitor
from components.stores.database.names import POSTGRES
from components.stores.database.reloading import reloading_container
from components.stores.database.roles import DATABASES, OWNERS, USERS, RolesArgs, roles_job
from settings.database import InCluster
from settings.plans import PodPlan
from settings.postgres_memory import SHARED_BUFFERS
from settings.scalars import bytes_of

_COMPONENT: Final = "postgres"
_VERSION: Final = versions.POSTGRES.partition("-")[0]
_UID: Final = 999
_PORT: Final = 5432
_GRACE_SECONDS: Final = 60
_SUPERUSER: Final = "postgres"
_LEAF: Final = "/etc/postgresql/tls/tls.crt"
_HBA_FILE: Final = "/etc/postgresql/config/pg_hba.conf"
_MIB: Final = 1024**2

_HBA: Final = """\
# Passwords over TLS for everybody; the pod's own uid over the socket.
local   all all                peer
hostssl all all all            scram-sha-256
"""


@dataclass(frozen=True, kw_only=True)
class InClusterPostgresArgs:
    """The pod and what it serves with."""

    installation: Installation
    """Where it runs."""
    settings: InCluster
    """Its part of the stack file."""
    pod: PodPlan
    """Resources, scheduling, further environment."""
    storage_class: str | None
    """StorageClass of the volume; the cluster's default class when None."""
    certificates: StoreCertificates
    """What it serves with, and what clients check it against."""
    monitored: bool
    """Whether somebody reads its figures."""
    protect: bool
    """Whether the engine refuses to delete the data and the passwords."""


class InClusterPostgres(pulumi.ComponentResource):
    """A StatefulSet of one PostgreSQL, its Service, passwords, and a job that makes databases and roles.

    Another `passwordRotation` makes new passwords, then their Secrets, then runs the roles job, which sets them. A role
    has one password, and the kubelet renews the files of running pods within two minutes of the Secret, each at its own
    time, or at once when the pod changes: `make up` changes an annotation of the pods when the job is through. Until
    then a pod's new connections are refused and tried again. Open ones stay, for PostgreSQL asks only once. The other
    order, files first, has the same gap before the job; and this one is right at once for every pod that starts, and
    for the schema jobs that follow.
    """

    stores: SqlStores
    """The two databases."""
    monitor: SqlMonitor | None
    """Who reads its figures."""

    def __init__(self, name: str, args: InClusterPostgresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: passwords, Secrets, ConfigMap, ServiceAccount, Service, StatefulSet, roles job."""
        super().__init__("temporal:database:InClusterPostgres", name, None, opts)
        self._name = name
        self._args = args
        superuser = self._passwords("superuser", [_SUPERUSER])
        owners = self._passwords("owners", OWNERS, rotates=True)
        users = self._passwords("users", USERS, rotates=True)
        monitor = self._passwords("monitor", [MONITOR], rotates=True) if args.monitored else None
        server = self._server(superuser)
        databases = self._roles_job([superuser, owners, users, *([monitor] if monitor else [])], server)
        stores = {
            store: SqlStore(
                host=args.installation.dns(POSTGRES),
                port=_PORT,
                database=database,
                user=user,
                password=SecretKey(secret=users, key=user),
                owner=owner,
                owner_password=SecretKey(secret=owners, key=owner),
                tls=SqlTls(enabled=True, verified=True, ca=args.certificates.authority),
                ready=[databases],
            )
            for store, (database, owner, user) in DATABASES.items()
        }
        self.stores = SqlStores(default=stores["default"], visibility=stores["visibility"])
        self.monitor = None
        if monitor:
            password, rotation = SecretKey(secret=monitor, key=MONITOR), args.settings.password_rotation
            self.monitor = sql_monitor(self.stores.default, MONITOR, password, rotation)
        self.register_outputs({})

    def _child(self, *after: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=list(after))

    def _precious(self) -> pulumi.ResourceOptions:
        """Options of what nothing brings back."""
        return pulumi.ResourceOptions(parent=self, protect=self._args.protect or None)

    def _metadata(self, role: str) -> k8s.meta.v1.ObjectMetaArgs:
        return self._args.installation.metadata(role, _COMPONENT, _VERSION)

    def _passwords(self, group: str, roles: list[str], *, rotates: bool = False) -> pulumi.Output[str]:
        """A Secret with a password for each role. What rotates is not protected: the roles job sets any that
        follows."""
        rotation = self._args.settings.password_rotation if rotates else 0
        passwords = {
            role: random.RandomPassword(
                f"{self._name}-{role.replace('_', '-')}-password",
                length=32,
                special=False,
                keepers={"rotation": str(rotation)} if rotation else None,
                opts=self._child() if rotates else self._precious(),
            ).result
            for role in roles
        }
        secret = k8s.core.v1.Secret(
            f"{self._name}-{group}",
            metadata=self._metadata(f"temporal-postgres-{group}"),
            string_data=passwords,
            opts=self._child(),
        )
        return secret.metadata.name

    def _configuration(self) -> dict[str, str]:
        shared_buffers = max(bytes_of(self._args.pod.memory_limit) // SHARED_BUFFERS // _MIB, 64)
        lines = {
            "listen_addresses": "'*'",
            "port": str(_PORT),
            "max_connections": str(self._args.settings.max_connections),
            "shared_buffers": f"{shared_buffers}MB",
            "ssl": "on",
            "ssl_cert_file": f"'{_LEAF}'",
            "ssl_key_file": "'/etc/postgresql/tls/tls.key'",
            "ssl_min_protocol_version": "'TLSv1.2'",
            "hba_file": f"'{_HBA_FILE}'",
            "password_encryption": "'scram-sha-256'",
            **{name: f"'{value}'" for name, value in self._args.settings.parameters.items()},
        }
        return {
            "postgresql.conf": "".join(f"{key} = {value}\n" for key, value in lines.items()),
            "pg_hba.conf": _HBA,
        }

    def _server(self, superuser: pulumi.Output[str]) -> k8s.core.v1.Service:
        """The Service comes after its pod: before it, it would wait in vain when the pod does not start."""
        installation, settings = self._args.installation, self._args.settings
        configuration = self._configuration()
        config = k8s.core.v1.ConfigMap(
            f"{self._name}-config", metadata=self._metadata(POSTGRES), data=configuration, opts=self._child()
        )
        account = k8s.core.v1.ServiceAccount(
            f"{self._name}-account",
            metadata=self._metadata(POSTGRES),
            automount_service_account_token=False,
            opts=self._child(),
        )
        selector = installation.selector(_COMPONENT)
        ready = k8s.core.v1.ProbeArgs(
            exec_=k8s.core.v1.ExecActionArgs(command=["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(_PORT)]),
            period_seconds=5,
            timeout_seconds=5,
        )
        container = k8s.core.v1.ContainerArgs(
            name="postgres",
            image=installation.images.postgres,
            image_pull_policy="IfNotPresent",
            args=["postgres", "-c", "config_file=/etc/postgresql/config/postgresql.conf"],
            env=environment(
                {
                    "PGDATA": "/var/lib/postgresql/data/pgdata",
                    "POSTGRES_PASSWORD_FILE": f"/etc/postgresql/superuser/{_SUPERUSER}",
                },
                self._args.pod,
            ),
            ports=[k8s.core.v1.ContainerPortArgs(name="postgres", container_port=_PORT)],
            readiness_probe=ready,
            liveness_probe=k8s.core.v1.ProbeArgs(
                tcp_socket=k8s.core.v1.TCPSocketActionArgs(port="postgres"), period_seconds=10, failure_threshold=6
            ),
            startup_probe=k8s.core.v1.ProbeArgs(
                tcp_socket=k8s.core.v1.TCPSocketActionArgs(port="postgres"), period_seconds=2, failure_threshold=150
            ),
            volume_mounts=[
                mount("data", "/var/lib/postgresql/data", writable=True),
                mount("config", "/etc/postgresql/config"),
                mount("tls", "/etc/postgresql/tls"),
                mount("superuser", "/etc/postgresql/superuser"),
                mount("run", "/var/run/postgresql", writable=True),
                mount("tmp", "/tmp", writable=True),  # noqa: S108
            ],
            resources=planned_resources(self._args.pod),
            security_context=restricted_container(),
        )
        pod = pod_spec(
            installation,
            self._args.pod.scheduling,
            uid=_UID,
            container=container,
            account=account.metadata.name,
            grace_seconds=_GRACE_SECONDS,
            volumes=[
                config_volume("config", config.metadata.name),
                secret_volume("tls", self._args.certificates.serving, ["tls.crt", "tls.key"]),
                secret_volume("superuser", superuser),
                scratch_volume("run"),
                scratch_volume("tmp"),
            ],
        )
        pod.containers = [container, reloading_container(installation.images.postgres, _SUPERUSER, [_LEAF, _HBA_FILE])]
        template = k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=installation.labels(_COMPONENT, _VERSION),
                annotations={
                    **self._args.pod.scheduling.annotations,
                    "kubectl.kubernetes.io/default-container": "postgres",
                    "temporal-platform/config-hash": content_hash(
                        configuration["postgresql.conf"], self._args.certificates.trust
                    ),
                },
            ),
            spec=pod,
        )
        server = k8s.apps.v1.StatefulSet(
            self._name,
            metadata=self._metadata(POSTGRES),
            spec=k8s.apps.v1.StatefulSetSpecArgs(
                replicas=1,
                service_name=POSTGRES,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=template,
                volume_claim_templates=[
                    volume_claim("data", selector, storage=settings.storage, storage_class=self._args.storage_class)
                ],
            ),
            opts=self._precious(),
        )
        return k8s.core.v1.Service(
            f"{self._name}-service",
            metadata=self._metadata(POSTGRES),
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=selector,
                ports=[k8s.core.v1.ServicePortArgs(name="postgres", port=_PORT, target_port="postgres")],
            ),
            opts=self._child(server),
        )

    def _roles_job(self, secrets: Sequence[pulumi.Output[str]], server: k8s.core.v1.Service) -> k8s.batch.v1.Job:
        return roles_job(
            f"{self._name}-roles",
            RolesArgs(
                installation=self._args.installation,
                version=_VERSION,
                host=self._args.installation.dns(POSTGRES),
                port=_PORT,
                user=_SUPERUSER,
                authority=self._args.certificates.authority,
                secrets=secrets,
                rotation=self._args.settings.password_rotation,
                monitored=self._args.monitored,
            ),
            self._child(server),
        )
