"""The Web UI: serves TLS, and speaks to the frontend with a client certificate of its own.

Its own server starts again when what it serves or trusts is renewed (components/server/renewal.py); the pod stays.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.disruption import disruption_budget
from components.kubernetes import Installation, content_hash, mount, scratch_volume, secret_volume
from components.pods import environment, planned_resources, pod_spec, restricted_container
from components.server.renewal import RENEWING_SH
from settings.plans import UiPlan

NAME: Final = "temporal-ui"
PORT: Final = 8080
_COMPONENT: Final = "ui"
_UID: Final = 5000
_CLIENT: Final = "/etc/temporal/client"
_SERVING: Final = "/etc/temporal/serving"


@dataclass(frozen=True, kw_only=True)
class WebUiArgs:
    """What the UI connects to and serves with."""

    installation: Installation
    """Where it runs."""
    plan: UiPlan
    """Replicas, disruption budget, resources, scheduling, further environment."""
    address: str
    """host:port of the frontend."""
    server_name: str
    """Name in the frontend's certificate."""
    client_secret: pulumi.Input[str]
    """Secret with the UI's client certificate."""
    serving_secret: pulumi.Input[str]
    """Secret with the certificate that browsers see."""
    trust: str
    """Whose authorities these are; with another text the pods restart."""


class WebUi(pulumi.ComponentResource):
    """A Deployment and a Service on port 8080, HTTPS only."""

    def __init__(self, name: str, args: WebUiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: ServiceAccount, Deployment, Service; a disruption budget where planned."""
        super().__init__("temporal:server:WebUi", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        metadata = args.installation.metadata(NAME, _COMPONENT, versions.TEMPORAL_UI)
        selector = args.installation.selector(_COMPONENT)
        account = k8s.core.v1.ServiceAccount(
            f"{name}-account", metadata=metadata, automount_service_account_token=False, opts=child
        )
        deployment = k8s.apps.v1.Deployment(
            name,
            metadata=metadata,
            spec=k8s.apps.v1.DeploymentSpecArgs(
                replicas=args.plan.replicas,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=selector),
                template=k8s.core.v1.PodTemplateSpecArgs(
                    metadata=k8s.meta.v1.ObjectMetaArgs(
                        labels=args.installation.labels(_COMPONENT, versions.TEMPORAL_UI),
                        annotations={
                            **args.plan.pod.scheduling.annotations,
                            "temporal-platform/config-hash": content_hash(args.trust),
                        },
                    ),
                    spec=_pod(args, account.metadata.name),
                ),
            ),
            opts=child,
        )
        k8s.core.v1.Service(
            f"{name}-service",
            metadata=metadata,
            spec=k8s.core.v1.ServiceSpecArgs(
                selector=selector,
                ports=[k8s.core.v1.ServicePortArgs(name="https", port=443, target_port="https")],
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[deployment]),
        )
        disruption_budget(
            f"{name}-budget",
            selector,
            metadata=metadata,
            budget=args.plan.budget,
            opts=child,
        )
        self.register_outputs({})


def _pod(args: WebUiArgs, account: pulumi.Input[str]) -> k8s.core.v1.PodSpecArgs:
    own = {
        "TEMPORAL_ADDRESS": args.address,
        "TEMPORAL_UI_PORT": str(PORT),
        "TEMPORAL_TLS_CA": f"{_CLIENT}/ca.crt",
        "TEMPORAL_TLS_CERT": f"{_CLIENT}/tls.crt",
        "TEMPORAL_TLS_KEY": f"{_CLIENT}/tls.key",
        "TEMPORAL_TLS_SERVER_NAME": args.server_name,
        "TEMPORAL_TLS_ENABLE_HOST_VERIFICATION": "true",
        "TEMPORAL_UI_SERVER_TLS_CERT": f"{_SERVING}/tls.crt",
        "TEMPORAL_UI_SERVER_TLS_KEY": f"{_SERVING}/tls.key",
    }
    healthy = k8s.core.v1.HTTPGetActionArgs(path="/healthz", port="https", scheme="HTTPS")
    container = k8s.core.v1.ContainerArgs(
        name="ui",
        image=args.installation.images.ui,
        image_pull_policy="IfNotPresent",
        command=["/bin/bash", "-c", RENEWING_SH, NAME, f"{_SERVING}/tls.crt", f"{_CLIENT}/ca.crt"],
        env=environment(own, args.plan.pod),
        ports=[k8s.core.v1.ContainerPortArgs(name="https", container_port=PORT)],
        readiness_probe=k8s.core.v1.ProbeArgs(http_get=healthy, period_seconds=5),
        liveness_probe=k8s.core.v1.ProbeArgs(http_get=healthy, period_seconds=10, failure_threshold=6),
        volume_mounts=[mount("client", _CLIENT), mount("serving", _SERVING), mount("tmp", "/tmp", writable=True)],  # noqa: S108
        resources=planned_resources(args.plan.pod),
        security_context=restricted_container(),
    )
    return pod_spec(
        args.installation,
        args.plan.pod.scheduling,
        uid=_UID,
        container=container,
        account=account,
        apart=args.installation.selector(_COMPONENT),
        volumes=[
            secret_volume("client", args.client_secret),
            secret_volume("serving", args.serving_secret, ["tls.crt", "tls.key"]),
            scratch_volume("tmp"),
        ],
    )
