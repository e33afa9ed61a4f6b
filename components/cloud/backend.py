"""A stack whose Temporal is Temporal Cloud."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pulumi

from components.aws.account import AwsAccount
from components.aws.care import Stored
from components.cloud.clients import KeyClientsArgs, Keys, cloud_clients, key_clients
from components.connection import Connection, ConnectionArgs
from components.handles import Endpoint, Identity
from components.inside import Inside
from components.kubernetes import Installation
from components.later import later
from contract import EndpointReference, PlatformOutputs, SecretReference
from settings import CloudSettings
from settings.cloud import GeneratedKeys

if TYPE_CHECKING:
    from components.cloud.private_link import PrivateLink

_UI: Final = "https://cloud.temporal.io/namespaces"


class Cloud:
    """What such a stack is made of; the children are those of the platform's component."""

    outputs: PlatformOutputs
    """What the stack exports."""
    connections: Sequence[Connection]
    """Of applications."""
    stored: Stored = Stored()
    """Nothing is stored here."""
    monitoring: None = None
    """Certificates of a monitoring of the stack's own, which such a stack has not."""
    monitor: None = None
    """There is no database whose figures could be read."""
    search_monitor: None = None
    """Nor a search store."""
    metrics: None = None
    """A workspace is for a server of one's own."""
    identities: Mapping[str, Identity] = MappingProxyType({})
    """Nobody of it is anybody on AWS."""

    def __init__(
        self, name: str, settings: CloudSettings, installation: Installation, inside: Inside, account: AwsAccount | None
    ) -> None:
        endpoints = _endpoints(settings)
        link = _private_link(f"{name}-link", settings, account, inside.parent)
        keys = settings.backend.generated_keys
        if keys is None:
            clients = cloud_clients(f"{name}-clients", settings, installation, inside())
            managed = _namespaces(f"{name}-namespaces", settings, clients.authority, link, inside.parent)
        else:
            # A service account is for namespaces that are there.
            managed = _namespaces(f"{name}-namespaces", settings, None, link, inside.parent)
            of_accounts = _keys(f"{name}-accounts", settings, keys, managed, inside.parent)
            made = KeyClientsArgs(settings=settings, installation=installation, keys=of_accounts)
            clients = key_clients(f"{name}-clients", made, inside())
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
                pulumi.ResourceOptions(parent=inside.parent, depends_on=[*link, *managed]),
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


def _private_link(
    name: str, settings: CloudSettings, account: AwsAccount | None, parent: pulumi.Resource
) -> "list[PrivateLink]":
    """The stack's own way to Temporal Cloud, if it has one; connections come after it."""
    link = settings.backend.private_link
    service = link.service_in(account.settings.region) if link and account else None
    if account is None or service is None:
        return []
    # Only stacks with something on AWS load pulumi-aws.
    from components.cloud.private_link import PrivateLink, PrivateLinkArgs  # noqa: PLC0415

    names = settings.backend.linked_names(
        (namespace.name for namespace in settings.namespaces), account.settings.region
    )
    return [
        PrivateLink(
            name,
            PrivateLinkArgs(account=account, service=service, names=names),
            pulumi.ResourceOptions(parent=parent),
        )
    ]


def _namespaces(
    name: str,
    settings: CloudSettings,
    authority: pulumi.Output[str] | None,
    link: "Sequence[PrivateLink]",
    parent: pulumi.Resource,
) -> list[pulumi.Resource]:
    """The namespaces that the stack looks after, if any; connections come after them."""
    said = [namespace for namespace in settings.namespaces if namespace.managed]
    if not said:
        return []
    # Only who looks after namespaces needs the package.
    from components.cloud.namespaces import Namespaces, NamespacesArgs  # noqa: PLC0415

    args = NamespacesArgs(
        installation=settings.name,
        backend=settings.backend,
        said=said,
        authority=authority,
        endpoint=link[0].endpoint if link else None,
        region=settings.aws.region if settings.aws else "",
        protect=settings.protection,
    )
    return [Namespaces(name, args, pulumi.ResourceOptions(parent=parent))]


def _keys(
    name: str,
    settings: CloudSettings,
    said: GeneratedKeys,
    namespaces: Sequence[pulumi.Resource],
    parent: pulumi.Resource,
) -> Keys:
    """Keys of service accounts that the stack makes."""
    # Only who makes something in Temporal Cloud needs the package.
    from components.cloud.service_accounts import ServiceAccounts  # noqa: PLC0415

    opts = pulumi.ResourceOptions(parent=parent, depends_on=[*namespaces])
    return ServiceAccounts(name, settings, said, opts).keys


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
