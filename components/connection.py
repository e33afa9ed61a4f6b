"""What one application consumes, in its own Kubernetes namespace, whatever runs Temporal: a ConfigMap, a Secret, and a
Connection if asked for.

The names in them are those of Temporal's environment configuration (docs.temporal.io, "Environment configuration"), so
an SDK or the CLI with `envFrom` the ConfigMap and the Secret mounted at /etc/temporal/client needs nothing else.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import ApplicationConnection, ClientCredentials, Endpoint
from components.kubernetes import Installation
from components.profile import MOUNT, profile
from contract import CONTRACT_VERSION, ConnectionReference
from settings.tenants import Application

CONFIG_MAP: Final = "temporal-connection"
_TO_KEDA: Final = {
    "TEMPORAL_TLS_CLIENT_CERT_PATH": "cert",
    "TEMPORAL_TLS_CLIENT_KEY_PATH": "key",
    "TEMPORAL_TLS_SERVER_CA_CERT_PATH": "ca",
}


@dataclass(frozen=True, kw_only=True)
class ConnectionArgs:
    """One application and the endpoint it gets."""

    installation: Installation
    """For the labels."""
    application: Application
    """From the stack file."""
    endpoint: Endpoint
    """Where Temporal is."""
    credentials: ClientCredentials
    """What the application shows, and who makes it."""
    protect: bool
    """Whether the engine refuses to delete the Kubernetes namespace, if it is the stack's."""


class Connection(pulumi.ComponentResource):
    """ConfigMap `temporal-connection` and a Secret, usually `temporal-client`, in the application's namespace."""

    reference: ConnectionReference
    """What the stack outputs say of it."""
    connected: ApplicationConnection
    """What the application's workloads connect with."""

    def __init__(self, name: str, args: ConnectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the Kubernetes namespace if asked for, ConfigMap, what makes the Secret, the Connection of Temporal
        Worker Controller if asked for."""
        super().__init__("temporal:connection:Connection", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        labels = args.installation.labels("connection", str(CONTRACT_VERSION))
        namespace = None
        if args.application.create_namespace:
            namespace = k8s.core.v1.Namespace(
                f"{name}-namespace",
                metadata=k8s.meta.v1.ObjectMetaArgs(name=args.application.namespace, labels=labels),
                opts=pulumi.ResourceOptions(parent=self, protect=args.protect or None),
            )
            child = pulumi.ResourceOptions(parent=self, depends_on=[namespace], deleted_with=namespace)
        data = _variables(args) | _profile(args)
        k8s.core.v1.ConfigMap(
            f"{name}-config",
            metadata=_metadata(CONFIG_MAP, args.application.namespace, labels),
            data=data,
            opts=child,
        )
        secret = args.credentials.issuer.application_client(f"{name}-client", args.application, labels, child)
        if args.application.worker_controller:
            k8s.apiextensions.CustomResource(
                f"{name}-worker-controller",
                api_version="temporal.io/v1alpha1",
                kind="Connection",
                metadata=_metadata(CONFIG_MAP, args.application.namespace, labels),
                spec={
                    "hostPort": args.endpoint.address,
                    "tls": {"serverName": args.endpoint.server_name},
                    **_shown(args.credentials, secret.name),
                },
                opts=child,
            )
        self.reference = ConnectionReference(
            kubernetes_namespace=args.application.namespace,
            temporal_namespace=args.application.temporal_namespace,
            config_map=CONFIG_MAP,
            secret=secret.name,
            address=args.endpoint.address,
            tls_server_name=args.endpoint.server_name,
        )
        self.connected = ApplicationConnection(
            namespace=args.application.namespace,
            temporal_namespace=args.application.temporal_namespace,
            address=args.endpoint.address,
            server_name=args.endpoint.server_name,
            config_map=CONFIG_MAP,
            secret=secret.name,
            secret_keys=_secret_keys(args.credentials),
            mount=MOUNT,
            words=[*data.values(), args.credentials.trust, secret.certificate],
            ready=[self],
            goes_with=namespace,
        )
        self.register_outputs({})


def _metadata(name: str, namespace: str, labels: dict[str, str]) -> k8s.meta.v1.ObjectMetaArgs:
    return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=namespace, labels=labels)


def _shown(credentials: ClientCredentials, secret: str) -> dict[str, dict[str, str]]:
    """How the Worker Controller's own pods show who they are (temporal.io/v1alpha1, Connection)."""
    if credentials.has_profile:
        return {"apiKeySecretRef": {"name": secret, "key": "api-key"}}
    return {"mutualTLSSecretRef": {"name": secret}}


def _secret_keys(credentials: ClientCredentials) -> dict[str, str]:
    """Keys of the Secret, by what they are to KEDA's trigger of Temporal."""
    if credentials.has_profile:
        return {"apiKey": "api-key"}
    return {_TO_KEDA[variable]: key for variable, key in credentials.files.items()}


def _variables(args: ConnectionArgs) -> dict[str, str]:
    return {
        "TEMPORAL_ADDRESS": args.endpoint.address,
        "TEMPORAL_NAMESPACE": args.application.temporal_namespace,
        "TEMPORAL_TLS": "true",
        **{variable: f"{MOUNT}/{file}" for variable, file in args.credentials.files.items()},
        "TEMPORAL_TLS_SERVER_NAME": args.endpoint.server_name,
    }


def _profile(args: ConnectionArgs) -> dict[str, str]:
    """The same as a profile, for `TEMPORAL_CONFIG_FILE`, unless the Secret holds one already."""
    if args.credentials.has_profile:
        return {}
    place = (args.endpoint.address, args.application.temporal_namespace, args.endpoint.server_name)
    return {"temporal.toml": profile(*place, files=args.credentials.files)}
