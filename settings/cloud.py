"""`temporal:backend` of kind `cloud`: Temporal Cloud.

Source: docs.temporal.io, Temporal Cloud, "Namespaces" and "Certificates".
"""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.base import Model
from settings.checks import OneOf, Text
from settings.facts import changing
from settings.private_link import PrivateLink
from settings.scalars import Day, Duration, Host, ObjectName, Port, Rotation
from settings.tls import Days, Issuer

PORT: Final = 7233
_ADDRESS = changing("nothing", "the applications' ConfigMaps change; programs read them when they start")
_CLIENTS = changing("nothing", "the applications' Secrets change; programs read them when they start")
_OTHERS = changing("replaced", "the applications' Secrets are made anew; programs read them when they start")
_LEAVES = changing("nothing", "leaves are issued anew")
_AUTHORITY = changing("replaced", "clients get other certificates; their authority must be in Temporal Cloud before")

Region = Annotated[
    str,
    Text(
        r"[a-z]{2,12}(-[a-z0-9]{1,12}){1,3}", "the region's name at its provider, such as eu-central-1", ("us-east-1",)
    ),
]


class NamespaceEndpoint(Model):
    """The endpoint of each namespace, <namespace>.<account>.tmprl.cloud. It follows a namespace of several regions."""

    kind: Annotated[Literal["namespace"], _ADDRESS]
    """This endpoint's name."""


class RegionalEndpoint(Model):
    """The endpoint of a region, <region>.<provider>.api.temporal.io, for all namespaces in it."""

    kind: Annotated[Literal["regional"], _ADDRESS]
    """This endpoint's name."""
    provider: Annotated[str, OneOf(("aws", "gcp")), _ADDRESS]
    """Whose region it is."""
    region: Annotated[Region, _ADDRESS]
    """The region that the namespaces are in."""


class AddressEndpoint(Model):
    """An address of one's own that leads to Temporal Cloud: a proxy, a private link that somebody else made."""

    kind: Annotated[Literal["address"], _ADDRESS]
    """This endpoint's name."""
    host: Annotated[Host, _ADDRESS]
    """Address or DNS name."""
    port: Annotated[Port, _ADDRESS] = PORT
    """TCP port."""
    server_name: Annotated[Host, _ADDRESS]
    """DNS name in the certificate that clients expect there, such as <namespace>.<account>.tmprl.cloud."""


class GeneratedClients(Model):
    """An authority and leaves made by the stack itself; their private keys are in the stack's state, encrypted. The
    authority is the output `clientAuthority`: add it to the namespaces in Temporal Cloud."""

    kind: Annotated[Literal["generated"], _AUTHORITY]
    """This issuer's name."""
    leaf_days: Annotated[Days, changing("nothing", "leaves are issued anew", unit="days")] = 90
    """Validity of a leaf certificate. An `up` in the last third of it issues a new one."""
    rotation: Annotated[Rotation, _LEAVES] = 0
    """Any other number makes new keys and leaves by the same authority. What has been issued before stays valid until
    its own end."""


class IssuedClients(Model):
    """cert-manager issues and renews. The issuer's authority must be in the namespaces in Temporal Cloud."""

    kind: Annotated[Literal["cert-manager"], _AUTHORITY]
    """This issuer's name."""
    issuer: Issuer
    """Who signs. Whoever it signs for gets in: give Temporal an issuer of its own."""
    duration: Annotated[Duration, changing("nothing", "leaves are issued anew", unit="duration")] = "90d"
    """Validity of a leaf."""
    renew_before: Annotated[Duration, changing("nothing", "leaves are issued anew", unit="duration")] = "30d"
    """How long before its end a leaf is renewed."""


class ProvidedClients(Model):
    """Certificates that somebody else puts into Secrets (tls.crt, tls.key) and renews there: `client`, and for each
    application its `clientSecret`."""

    kind: Annotated[Literal["provided"], _AUTHORITY]
    """This issuer's name."""
    client: Annotated[ObjectName, _CLIENTS]
    """Secret in the installation's namespace with the certificate for people."""


