"""A program of the monitoring: one pod, one volume, TLS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import pulumi
import pulumi_kubernetes as k8s

from components.handles import Identity, StoreCertificates
from components.kubernetes import Installation, content_hash, mount, scratch_volume, secret_volume, volume_claim
from components.monitoring.own import places
from components.pods import environment, planned_resources, pod_spec, restricted_container
from settings.plans import PodPlan

_GRACE_SECONDS: Final = 60
_START_SECONDS: Final = 600  # Prometheus reads what it wrote last; on a slow volume that takes minutes
_LOOK_SECONDS: Final = 3
_ALIVE_SECONDS: Final = 20


Health = k8s.core.v1.ExecActionArgs | k8s.core.v1.HTTPGetActionArgs
"""Whoever asks Prometheus or Alertmanager must show a certificate, and the kubelet has none: with those, a command in
the container asks."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program."""

    called: str
    """Name of its objects, one of `places`."""
    image: str
    """Upstream image."""
    version: str
    """Version of it."""
    uid: int
    """The image's user."""
    args: Sequence[str] = ()
    """Arguments of the image's program."""
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """What it is told by environment."""
    data: str
    """Where its volume is."""
    volumes: Mapping[str, k8s.core.v1.VolumeArgs]
    """Further volumes by path."""
    words: Sequence[pulumi.Input[str]] = ()
    """What it reads only when it starts: with other words it restarts."""
    asks_kubernetes: bool = False
    """Whether it gets a token for the API server."""
    healthy: Health
    """What tells that it is well."""

    @property
    def component(self) -> str:
        """Its `app.kubernetes.io/name`, less the prefix, its container's name, and its key in the stack file."""
        return self.called.removeprefix("temporal-")


@dataclass(frozen=True, kw_only=True)
class MonitoringServerArgs:
    """One program and what it needs."""

    installation: Installation
    """Where it runs."""
    program: Program
    """What runs."""
    storage: str
    """Size of its volume."""
    storage_class: str | None
    """StorageClass of its volume; the cluster's default class when None."""
    pod: PodPlan
    """Resources, scheduling, further environment."""
    certificates: StoreCertificates
    """What it serves with and shows."""
    protect: bool
    """Whether the engine refuses to delete its volume."""
    identity: Identity | None = None
    """Who it is on AWS; nobody when None."""


class MonitoringServer(pulumi.ComponentResource):
    """A StatefulSet of one pod and its Service."""

    account: pulumi.Output[str]
    """Name of its ServiceAccount."""

    def __init__(self, name: str, args: MonitoringServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: ServiceAccount, StatefulSet, Service."""
        super().__init__("temporal:monitoring:MonitoringServer", name, None, opts)
        self._args = args
        child, identity = pulumi.ResourceOptions(parent=self), args.identity
        account = k8s.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=self._metadata(identity.annotations if identity else None),
            automount_service_account_token=False,
            opts=child,
        )
        self.account = account.metadata.name
        server = k8s.apps.v1.StatefulSet(
            name,
            metadata=self._metadata(),
            spec=self._spec(self.account),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect or None, depends_on=[*identity.ready] if identity else None
            ),
        )
        k8s.core.v1.Service(
            f"{name}-service",
            metadata=self._metadata(),
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=args.installation.selector(args.program.component),
                ports=[k8s.core.v1.ServicePortArgs(name="https", port=self._port, target_port="https")],
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[server]),
        )
        self.register_outputs({})

    @property
    def _port(self) -> int:
        return places.PORTS[self._args.program.called]

    def _metadata(self, annotations: Mapping[str, str] | None = None) -> k8s.meta.v1.ObjectMetaArgs:
        program = self._args.program
        return self._args.installation.metadata(program.called, program.component, program.version, annotations)

    def _spec(self, account: pulumi.Input[str]) -> k8s.apps.v1.StatefulSetSpecArgs:
        args = self._args
        selector = args.installation.selector(args.program.component)
        return k8s.apps.v1.StatefulSetSpecArgs(
            replicas=1,
            service_name=args.program.called,
            selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
            template=self._pod(account),
            volume_claim_templates=[
                volume_claim("data", selector, storage=args.storage, storage_class=args.storage_class)
            ],
        )

    def _pod(self, account: pulumi.Input[str]) -> k8s.core.v1.PodTemplateSpecArgs:
        args = self._args
        words = [*args.program.words, args.certificates.trust, *([args.identity.words] if args.identity else [])]
        return k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=args.installation.labels(args.program.component, args.program.version),
                annotations={
                    **args.pod.scheduling.annotations,
                    "temporal-platform/config-hash": pulumi.Output.all(*words).apply(
                        lambda words: content_hash(*words)
                    ),
                },
            ),
            spec=pod_spec(
                args.installation,
                args.pod.scheduling,
                uid=args.program.uid,
                container=self._container(),
                account=account,
                asks_kubernetes=args.program.asks_kubernetes,
                grace_seconds=_GRACE_SECONDS,
                volumes=[
                    secret_volume("tls", args.certificates.serving, ["tls.crt", "tls.key", "ca.crt"]),
                    scratch_volume("tmp"),
                    *args.program.volumes.values(),
                ],
            ),
        )

    def _container(self) -> k8s.core.v1.ContainerArgs:
        args = self._args
        return k8s.core.v1.ContainerArgs(
            name=args.program.component,
            image=args.program.image,
            image_pull_policy="IfNotPresent",
            args=list(args.program.args) or None,
            env=environment(_told(args), args.pod),
            ports=[k8s.core.v1.ContainerPortArgs(name="https", container_port=self._port)],
            startup_probe=_probe(args.program.healthy, period=_LOOK_SECONDS, failures=_START_SECONDS // _LOOK_SECONDS),
            readiness_probe=_probe(args.program.healthy, period=_ALIVE_SECONDS, failures=2),
            liveness_probe=_probe(args.program.healthy, period=_ALIVE_SECONDS, failures=6),
            volume_mounts=[
                mount("data", args.program.data, writable=True),
                mount("tls", places.TLS),
                mount("tmp", "/tmp", writable=True),  # noqa: S108
                *(mount(_name(volume), path) for path, volume in args.program.volumes.items()),
            ],
            resources=planned_resources(args.pod),
            security_context=restricted_container(),
        )


def _told(args: MonitoringServerArgs) -> Mapping[str, pulumi.Input[str]]:
    # A pod whose role is not there must not pass for its node.
    alone = {"AWS_EC2_METADATA_DISABLED": "true"} if args.identity else {}
    return {**args.program.environment, **alone}


def _probe(healthy: Health, *, period: int, failures: int) -> k8s.core.v1.ProbeArgs:
    how = {"exec_" if isinstance(healthy, k8s.core.v1.ExecActionArgs) else "http_get": healthy}
    return k8s.core.v1.ProbeArgs(
        **cast("dict[str, Any]", how), period_seconds=period, timeout_seconds=10, failure_threshold=failures
    )


def _name(volume: k8s.core.v1.VolumeArgs) -> str:
    if not isinstance(volume.name, str):
        raise TypeError("volumes of the monitoring have plain names")
    return volume.name
