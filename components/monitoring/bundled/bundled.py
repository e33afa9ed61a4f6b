"""The monitoring of a stack that has none around it: Prometheus reads and judges, Alertmanager tells, Grafana shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s
import pulumi_random as random

import versions
from components.handles import Identity, StoreCertificates
from components.kubernetes import Installation, config_volume, secret_volume
from components.monitoring.bundled import alertmanager_configuration, grafana_configuration, prometheus_configuration
from components.monitoring.dashboards import dashboards
from components.monitoring.own import places
from components.monitoring.own.health import OWN_CLIENT, command, own_url, prometheus_is_ready
from components.monitoring.own.looking import looking
from components.monitoring.own.server import MonitoringServer, MonitoringServerArgs, Program
from components.monitoring.own.text import as_yaml
from components.monitoring.own.tls import tls_files
from components.monitoring.rules import RuleFacts, rule_groups
from components.monitoring.targets import Placed, Target
from settings.monitoring.bundled import Alertmanager, Bundled, Grafana, Prometheus
from settings.monitoring.notifications import Notifications
from settings.plans import PodPlan
from settings.scalars import bytes_of

_NOBODY: Final = 65534
_GRAFANA_UID: Final = 472
"""Users of the images (their Dockerfiles)."""


@dataclass(frozen=True, kw_only=True)
class BundledMonitoringArgs:
    """What is watched, and with what."""

    installation: Installation
    """Where it runs."""
    settings: Bundled
    """What the stack file says."""
    targets: Sequence[Target]
    """What is read."""
    facts: RuleFacts
    """What the rules are made for."""
    placed: Placed
    """Options of what is in a namespace."""
    pods: Mapping[str, PodPlan]
    """Resources and scheduling, by the keys of the stack file."""
    storage_class: str | None
    """StorageClass of volumes that name none; the cluster's default class when None."""
    certificates: StoreCertificates
    """What all of it serves with, and shows each other."""
    protect: bool
    """Whether the engine refuses to delete volumes."""
    identities: Mapping[str, Identity]
    """Who its programs are on AWS, by the keys of the stack file."""


