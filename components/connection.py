"""What one application consumes: a ConfigMap and a Secret in its own Kubernetes namespace.

The names in them are those of Temporal's environment configuration (docs.temporal.io, "Environment configuration"), so
an SDK or the CLI with `envFrom` the ConfigMap and the Secret mounted at /etc/temporal/client needs nothing else.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import ApplicationConnection, Certificates, Endpoint
from components.kubernetes import Installation
from contract import CONTRACT_VERSION, ConnectionReference
from settings.tenants import Application

CONFIG_MAP: Final = "temporal-connection"
MOUNT: Final = "/etc/temporal/client"


@dataclass(frozen=True, kw_only=True)
class ConnectionArgs:
    """One application and the endpoint it gets."""

    installation: Installation
    """For the labels."""
    application: Application
    """From the stack file."""
    endpoint: Endpoint
    """Where Temporal is."""
    certificates: Certificates
    """Who makes the application's own client certificate."""
    protect: bool
    """Whether the engine refuses to delete the Kubernetes namespace, if it is the stack's."""


class Connection(pulumi.ComponentResource):
    """ConfigMap `temporal-connection` and a Secret, usually `temporal-client`, in the application's namespace."""

    reference: ConnectionReference
    """What the stack outputs say of it."""
    connected: ApplicationConnection
    """What the application's workloads connect with."""

    def __init__(self, name: str, args: ConnectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Children: the Kubernetes namespace if asked for, ConfigMap, what makes the Secret."""
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
        data = _variables(args) | {"temporal.toml": _profile(args)}
        k8s.core.v1.ConfigMap(
            f"{name}-config",
            metadata=_metadata(CONFIG_MAP, args.application.namespace, labels),
            data=data,
            opts=child,
        )
        secret = args.certificates.application_client(f"{name}-client", args.application, labels, child)
        self.reference = ConnectionReference(
            kubernetes_namespace=args.application.namespace,
            temporal_namespace=args.application.temporal_namespace,
            config_map=CONFIG_MAP,
            secret=secret.name,
        )
        self.connected = ApplicationConnection(
            namespace=args.application.namespace,
            temporal_namespace=args.application.temporal_namespace,
            address=args.endpoint.address,
            server_name=args.endpoint.server_name,
            config_map=CONFIG_MAP,
            secret=secret.name,
            secret_keys={"cert": "tls.crt", "key": "tls.key", "ca": "ca.crt"},
            mount=MOUNT,
            words=[*data.values(), args.certificates.server.trust, secret.certificate],
            ready=[self],
            goes_with=namespace,
        )
        self.register_outputs({})


def _metadata(name: str, namespace: str, labels: dict[str, str]) -> k8s.meta.v1.ObjectMetaArgs:
    return k8s.meta.v1.ObjectMetaArgs(name=name, namespace=namespace, labels=labels)


def _variables(args: ConnectionArgs) -> dict[str, str]:
    return {
        "TEMPORAL_ADDRESS": args.endpoint.address,
        "TEMPORAL_NAMESPACE": args.application.temporal_namespace,
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_CLIENT_CERT_PATH": f"{MOUNT}/tls.crt",
        "TEMPORAL_TLS_CLIENT_KEY_PATH": f"{MOUNT}/tls.key",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": f"{MOUNT}/ca.crt",
        "TEMPORAL_TLS_SERVER_NAME": args.endpoint.server_name,
    }


def _profile(args: ConnectionArgs) -> str:
    """The same as a profile of temporal.toml, for `TEMPORAL_CONFIG_FILE`."""
    return (
        "[profile.default]\n"
        f'address = "{args.endpoint.address}"\n'
        f'namespace = "{args.application.temporal_namespace}"\n'
        "[profile.default.tls]\n"
        f'client_cert_path = "{MOUNT}/tls.crt"\n'
        f'client_key_path = "{MOUNT}/tls.key"\n'
        f'server_ca_cert_path = "{MOUNT}/ca.crt"\n'
        f'server_name = "{args.endpoint.server_name}"\n'
    )
