"""An Ingress: the way to what is called by HTTP from outside the cluster."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s

from settings.annotations import of_ingress
from settings.ingress import AnyIngress, IssuedTls, SecretTls


@dataclass(frozen=True, kw_only=True)
class IngressArgs:
    """What an Ingress leads to."""

    said: AnyIngress
    """Its part of the stack file."""
    service: str
    """The Service behind it."""
    port: str
    """Name of the Service's port."""
    path: str
    """What paths begin with."""
    secret: str
    """Secret into which cert-manager puts a certificate for it."""


def annotations(said: AnyIngress) -> dict[str, str]:
    """What it says to its controller, to cert-manager and to the engine."""
    # Not every controller writes an address into the status.
    return {**said.annotations, **of_ingress(said), "pulumi.com/skipAwait": "true"}


def ingress(
    name: str, args: IngressArgs, metadata: k8s.meta.v1.ObjectMetaArgs, opts: pulumi.ResourceOptions
) -> k8s.networking.v1.Ingress:
    """An Ingress that leads to the Service; `metadata` has its annotations."""
    said, tls = args.said, args.said.tls
    secret = tls.secret if isinstance(tls, SecretTls) else args.secret if isinstance(tls, IssuedTls) else None
    backend = k8s.networking.v1.IngressBackendArgs(
        service=k8s.networking.v1.IngressServiceBackendArgs(
            name=args.service, port=k8s.networking.v1.ServiceBackendPortArgs(name=args.port)
        )
    )
    return k8s.networking.v1.Ingress(
        name,
        metadata=metadata,
        spec=k8s.networking.v1.IngressSpecArgs(
            ingress_class_name=said.ingress_class,
            rules=[
                k8s.networking.v1.IngressRuleArgs(
                    host=said.host,
                    http=k8s.networking.v1.HTTPIngressRuleValueArgs(
                        paths=[
                            k8s.networking.v1.HTTPIngressPathArgs(path=args.path, path_type="Prefix", backend=backend)
                        ]
                    ),
                )
            ],
            tls=[k8s.networking.v1.IngressTLSArgs(hosts=[said.host], secret_name=secret)] if secret else None,
        ),
        opts=opts,
    )
