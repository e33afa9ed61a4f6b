"""One service of the server: Deployment, ServiceAccount, Service, configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.disruption import disruption_budget
from components.handles import ArchiveStore, Identity, ServerCertificates, SqlStore, Stores
from components.kubernetes import (
    Installation,
    authority_volume,
    config_volume,
    content_hash,
    mount,
    secret_volume,
)
from components.pods import environment, planned_resources, pod_spec, restricted_container
from components.server import archival, database, metrics, paths, visibility
from components.server.autoscaler import autoscaler
from components.server.compose import server_configuration
from components.server.ports import PORTS
from components.server.runtime import go_environment
from components.traces import TracedPod
from settings.monitoring.watched import Framework
from settings.plans import ServicePlan
from settings.rollout import START_SECONDS
from settings.sizes import ServiceName
from settings.traces import Traces
from settings.visibility import Stage

_UID: Final = 1000


@dataclass(frozen=True, kw_only=True)
class ServerServiceArgs:
    """One service and what it needs."""

    installation: Installation
    """Where it runs."""
    service: ServiceName
    """Which one."""
    plan: ServicePlan
    """Replicas, autoscaling, resources, pools, scheduling, rollout."""
    shards: int
    """Number of history shards."""
    stores: Stores
    """Where it keeps what it knows."""
    stage: Stage | None
    """How far a move of the search store is."""
    certificates: ServerCertificates
    """TLS material."""
    archive: ArchiveStore | None
    """The archive, for a service that uses it."""
    identity: Identity | None
    """Who its pods are on AWS, if anybody."""
    framework: Framework | None
    """What its metrics are counted with; none are served when None."""
    traces: Traces | None
    """Where its spans are sent; nowhere when None."""
    dynamic_config: pulumi.Input[str]
    """ConfigMap with the dynamic config."""
    after: Sequence[pulumi.Resource]
    """What its pods come after: the schema jobs, and the service that rolls before it."""


class ServerService(pulumi.ComponentResource):
    """A Deployment of one of the server's five services. Its name is `temporal-<service>`."""

    deployment: k8s.apps.v1.Deployment
    """Its pods."""
    ready: Sequence[pulumi.Resource]
    """What must exist before the first call to it: its Deployment and its Service."""

    def __init__(self, name: str, args: ServerServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: ConfigMap, ServiceAccount, Deployment, Service; disruption budget and autoscaler where planned."""
        super().__init__("temporal:server:ServerService", name, None, opts)
        self._args = args
        child = pulumi.ResourceOptions(parent=self)
        text = server_configuration(
            service=args.service,
            plan=args.plan,
            shards=args.shards,
            stores=args.stores,
            certificates=args.certificates,
            archive=args.archive,
            framework=args.framework,
        ).text()
        config = k8s.core.v1.ConfigMap(
            f"{name}-config",
            metadata=self._metadata(f"{self._object_name}-config"),
            data={paths.CONFIG_FILE: text},
            # With its turn, so that a pod of a service whose turn never comes still starts again as it was.
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        account = k8s.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=self._metadata(self._object_name, args.identity.annotations if args.identity else None),
            automount_service_account_token=False,  # AWS' token is mounted by the cluster, beside this one
            opts=child,
        )
        self.deployment = self._deployment(name, account.metadata.name, config.metadata.name, text)
        # A Service waits for its pods: created before them, it would wait in vain when something earlier fails.
        service = k8s.core.v1.Service(
            f"{name}-service",
            metadata=self._metadata(self._object_name),
            spec=self._service(),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.deployment]),
        )
        self._availability(name)
        self.ready = [self.deployment, service]
        self.register_outputs({})

    @property
    def _object_name(self) -> str:
        return f"temporal-{self._args.service}"

    def _metadata(self, object_name: str, annotations: Mapping[str, str] | None = None) -> k8s.meta.v1.ObjectMetaArgs:
        args = self._args
        return args.installation.metadata(object_name, args.service, args.installation.server_version, annotations)

    def _deployment(
        self, name: str, account: pulumi.Input[str], config: pulumi.Input[str], text: str
    ) -> k8s.apps.v1.Deployment:
        args, rollout = self._args, self._args.plan.rollout
        patience = f"{rollout.deadline}s"
        return k8s.apps.v1.Deployment(
            name,
            metadata=self._metadata(self._object_name),
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=args.plan.replicas,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=args.installation.selector(args.service)),
                strategy=k8s.apps.v1.DeploymentStrategyArgs(
                    type="RollingUpdate",
                    rolling_update=k8s.apps.v1.RollingUpdateDeploymentArgs(
                        max_surge=rollout.max_surge, max_unavailable=rollout.max_unavailable
                    ),
                ),
                min_ready_seconds=rollout.min_ready,
                progress_deadline_seconds=rollout.deadline,
                template=self._pod(account, config, text),
            ),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*args.after, *(args.identity.ready if args.identity else [])],
                custom_timeouts=pulumi.CustomTimeouts(create=patience, update=patience),
                # What the autoscaler has set since is not for the engine to take back.
                ignore_changes=["spec.replicas"] if args.plan.autoscaling else None,
            ),
        )

    def _availability(self, name: str) -> None:
        args, metadata = self._args, self._metadata(self._object_name)
        disruption_budget(
            f"{name}-budget",
            args.installation.selector(args.service),
            metadata=metadata,
            budget=args.plan.budget,
            opts=pulumi.ResourceOptions(parent=self),
        )
        if args.plan.autoscaling:
            autoscaler(
                f"{name}-autoscaler",
                args.service,
                args.plan.autoscaling,
                metadata=metadata,
                deployment=self.deployment,
                parent=self,
            )

    def _service(self) -> k8s.core.v1.ServiceSpecArgs:
        """A cluster address for the frontends; headless for the others, which find each other by gossip."""
        ports = PORTS[self._args.service]
        named = {"grpc": ports.grpc} | ({"http": ports.http} if ports.http else {}) | self._metrics_port
        return k8s.core.v1.ServiceSpecArgs(
            cluster_ip=None if ports.http else "None",
            selector=self._args.installation.selector(self._args.service),
            ports=[k8s.core.v1.ServicePortArgs(name=name, port=port, target_port=name) for name, port in named.items()],
        )

    @property
    def _metrics_port(self) -> dict[str, int]:
        return {metrics.PORT_NAME: metrics.PORT} if self._args.framework else {}

    def _volumes(self, config: pulumi.Input[str]) -> dict[str, k8s.core.v1.VolumeArgs]:
        """Volumes by mount path. The frontend alone gets its serving key and the clients' authority."""
        args = self._args
        certificates, tls = args.certificates, args.stores.default.tls
        volumes = {
            paths.CONFIG_DIR: config_volume("config", config),
            paths.DYNAMIC_CONFIG_DIR: config_volume("dynamic-config", args.dynamic_config),
            paths.DATABASE_PASSWORDS: _passwords(args.stores),
            paths.INTERNODE_TLS: secret_volume("internode-tls", certificates.internode),
            paths.FRONTEND_CA: authority_volume("frontend-ca", certificates.frontend_ca),
        }
        if tls.ca:
            volumes[paths.DATABASE_CA] = authority_volume("database-ca", tls.ca)
        if args.service == "frontend":
            volumes[paths.FRONTEND_TLS] = secret_volume("frontend-tls", certificates.frontend, ["tls.crt", "tls.key"])
            volumes[paths.CLIENT_CA] = authority_volume("client-ca", certificates.client_ca)
        volumes |= visibility.volumes(args.stores)
        if args.archive:
            volumes |= archival.volumes(args.archive)
        if traced := _traced(args):
            volumes |= traced.volumes()
        return volumes

    def _pod(self, account: pulumi.Input[str], config: pulumi.Input[str], text: str) -> k8s.core.v1.PodTemplateSpecArgs:
        args = self._args
        ports = PORTS[args.service]
        volumes = self._volumes(config)
        named = {"grpc": ports.grpc, "membership": ports.membership} | ({"http": ports.http} if ports.http else {})
        named |= self._metrics_port
        accepts = k8s.core.v1.TCPSocketActionArgs(port="grpc")
        container = k8s.core.v1.ContainerArgs(
            name=args.service,
            image=args.installation.images.server,
            image_pull_policy="IfNotPresent",
            env=_environment(args),
            ports=[k8s.core.v1.ContainerPortArgs(name=n, container_port=port) for n, port in named.items()],
            # The kubelet's gRPC probe cannot do TLS (kubernetes/enhancements #4939).
            startup_probe=k8s.core.v1.ProbeArgs(tcp_socket=accepts, period_seconds=1, failure_threshold=START_SECONDS),
            # An open port is all it sees, so twice: how long a pod must have been well is min_ready_seconds' to say.
            readiness_probe=k8s.core.v1.ProbeArgs(tcp_socket=accepts, period_seconds=2, success_threshold=2),
            liveness_probe=k8s.core.v1.ProbeArgs(tcp_socket=accepts, period_seconds=10, failure_threshold=6),
            volume_mounts=[
                mount(_name(volume), path, writable=archival.is_written(_name(volume)))
                for path, volume in volumes.items()
            ],
            resources=planned_resources(args.plan.pod),
            security_context=restricted_container(),
        )
        return k8s.core.v1.PodTemplateSpecArgs(
            metadata=k8s.meta.v1.ObjectMetaArgs(
                labels=args.installation.labels(args.service, self._args.installation.server_version),
                annotations={
                    **args.plan.pod.scheduling.annotations,
                    "temporal-platform/config-hash": content_hash(
                        text,
                        args.certificates.trust,
                        *visibility.rolled_by(args.service, args.stage),
                        *([args.identity.words] if args.identity else []),
                    ),
                },
            ),
            spec=pod_spec(
                args.installation,
                args.plan.pod.scheduling,
                uid=_UID,
                container=container,
                volumes=list(volumes.values()),
                account=account,
                grace_seconds=args.plan.shutdown.grace_seconds,
                apart=args.installation.selector(args.service),
            ),
        )


def _passwords(stores: Stores) -> k8s.core.v1.VolumeArgs:
    databases = {"default": stores.default, "visibility": stores.visibility}
    passwords = {name: store.password for name, store in databases.items() if isinstance(store, SqlStore)}
    sources = [
        k8s.core.v1.VolumeProjectionArgs(
            secret=k8s.core.v1.SecretProjectionArgs(
                name=password.secret, items=[k8s.core.v1.KeyToPathArgs(key=password.key, path=store)]
            )
        )
        for store, password in passwords.items()
    ]
    return k8s.core.v1.VolumeArgs(
        name="database-passwords",
        projected=k8s.core.v1.ProjectedVolumeSourceArgs(default_mode=0o440, sources=sources),
    )


def _name(volume: k8s.core.v1.VolumeArgs) -> str:
    name = volume.name
    if not isinstance(name, str):
        raise TypeError("volumes of the server have plain names")
    return name


def _traced(args: ServerServiceArgs) -> TracedPod | None:
    if not args.traces:
        return None
    where = args.installation
    return TracedPod(said=args.traces, installation=where.name, namespace=where.namespace, container=args.service)


def _environment(args: ServerServiceArgs) -> list[k8s.core.v1.EnvVarArgs]:
    traced = _traced(args)
    pod_ip = k8s.core.v1.EnvVarSourceArgs(field_ref=k8s.core.v1.ObjectFieldSelectorArgs(field_path="status.podIP"))
    plain = {
        "TEMPORAL_SERVICES": args.service,
        "TEMPORAL_SERVER_CONFIG_FILE_PATH": f"{paths.CONFIG_DIR}/{paths.CONFIG_FILE}",
        "TEMPORAL_VERSION_CHECK_DISABLED": "1",
        # A pod whose role is not there must not pass for its node.
        **({"AWS_EC2_METADATA_DISABLED": "true"} if args.identity else {}),
        **metrics.variables(args.framework),
        **go_environment(args.plan.pod),
    }
    return [
        k8s.core.v1.EnvVarArgs(name="POD_IP", value_from=pod_ip),
        *database.variables(args.stores.default),
        *visibility.variables(args.stores),
        *(archival.variables(args.archive) if args.archive else []),
        *(traced.variables() if traced else []),
        *environment(plain, args.plan.pod),
    ]
