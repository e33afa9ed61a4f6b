"""An application's worker or API: a Deployment with the application's connection, and what belongs to it.

Nothing here knows how Temporal is run: all of it comes from the connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.disruption import disruption_budget
from components.handles import ApplicationConnection, UsedDatabase
from components.ingress import IngressArgs, annotations, ingress
from components.kubernetes import Installation
from components.workloads import volumes
from components.workloads.pod import pod_template
from components.workloads.scaling import scaler
from settings.traces import Traces
from settings.workload_plan import SURGE, workload_plan
from settings.workloads import AnyWorkload, Api, Worker

_MANAGED_BY: Final = "pulumi"


@dataclass(frozen=True, kw_only=True)
class WorkloadArgs:
    """One workload and what it connects with."""

    installation: Installation
    """For the labels."""
    workload: AnyWorkload
    """From the stack file."""
    connection: ApplicationConnection
    """The connection of its application."""
    databases: Sequence[UsedDatabase]
    """The databases of its application that it names."""
    storage_class: str | None
    """StorageClass of its volumes that name none."""
    traces: Traces | None
    """Where its spans are to be sent; the program is told nothing of it when None."""
    protect: bool
    """Whether the engine refuses to delete its volumes."""


def workload_selector(installation: Installation, workload: AnyWorkload) -> dict[str, str]:
    """The labels that never change of a workload, by which everything finds its pods."""
    return {"app.kubernetes.io/name": workload.name, "app.kubernetes.io/instance": installation.name}


class Workload(pulumi.ComponentResource):
    """A Deployment in the application's namespace, named as the stack file names the workload."""

    def __init__(self, name: str, args: WorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: ServiceAccount, PersistentVolumeClaims, Deployment, disruption budget; of an API Service and
        Ingress, of a scaled worker KEDA's objects."""
        super().__init__("temporal:workload:Workload", name, None, opts)
        self._name = name
        self._args = args
        self._plan = workload_plan(args.workload)
        ready = [*args.connection.ready, *(each for database in args.databases for each in database.ready)]
        self._child = pulumi.ResourceOptions(parent=self, depends_on=ready)
        volumes.claims(name, args.workload, self._metadata, args.storage_class, self._precious())
        account = k8s.core.v1.ServiceAccount(
            f"{name}-account",
            metadata=self._metadata(),
            automount_service_account_token=False,
            opts=self._child,
        )
        deployment = self._deployment(account.metadata.name)
        disruption_budget(
            f"{name}-budget",
            self._selector,
            metadata=self._metadata(),
            budget=self._plan.budget,
            opts=self._child,
        )
        if isinstance(args.workload, Api):
            self._serve(args.workload, deployment)
        if isinstance(args.workload, Worker) and args.workload.autoscaling:
            scaler(
                name,
                args.workload,
                args.workload.autoscaling,
                args.connection,
                metadata=self._metadata(),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
            )
        self.register_outputs({})

    @property
    def _selector(self) -> dict[str, str]:
        return workload_selector(self._args.installation, self._args.workload)

    @property
    def _labels(self) -> dict[str, str]:
        """The five recommended labels, and what kind of workload it is."""
        said = self._args.workload
        return {
            **self._selector,
            "app.kubernetes.io/version": _version(said.image),
            "app.kubernetes.io/part-of": said.application,
            "app.kubernetes.io/managed-by": _MANAGED_BY,
            "app.kubernetes.io/component": said.kind,
        }

    def _metadata(
        self, name: str | None = None, annotations: dict[str, str] | None = None
    ) -> k8s.meta.v1.ObjectMetaArgs:
        return k8s.meta.v1.ObjectMetaArgs(
            name=name or self._args.workload.name,
            namespace=self._args.connection.namespace,
            labels=self._labels,
            annotations=annotations,
        )

    def _precious(self) -> pulumi.ResourceOptions:
        """Options of what nothing brings back."""
        connected = list(self._args.connection.ready)
        return pulumi.ResourceOptions(parent=self, depends_on=connected, protect=self._args.protect or None)

    def _deployment(self, account: pulumi.Input[str]) -> k8s.apps.v1.Deployment:
        args, plan = self._args, self._plan
        scaled = isinstance(args.workload, Worker) and args.workload.autoscaling
        patience = f"{plan.deadline}s"
        return k8s.apps.v1.Deployment(
            self._name,
            metadata=self._metadata(),
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=plan.replicas,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=self._selector),
                strategy=k8s.apps.v1.DeploymentStrategyArgs(type="Recreate")
                if plan.is_alone
                else k8s.apps.v1.DeploymentStrategyArgs(
                    type="RollingUpdate",
                    rolling_update=k8s.apps.v1.RollingUpdateDeploymentArgs(max_surge=SURGE, max_unavailable=0),
                ),
                progress_deadline_seconds=plan.deadline,
                template=pod_template(
                    args.installation,
                    args.workload,
                    plan,
                    args.connection,
                    args.databases,
                    traces=args.traces,
                    labels=self._labels,
                    selector=self._selector,
                    account=account,
                ),
            ),
            opts=pulumi.ResourceOptions.merge(
                self._child,
                pulumi.ResourceOptions(
                    # What the autoscaler has set since is not for the engine to take back.
                    ignore_changes=["spec.replicas"] if scaled else None,
                    custom_timeouts=pulumi.CustomTimeouts(create=patience, update=patience),
                ),
            ),
        )

    def _serve(self, api: Api, deployment: k8s.apps.v1.Deployment) -> None:
        service = k8s.core.v1.Service(
            f"{self._name}-service",
            metadata=self._metadata(),
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=self._selector,
                ports=[k8s.core.v1.ServicePortArgs(name="http", port=api.port, target_port="http")],
            ),
            # A Service waits for its pods: before them it would wait in vain when they do not start.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
        )
        if api.ingress:
            ingress(
                f"{self._name}-ingress",
                IngressArgs(
                    said=api.ingress, service=api.name, port="http", path=api.ingress.path, secret=f"{api.name}-tls"
                ),
                self._metadata(None, annotations(api.ingress)),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[service]),
            )


def _version(image: str) -> str:
    """The image's tag, or the beginning of its digest."""
    reference, _, digest = image.partition("@sha256:")
    return reference.rpartition("/")[2].partition(":")[2] or digest[:12]