class MutualTls(Model):
    """Clients show a certificate whose authority the namespace accepts."""

    kind: Annotated[Literal["mtls"], _OTHERS]
    """This way's name."""
    certificates: Annotated[GeneratedClients | IssuedClients | ProvidedClients, Field(discriminator="kind")]
    """Who issues them."""


class GivenKey(Model):
    """`temporal:cloudApiKey`, one for all. Everybody who can read an application's Secret has it: give the stack a key
    of a service account that may use its namespaces only."""

    kind: Annotated[Literal["given"], _CLIENTS]
    """Where keys come from."""


class GeneratedKeys(Model):
    """The stack makes a service account with a key for each application, which may read and write in its namespace and
    do nothing else, and one for people, which may do so in all namespaces of the stack. Keys are in the stack's state,
    encrypted."""

    kind: Annotated[Literal["generated"], _CLIENTS]
    """Where keys come from."""
    until: Annotated[Day, changing("nothing", "keys are made anew; those before stay valid until their own end")]
    """The day on which the keys end, at its begin in UTC. A later day makes other keys."""


class ApiKey(Model):
    """Clients show an API key."""

    kind: Annotated[Literal["api-key"], _OTHERS]
    """This way's name."""
    keys: Annotated[GivenKey | GeneratedKeys, Field(discriminator="kind")] = GivenKey(kind="given")
    """Where keys come from; the stack's own secret when left out."""


class Cloud(Model):
    """Temporal Cloud runs it. The namespaces of `temporal:namespaces` are there already; the stack makes what
    applications need to use them."""

    kind: Annotated[Literal["cloud"], changing("refused", "a move to Temporal Cloud is another stack beside this one")]
    """This backend's name."""
    endpoint: Annotated[NamespaceEndpoint | RegionalEndpoint | AddressEndpoint, Field(discriminator="kind")] = (
        NamespaceEndpoint(kind="namespace")
    )
    """Where clients find it; the namespaces' own endpoints when left out."""
    private_link: PrivateLink | None = None
    """A way to it that does not leave AWS; the internet when left out."""
    authentication: Annotated[MutualTls | ApiKey, Field(discriminator="kind")]
    """How clients show who they are."""

    @property
    def generated_keys(self) -> GeneratedKeys | None:
        """API keys that the stack makes; None where it makes none."""
        keys = self.authentication.keys if isinstance(self.authentication, ApiKey) else None
        return keys if isinstance(keys, GeneratedKeys) else None

    def host(self, namespace: str) -> str:
        """Where clients find a namespace."""
        match self.endpoint:
            case NamespaceEndpoint():
                return _own_host(namespace)
            case RegionalEndpoint(region=region, provider=provider):
                return f"{region}.{provider}.api.temporal.io"
            case AddressEndpoint(host=host):
                return host

    def address(self, namespace: str) -> str:
        """The same, with the port."""
        port = self.endpoint.port if isinstance(self.endpoint, AddressEndpoint) else PORT
        return f"{self.host(namespace)}:{port}"

    def server_name(self, namespace: str) -> str:
        """DNS name in the certificate that clients must expect there. With mutual TLS it chooses the namespace, at a
        regional endpoint too."""
        if isinstance(self.endpoint, AddressEndpoint):
            return self.endpoint.server_name
        return _own_host(namespace) if isinstance(self.authentication, MutualTls) else self.host(namespace)

    def linked_names(self, namespaces: Iterable[str], region: str) -> list[str]:
        """DNS names that a private link in `region` makes lead to its endpoint, each once."""
        if self.private_link is None:
            return []
        if self.private_link.resolves == "region":
            return [f"aws-{region}.region.tmprl.cloud"]
        return [*dict.fromkeys(self.host(namespace) for namespace in namespaces)]


def _own_host(namespace: str) -> str:
    return f"{namespace}.tmprl.cloud"