class BundledMonitoring(pulumi.ComponentResource):
    """Prometheus, Alertmanager and, where the stack file says so, Grafana."""

    def __init__(self, name: str, args: BundledMonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: configurations, rules, dashboards; a MonitoringServer for each; what lets Prometheus find pods."""
        super().__init__("temporal:monitoring:BundledMonitoring", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._alertmanager()
        prometheus = self._prometheus()
        for namespace in sorted({target.namespace for target in args.targets}):
            looking(
                f"{name}-prometheus-{namespace}",
                args.installation,
                called=places.PROMETHEUS,
                account=prometheus.account,
                namespace=namespace,
                opts=args.placed(namespace),
            )
        said = args.settings.grafana
        if said:
            self._grafana(said)
        self.register_outputs({})

    def _server(self, program: Program, said: Prometheus | Alertmanager | Grafana) -> MonitoringServer:
        args = self._args
        return MonitoringServer(
            f"{self._name}-{program.component}",
            MonitoringServerArgs(
                installation=args.installation,
                program=program,
                storage=said.storage,
                storage_class=said.storage_class or args.storage_class,
                pod=args.pods[program.component],
                certificates=args.certificates,
                protect=args.protect,
                identity=args.identities.get(program.component),
            ),
            self._child,
        )

    def _files(self, role: str, name: str, files: Mapping[str, str]) -> pulumi.Output[str]:
        """A ConfigMap of the monitoring's; returns its name."""
        made = k8s.core.v1.ConfigMap(
            f"{self._name}-{role}",
            metadata=self._args.installation.metadata(name, "monitoring", self._args.installation.server_version),
            data=dict(files),
            opts=self._child,
        )
        return made.metadata.name

    def _address(self, called: str) -> str:
        return f"{self._args.installation.dns(called)}:{places.PORTS[called]}"

    def _prometheus(self) -> MonitoringServer:
        """It follows changes of its files by itself."""
        args, said = self._args, self._args.settings.prometheus
        watchers = {called: self._address(called) for called in (places.PROMETHEUS, places.ALERTMANAGER)}
        text = prometheus_configuration.configuration(
            args.targets, args.settings.interval, args.installation.name, watchers
        )
        files = {"prometheus.yml": text, **tls_files(args.installation.dns(places.PROMETHEUS))}
        rules = as_yaml({"groups": rule_groups(args.facts)})
        config = self._files("prometheus-config", f"{places.PROMETHEUS}-config", files)
        ruled = self._files("rules", "temporal-rules", {"temporal.yaml": rules})
        data = "/prometheus"
        return self._server(
            Program(
                called=places.PROMETHEUS,
                image=args.installation.images.prometheus,
                version=f"v{versions.PROMETHEUS}",
                uid=_NOBODY,
                args=[
                    f"--config.file={places.CONFIG}/prometheus.yml",
                    f"--web.config.file={places.CONFIG}/web.yml",
                    f"--storage.tsdb.path={data}",
                    f"--storage.tsdb.retention.time={said.retention}",
                    f"--storage.tsdb.retention.size={bytes_of(said.storage) * 9 // 10}B",
                    "--enable-feature=auto-reload-config",
                    "--log.format=json",
                ],
                data=data,
                volumes={
                    places.CONFIG: config_volume("config", config),
                    places.RULES: config_volume("rules", ruled),
                },
                asks_kubernetes=True,
                healthy=prometheus_is_ready(places.PROMETHEUS),
            ),
            said,
        )

    def _alertmanager(self) -> None:
        """It reads its file when it starts."""
        args, said = self._args, self._args.settings.alertmanager
        text = alertmanager_configuration.configuration(args.settings.notifications)
        files = {"alertmanager.yml": text, **tls_files(args.installation.dns(places.ALERTMANAGER))}
        config = self._files("alertmanager-config", f"{places.ALERTMANAGER}-config", files)
        data = "/alertmanager"
        self._server(
            Program(
                called=places.ALERTMANAGER,
                image=args.installation.images.alertmanager,
                version=f"v{versions.ALERTMANAGER}",
                uid=_NOBODY,
                args=[
                    f"--config.file={places.CONFIG}/alertmanager.yml",
                    f"--web.config.file={places.CONFIG}/web.yml",
                    f"--storage.path={data}",
                    "--cluster.listen-address=",  # alone
                    "--log.format=json",
                ],
                data=data,
                volumes={
                    places.CONFIG: config_volume("config", config),
                    **_route_secrets(args.settings.notifications),
                },
                words=[*files.values()],
                healthy=command(
                    "amtool", "config", "show", OWN_CLIENT, f"--alertmanager.url={own_url(places.ALERTMANAGER)}"
                ),
            ),
            said,
        )

    def _grafana(self, said: Grafana) -> None:
        """It reads its data source and its dashboards when it starts."""
        args = self._args
        password = random.RandomPassword(
            f"{self._name}-grafana-password", length=32, special=False, opts=self._child
        ).result
        secret = k8s.core.v1.Secret(
            f"{self._name}-grafana-admin",
            metadata=args.installation.metadata(f"{places.GRAFANA}-admin", "grafana", versions.GRAFANA),
            string_data={"user": grafana_configuration.ADMIN, "password": password},
            opts=self._child,
        ).metadata.name
        provided = grafana_configuration.files(f"https://{self._address(places.PROMETHEUS)}")
        config = self._files("grafana-config", f"{places.GRAFANA}-config", provided)
        boards = dashboards()
        shown = [self._files(uid, f"{places.GRAFANA}-{uid}", {f"{uid}.json": text}) for uid, text in boards.items()]
        self._server(
            Program(
                called=places.GRAFANA,
                image=args.installation.images.grafana,
                version=versions.GRAFANA,
                uid=_GRAFANA_UID,
                environment=grafana_configuration.environment(args.installation.dns(places.GRAFANA)),
                data="/var/lib/grafana",
                volumes={
                    grafana_configuration.PROVISIONING: _provisioning(config),
                    grafana_configuration.PASSWORD: secret_volume("admin", secret, ["password"]),
                    places.DASHBOARDS: _together("dashboards", shown),
                },
                words=[*provided.values(), *boards.values()],
                healthy=k8s.core.v1.HTTPGetActionArgs(path="/api/health", port="https", scheme="HTTPS"),
            ),
            said,
        )


def _provisioning(config: pulumi.Input[str]) -> k8s.core.v1.VolumeArgs:
    """Grafana looks for a folder of each kind."""
    items = [k8s.core.v1.KeyToPathArgs(key=name, path=path) for name, path in grafana_configuration.PATHS.items()]
    return k8s.core.v1.VolumeArgs(
        name="provisioning",
        config_map=k8s.core.v1.ConfigMapVolumeSourceArgs(name=config, default_mode=0o444, items=items),
    )


def _together(name: str, config_maps: Sequence[pulumi.Input[str]]) -> k8s.core.v1.VolumeArgs:
    """ConfigMaps as one folder."""
    sources = [
        k8s.core.v1.VolumeProjectionArgs(config_map=k8s.core.v1.ConfigMapProjectionArgs(name=each))
        for each in config_maps
    ]
    return k8s.core.v1.VolumeArgs(
        name=name, projected=k8s.core.v1.ProjectedVolumeSourceArgs(default_mode=0o444, sources=sources)
    )


def _route_secrets(said: Notifications | None) -> dict[str, k8s.core.v1.VolumeArgs]:
    """What routes need, by path: a file each."""
    sources = [
        k8s.core.v1.VolumeProjectionArgs(
            secret=k8s.core.v1.SecretProjectionArgs(
                name=reference.secret, items=[k8s.core.v1.KeyToPathArgs(key=reference.key, path=file)]
            )
        )
        for file, reference in alertmanager_configuration.secrets(said)
    ]
    if not sources:
        return {}
    projected = k8s.core.v1.ProjectedVolumeSourceArgs(default_mode=0o440, sources=sources)
    return {places.SECRETS: k8s.core.v1.VolumeArgs(name="routes", projected=projected)}
