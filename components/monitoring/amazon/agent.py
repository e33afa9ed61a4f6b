"""What reads metrics for a workspace: a Prometheus that keeps nothing but what it has not sent yet (`--agent`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import Identity, MetricsStore, StoreCertificates
from components.kubernetes import Installation, config_volume
from components.monitoring.amazon.agent_configuration import FILE, configuration
from components.monitoring.own import places
from components.monitoring.own.health import prometheus_is_ready
from components.monitoring.own.looking import looking
from components.monitoring.own.server import MonitoringServer, MonitoringServerArgs, Program
from components.monitoring.own.tls import tls_files
from components.monitoring.targets import Placed, Target
from settings.monitoring.amazon import Amazon
from settings.plans import PodPlan

_NOBODY: Final = 65534
_DATA: Final = "/prometheus"


@dataclass(frozen=True, kw_only=True)
class AgentArgs:
    """What is read, and who is sent it."""

    installation: Installation
    """Where it runs."""
    settings: Amazon
    """What the stack file says."""
    store: MetricsStore
    """Who is sent it."""
    identity: Identity
    """Who it is on AWS."""
    targets: Sequence[Target]
    """What is read."""
    placed: Placed
    """Options of what is in a namespace."""
    pods: Mapping[str, PodPlan]
    """Resources and scheduling, by the keys of the stack file."""
    storage_class: str | None
    """StorageClass of its volume if it names none; the cluster's default class when None."""
    certificates: StoreCertificates
    """What it serves with."""
    protect: bool
    """Whether the engine refuses to delete its volume."""


class Agent(pulumi.ComponentResource):
    """An agent, and what lets it find pods."""

    def __init__(self, name: str, args: AgentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: configuration, MonitoringServer, a Role and its binding in each namespace that it reads."""
        super().__init__("temporal:monitoring:Agent", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        config = k8s.core.v1.ConfigMap(
            f"{name}-config",
            metadata=args.installation.metadata(
                f"{places.AGENT}-config", "monitoring", args.installation.server_version
            ),
            data={FILE: _configuration(args), **tls_files(args.installation.dns(places.AGENT))},
            opts=child,
        )
        server = MonitoringServer(
            f"{name}-server",
            MonitoringServerArgs(
                installation=args.installation,
                program=_program(args, config.metadata.name),
                storage=args.settings.agent.storage,
                storage_class=args.settings.agent.storage_class or args.storage_class,
                pod=args.pods["agent"],
                certificates=args.certificates,
                protect=args.protect,
                identity=args.identity,
            ),
            child,
        )
        for namespace in sorted({target.namespace for target in args.targets}):
            looking(
                f"{name}-{namespace}",
                args.installation,
                called=places.AGENT,
                account=server.account,
                namespace=namespace,
                opts=args.placed(namespace),
            )
        self.register_outputs({})


def _configuration(args: AgentArgs) -> pulumi.Output[str]:
    where = args.installation
    watchers = {places.AGENT: f"{where.dns(places.AGENT)}:{places.PORTS[places.AGENT]}"}
    return pulumi.Output.from_input(args.store.url).apply(
        lambda url: configuration(
            args.targets, args.settings.interval, where.name, watchers, url=url, region=args.store.region
        )
    )


def _program(args: AgentArgs, config: pulumi.Input[str]) -> Program:
    """It follows changes of its files by itself."""
    return Program(
        called=places.AGENT,
        image=args.installation.images.prometheus,
        version=f"v{versions.PROMETHEUS}",
        uid=_NOBODY,
        args=[
            "--agent",
            f"--config.file={places.CONFIG}/{FILE}",
            f"--web.config.file={places.CONFIG}/web.yml",
            f"--storage.agent.path={_DATA}",
            "--enable-feature=auto-reload-config",
            "--log.format=json",
        ],
        data=_DATA,
        volumes={places.CONFIG: config_volume("config", config)},
        asks_kubernetes=True,
        healthy=prometheus_is_ready(places.AGENT),
    )
