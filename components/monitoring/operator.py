"""Objects for a Prometheus Operator that is in the cluster: it makes Prometheus and Alertmanager follow them.

Source: prometheus-operator.dev/docs/api-reference (monitoring.coreos.com v1 and v1alpha1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_kubernetes as k8s

from components.kubernetes import Installation
from components.monitoring.cloud import CLOUD, scrape_config
from components.monitoring.dashboards import dashboards
from components.monitoring.routes import alertmanager_config
from components.monitoring.rules import RuleFacts, rule_groups
from components.monitoring.targets import Placed, Target, for_operator, metric_relabelings, target_relabelings
from settings.monitoring.models import ByOperator

_GROUP: Final = "monitoring.coreos.com"
_COMPONENT: Final = "monitoring"


@dataclass(frozen=True, kw_only=True)
class OperatorObjectsArgs:
    """What is watched, and by whom."""

    installation: Installation
    """Where its objects are."""
    settings: ByOperator
    """What the stack file says."""
    services: Sequence[Target]
    """What has a Service."""
    pods: Sequence[Target]
    """What has none."""
    namespaces: Sequence[str]
    """Those of Temporal whose metrics Temporal Cloud is asked for, where the stack file says so."""
    facts: RuleFacts
    """What the rules are made for."""
    placed: Placed
    """Options of what is in a namespace."""


class OperatorObjects(pulumi.ComponentResource):
    """Monitors, rules, dashboards, routes."""

    def __init__(self, name: str, args: OperatorObjectsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: a ServiceMonitor or PodMonitor for each target, a ScrapeConfig of Temporal Cloud's metrics, a
        PrometheusRule, a ConfigMap for each dashboard, an AlertmanagerConfig where somebody is told."""
        super().__init__("temporal:monitoring:OperatorObjects", name, None, opts)
        self._name, self._args = name, args
        self._opts = pulumi.ResourceOptions(parent=self)
        for target in args.services:
            spec = _monitor(target, "endpoints", args.settings)
            self._custom(f"{target.name}-monitor", "ServiceMonitor", target.name, spec)
        for target in args.pods:
            # Beside the pods: the operator's Prometheus may look into their namespace, whoever made it.
            spec = _monitor(target, "podMetricsEndpoints", args.settings)
            role = f"{target.namespace}.{target.name}-monitor"
            self._custom(role, "PodMonitor", target.name, spec, namespace=target.namespace)
        if args.settings.cloud:
            spec = scrape_config(args.settings.cloud, args.namespaces, args.installation)
            self._custom(CLOUD, "ScrapeConfig", CLOUD, spec, version="v1alpha1")
        self._custom("rules", "PrometheusRule", "temporal", {"groups": rule_groups(args.facts)})
        for uid, text in dashboards().items():
            self._dashboard(uid, text)
        told = args.settings.notifications
        if told:
            spec = alertmanager_config(told, args.installation.name)
            self._custom("routes", "AlertmanagerConfig", "temporal", spec, version="v1alpha1")
        self.register_outputs({})

    def _metadata(
        self, name: str, labels: Mapping[str, str], namespace: str | None = None
    ) -> k8s.meta.v1.ObjectMetaArgs:
        installation = self._args.installation
        return k8s.meta.v1.ObjectMetaArgs(
            name=name,
            namespace=namespace or installation.namespace,
            labels={**labels, **installation.labels(_COMPONENT, installation.server_version)},
        )

    def _custom(
        self,
        role: str,
        kind: str,
        name: str,
        spec: Mapping[str, Any],
        *,
        version: str = "v1",
        namespace: str | None = None,
    ) -> None:
        k8s.apiextensions.CustomResource(
            f"{self._name}-{role}",
            api_version=f"{_GROUP}/{version}",
            kind=kind,
            metadata=self._metadata(name, self._args.settings.labels, namespace),
            spec=spec,
            opts=self._args.placed(namespace) if namespace else self._opts,
        )

    def _dashboard(self, uid: str, text: str) -> None:
        said = self._args.settings
        metadata = self._metadata(uid, said.dashboard_labels)
        k8s.core.v1.ConfigMap(
            f"{self._name}-{uid}",
            metadata=metadata,
            data={f"{uid}.json": text},
            opts=self._opts,
        )


def _monitor(target: Target, key: str, said: ByOperator) -> dict[str, Any]:
    """The spec of a ServiceMonitor or a PodMonitor, which differ in the key of what is read."""
    endpoint = {
        "port": target.port,
        "interval": said.interval,
        "relabelings": for_operator(target_relabelings(target)),
        "metricRelabelings": for_operator(metric_relabelings(target)),
    }
    return {"selector": {"matchLabels": dict(target.selector)}, key: [endpoint]}
