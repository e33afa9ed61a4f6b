"""What tells Prometheus how PostgreSQL is: postgres_exporter, where nobody else tells.

Source: github.com/prometheus-community/postgres_exporter, README.md; github.com/lib/pq, "Connection String Parameters".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import SqlMonitor
from components.kubernetes import Installation, authority_volume, mount
from components.monitoring.readers import only_readers
from components.monitoring.targets import POSTGRES_JOB, Target
from components.pods import environment, pod_spec, resources, restricted_container

NAME: Final = "temporal-postgres-exporter"
_COMPONENT: Final = "postgres-exporter"
_VERSION: Final = f"v{versions.POSTGRES_EXPORTER}"
_NOBODY: Final = 65534
"""User of the image."""
_PORT: Final = 9187
_PORT_NAME: Final = "metrics"
_PASSWORD: Final = "/etc/temporal/password"  # noqa: S105 - where it is
_AUTHORITY: Final = "/etc/temporal/authority"
_CONNECT_SECONDS: Final = 5


@dataclass(frozen=True, kw_only=True)
class PostgresExporterArgs:
    """Which PostgreSQL, and who may hear of it."""

    installation: Installation
    """Where it runs."""
    monitor: SqlMonitor
    """Who it is to PostgreSQL."""
    readers: k8s.networking.v1.NetworkPolicyPeerArgs | None
    """Who may read; everybody when None."""


class PostgresExporter(pulumi.ComponentResource):
    """A Deployment of one pod, which tells its figures in plain text to `readers` alone."""

    def __init__(self, name: str, args: PostgresExporterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: Deployment; a NetworkPolicy where not everybody may read."""
        super().__init__("temporal:monitoring:PostgresExporter", name, None, opts)
        self._args = args
        installation = args.installation
        metadata = installation.metadata(NAME, _COMPONENT, _VERSION)
        selector = installation.selector(_COMPONENT)
        k8s.apps.v1.Deployment(
            name,
            metadata=metadata,
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=1,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=self._pod(),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.monitor.ready)),
        )
        if args.readers:
            child = pulumi.ResourceOptions(parent=self)
            only_readers(f"{name}-readers", args.readers, metadata=metadata, selector=selector, port=_PORT, opts=child)
        self.register_outputs({})

    def _pod(self) -> k8s.core.v1.PodTemplateSpecArgs:
        installation, monitor = self._args.installation, self._args.monitor
        rotation = {"temporal-platform/password-rotation": str(monitor.rotation)} if monitor.rotation else {}
        return k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=installation.labels(_COMPONENT, _VERSION),
                annotations={**installation.jobs.annotations, **rotation} or None,
            ),
            spec=pod_spec(
                installation,
                installation.jobs,
                uid=_NOBODY,
                container=self._container(),
                volumes=[
                    k8s.core.v1.VolumeArgs(
                        name="password",
                        secret=k8s.core.v1.SecretVolumeSourceArgs(
                            secret_name=monitor.password.secret,
                            default_mode=0o440,
                            items=[k8s.core.v1.KeyToPathArgs(key=monitor.password.key, path="password")],
                        ),
                    ),
                    *([authority_volume("authority", monitor.tls.ca)] if monitor.tls.ca else []),
                ],
            ),
        )

    def _container(self) -> k8s.core.v1.ContainerArgs:
        monitor = self._args.monitor
        where = urlencode(dict(_parameters(monitor)), safe="/")
        # Its first page; /metrics asks PostgreSQL, which may be away while this pod is well.
        well = k8s.core.v1.HTTPGetActionArgs(path="/", port=_PORT_NAME)
        return k8s.core.v1.ContainerArgs(
            name=_COMPONENT,
            image=self._args.installation.images.postgres_exporter,
            image_pull_policy="IfNotPresent",
            env=environment(
                {
                    "DATA_SOURCE_URI": pulumi.Output.concat(
                        monitor.host, f":{monitor.port}/{monitor.database}?{where}"
                    ),
                    "DATA_SOURCE_USER": monitor.user,
                    "DATA_SOURCE_PASS_FILE": f"{_PASSWORD}/password",
                }
            ),
            ports=[k8s.core.v1.ContainerPortArgs(name=_PORT_NAME, container_port=_PORT)],
            readiness_probe=k8s.core.v1.ProbeArgs(http_get=well, period_seconds=5),
            liveness_probe=k8s.core.v1.ProbeArgs(http_get=well, period_seconds=20, failure_threshold=6),
            volume_mounts=[
                mount("password", _PASSWORD),
                *([mount("authority", _AUTHORITY)] if monitor.tls.ca else []),
            ],
            resources=resources("10m", "64Mi"),
            security_context=restricted_container(),
        )


def postgres_target(installation: Installation) -> Target:
    """Its pod."""
    return Target(
        name=NAME,
        job=POSTGRES_JOB,
        namespace=installation.namespace,
        selector=installation.selector(_COMPONENT),
        port=_PORT_NAME,
        labels={"installation": installation.name},
    )


def _parameters(monitor: SqlMonitor) -> Iterator[tuple[str, str]]:
    """Of the connection: as the server connects."""
    tls = monitor.tls
    yield "sslmode", "disable" if not tls.enabled else "verify-full" if tls.verified else "require"
    if tls.ca:
        yield "sslrootcert", f"{_AUTHORITY}/ca.crt"
    yield "connect_timeout", str(_CONNECT_SECONDS)
