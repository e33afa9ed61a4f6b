"""Secrets with what clients show to Temporal Cloud."""

from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.certificates.names import APPLICATION_SECRET, OPERATOR
from components.handles import ClientSecret
from settings.tenants import Application

OPERATOR_SECRET: Final = f"temporal-client-{OPERATOR}"
"""Name of the one for people, in the installation's namespace."""


def application_secret(
    name: str,
    application: Application,
    labels: Mapping[str, str],
    data: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
    *,
    certificate: pulumi.Input[str],
) -> ClientSecret:
    """The one of an application, in its own namespace; `certificate` changes with what it holds."""
    k8s.core.v1.Secret(
        name,
        metadata=k8s.meta.v1.ObjectMetaArgs(
            name=APPLICATION_SECRET, namespace=application.namespace, labels=dict(labels)
        ),
        type="kubernetes.io/tls" if "tls.key" in data else "Opaque",
        string_data=data,
        opts=opts,
    )
    return ClientSecret(name=APPLICATION_SECRET, certificate=certificate)
