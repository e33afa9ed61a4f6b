"""A stack whose Temporal is Temporal Cloud."""

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from components.aws.care import Stored
from components.cloud.clients import cloud_clients
from components.connection import Connection, ConnectionArgs
from components.handles import Endpoint
from components.inside import Inside
from components.kubernetes import Installation
from components.later import later
from contract import EndpointReference, PlatformOutputs, SecretReference
from settings import CloudSettings

_UI: Final = "https://cloud.temporal.io/namespaces"


class Cloud:
    """What such a stack is made of; the children are those of the platform's component."""

    outputs: PlatformOutputs
    """What the stack exports."""
    connections: Sequence[Connection]
    """Of applications."""
    stored: Stored = Stored()
    """Nothing is stored here."""

    def __init__(self, name: str, settings: CloudSettings, installation: Installation, inside: Inside) -> None:
        clients = cloud_clients(f"{name}-clients", settings, installation, inside())
        endpoints = _endpoints(settings)
        self.connections = [
            Connection(
                f"{name}-connection-{application.namespace}",
                ConnectionArgs(
                    installation=installation,
                    application=application,
                    endpoint=endpoints[application.temporal_namespace],
                    credentials=clients.credentials,
                    protect=settings.protection,
                ),
                pulumi.ResourceOptions(parent=inside.parent),
            )
            for application in settings.applications
        ]
        first = settings.namespaces[0].name
        self.outputs = PlatformOutputs(
            backend=settings.backend.kind,
            name=settings.name,
            address=endpoints[first].address,
            external_address=endpoints[first].address,
            tls_server_name=endpoints[first].server_name,
            ui_address=f"{_UI}/{first}",
            namespaces=tuple(endpoints),
            endpoints={
                namespace: EndpointReference(address=endpoint.address, tls_server_name=endpoint.server_name)
                for namespace, endpoint in endpoints.items()
            },
            client=SecretReference(namespace=settings.name, name=clients.operator_secret),
            client_authority=later(clients.authority),
            connections=tuple(connection.reference for connection in self.connections),
        )


def _endpoints(settings: CloudSettings) -> Mapping[str, Endpoint]:
    names = [namespace.name for namespace in settings.namespaces]
    return {
        name: Endpoint(
            address=settings.backend.address(name),
            external_address=None,
            server_name=settings.backend.server_name(name),
            namespaces=names,
        )
        for name in names
    }
