"""The way to an API from outside the cluster."""

from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.workloads.volumes import Metadata
from settings.ingress import Ingress, IssuedTls, SecretTls
from settings.workloads import Api

_ISSUER: Final = {"ClusterIssuer": "cert-manager.io/cluster-issuer", "Issuer": "cert-manager.io/issuer"}
"""What cert-manager's ingress-shim looks at (cert-manager.io, "Annotated Ingress resource")."""


def ingress(name: str, api: Api, said: Ingress, metadata: Metadata, opts: pulumi.ResourceOptions) -> None:
    """An Ingress that leads to the API's Service."""
    tls = said.tls
    secret = tls.secret if isinstance(tls, SecretTls) else f"{api.name}-tls" if isinstance(tls, IssuedTls) else None
    annotations = {
        **said.annotations,
        **({_ISSUER[tls.issuer_kind]: tls.issuer} if isinstance(tls, IssuedTls) else {}),
        # Not every controller writes an address into the status.
        "pulumi.com/skipAwait": "true",
    }
    backend = k8s.networking.v1.IngressBackendArgs(
        service=k8s.networking.v1.IngressServiceBackendArgs(
            name=api.name, port=k8s.networking.v1.ServiceBackendPortArgs(name="http")
        )
    )
    k8s.networking.v1.Ingress(
        name,
        metadata=metadata(None, annotations),
        spec=k8s.networking.v1.IngressSpecArgs(
            ingress_class_name=said.ingress_class,
            rules=[
                k8s.networking.v1.IngressRuleArgs(
                    host=said.host,
                    http=k8s.networking.v1.HTTPIngressRuleValueArgs(
                        paths=[
                            k8s.networking.v1.HTTPIngressPathArgs(path=said.path, path_type="Prefix", backend=backend)
                        ]
                    ),
                )
            ],
            tls=[k8s.networking.v1.IngressTLSArgs(hosts=[said.host], secret_name=secret)] if secret else None,
        ),
        opts=opts,
    )
