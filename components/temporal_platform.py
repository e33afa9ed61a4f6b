"""The whole platform from one stack's settings. The one place that looks at who runs Temporal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as k8s

from components.aws.account import AwsAccount, aws_account
from components.aws.care import Stored, care
from components.cloud.backend import Cloud
from components.handles import ApplicationConnection
from components.images import ImageSource
from components.inside import Inside
from components.kubernetes import Installation
from components.monitoring.reference import metrics_reference
from components.monitoring.watch import WatchArgs, watch
from components.self_hosted import SelfHosted
from components.workloads.workload import Workload, WorkloadArgs
from contract import PlatformOutputs
from settings import CloudSettings, SelfHostedSettings, Settings
from settings.application_databases import databases_of
from settings.plans import scheduling_plan
from settings.pods import Scheduling
from settings.zalando import Zalando

if TYPE_CHECKING:
    from components.application_databases.database import ApplicationDatabase


@dataclass(frozen=True, kw_only=True)
class TemporalPlatformArgs:
    """One stack."""

    settings: Settings
    """What the stack file says."""


class TemporalPlatform(pulumi.ComponentResource):
    """Temporal for one stack, and what applications need to use it."""

    outputs: PlatformOutputs
    """What the stack exports."""

    def __init__(self, name: str, args: TemporalPlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: namespace; with a server of one's own AWS key, certificates, database, archive, AWS identities,
        server, namespaces, Web UI, ways in; with Temporal Cloud what clients show; connections, databases of
        applications, alarms and backups, workloads, monitoring."""
        super().__init__("temporal:platform:TemporalPlatform", name, None, opts)
        self._settings = settings = args.settings
        installation = self._installation()
        namespace = self._namespace(f"{name}-namespace", installation) if settings.kubernetes.create_namespace else None
        inside = Inside(parent=self, namespace=namespace)
        account = aws_account(f"{name}-aws", settings, self)
        backend = self._backend(name, installation, inside, account)
        connections = {each.connected.namespace: each.connected for each in backend.connections}
        databases = self._databases(name, installation, inside, account, connections)
        care(name, account, sum((_stored(each) for each in databases.values()), backend.stored))
        references = {called: database.reference for called, database in databases.items()}
        self.outputs = replace(
            backend.outputs,
            application_databases=references or None,
            metrics=metrics_reference(settings, installation, backend.metrics),
        )
        self._workloads(name, installation, connections, databases)
        watch(
            f"{name}-monitoring",
            WatchArgs(
                settings=settings,
                installation=installation,
                certificates=backend.monitoring,
                monitor=backend.monitor,
                search_monitor=backend.search_monitor,
                store=backend.metrics,
                identities=backend.identities,
            ),
            inside,
            {namespace: connection.goes_with for namespace, connection in connections.items()},
        )
        self.register_outputs({})

    def _backend(
        self, name: str, installation: Installation, inside: Inside, account: AwsAccount | None
    ) -> SelfHosted | Cloud:
        if isinstance(self._settings, CloudSettings):
            return Cloud(name, self._settings, installation, inside, account)
        if isinstance(self._settings, SelfHostedSettings):
            return SelfHosted(name, self._settings, installation, inside, account)
        raise TypeError(f"nobody knows what a {type(self._settings).__name__} is made of")

    def _installation(self) -> Installation:
        settings = self._settings
        version = settings.backend.version if isinstance(settings, SelfHostedSettings) else settings.backend.kind
        return Installation(
            name=settings.name,
            images=ImageSource(settings=settings.images, server_version=version),
            jobs=scheduling_plan(settings.kubernetes.pods, Scheduling()),
        )

    def _namespace(self, name: str, installation: Installation) -> k8s.core.v1.Namespace:
        """The installation's namespace; the API server refuses any pod in it that is not `restricted`. Spilo's are
        not, and the operator's manifest has no words for it: with them it refuses what is not `baseline`, and tells of
        the rest."""
        enforced = "baseline" if isinstance(self._settings.database, Zalando) else "restricted"
        levels = {"enforce": enforced, "audit": "restricted", "warn": "restricted"}
        standard = {f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()}
        return k8s.core.v1.Namespace(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=installation.namespace,
                labels={**installation.labels("installation", installation.server_version), **standard},
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=self._settings.protection or None),
        )

    def _databases(
        self,
        name: str,
        installation: Installation,
        inside: Inside,
        account: AwsAccount | None,
        connections: Mapping[str, ApplicationConnection],
    ) -> Mapping[str, "ApplicationDatabase"]:
        if not self._settings.application_databases:
            return {}
        # Only stacks with such databases need pulumi-aws for them.
        from components.application_databases.all import application_databases  # noqa: PLC0415

        return application_databases(
            f"{name}-application-database",
            self._settings,
            installation=installation,
            namespace=inside.namespace,
            account=account,
            connections=connections,
        )

    def _workloads(
        self,
        name: str,
        installation: Installation,
        connections: Mapping[str, ApplicationConnection],
        databases: Mapping[str, "ApplicationDatabase"],
    ) -> None:
        """What applications run, each with the connection of its application, and the databases that it names."""
        for workload in self._settings.workloads:
            connection = connections[workload.application]
            Workload(
                f"{name}-workload-{workload.application}.{workload.name}",
                WorkloadArgs(
                    installation=installation,
                    workload=workload,
                    connection=connection,
                    databases=[databases[said.name].used for said in databases_of(workload, self._settings)],
                    storage_class=self._settings.kubernetes.storage_class,
                    traces=self._settings.traces,
                    protect=self._settings.protection,
                ),
                pulumi.ResourceOptions(parent=self, deleted_with=connection.goes_with),
            )


def _stored(database: "ApplicationDatabase") -> Stored:
    server = database.made.server
    return Stored(watched=server.watched, databases=[server.arn])
