"""What clients show to Temporal Cloud: a certificate that somebody issues, or an API key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.certificates.names import OPERATOR
from components.certificates.provided import named_client
from components.certificates.requesting import Requesting, existing_issuer
from components.cloud.secrets import OPERATOR_SECRET, application_secret
from components.handles import ClientCredentials, ClientSecret
from components.kubernetes import Installation, content_hash
from components.profile import CLIENT_FILES, CONFIG_FILE, PROFILE, profile
from settings import CloudSettings
from settings.cloud import GeneratedClients, IssuedClients, MutualTls
from settings.tenants import Application

_PUBLIC: Final = "public"
"""The authorities that images and SDKs have."""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """API keys, which are secrets."""

    people: pulumi.Output[str]
    """Of people."""
    applications: Mapping[str, pulumi.Output[str]]
    """Of applications, by their Kubernetes namespaces."""


@dataclass(frozen=True, kw_only=True)
class Clients:
    """What applications and people show."""

    credentials: ClientCredentials
    """Of applications."""
    operator_secret: str
    """Secret in the installation's namespace for people."""
    authority: pulumi.Output[str] | None = None
    """The authority that Temporal Cloud must know, PEM; None where the stack does not make it."""


def cloud_clients(
    name: str, settings: CloudSettings, installation: Installation, opts: pulumi.ResourceOptions
) -> Clients:
    """The clients of one stack, as its file says."""
    authentication = settings.backend.authentication
    if not isinstance(authentication, MutualTls):
        key = pulumi.Output.secret(settings.cloud_api_key or "")
        keys = Keys(people=key, applications={each.namespace: key for each in settings.applications})
        return key_clients(name, KeyClientsArgs(settings=settings, installation=installation, keys=keys), opts)
    issued = authentication.certificates
    if isinstance(issued, GeneratedClients):
        # Only who generates certificates loads the provider for them.
        from components.cloud.generated import GeneratedCloudClients  # noqa: PLC0415

        own = GeneratedCloudClients(name, issued, settings, installation, opts)
        credentials = ClientCredentials(issuer=own, files=CLIENT_FILES, trust=_PUBLIC)
        return Clients(credentials=credentials, operator_secret=OPERATOR_SECRET, authority=own.authority)
    if isinstance(issued, IssuedClients):
        asked = IssuedCloudClients(name, issued, installation, opts)
        return Clients(
            credentials=ClientCredentials(issuer=asked, files=CLIENT_FILES, trust=_PUBLIC),
            operator_secret=OPERATOR_SECRET,
        )
    return Clients(
        credentials=ClientCredentials(issuer=ProvidedCloudClients(), files=CLIENT_FILES, trust=_PUBLIC),
        operator_secret=issued.client,
    )


@dataclass(frozen=True, kw_only=True)
class KeyClientsArgs:
    """Who gets which key."""

    settings: CloudSettings
    """What the stack file says."""
    installation: Installation
    """Whose clients they are."""
    keys: Keys
    """The keys."""


def key_clients(name: str, args: KeyClientsArgs, opts: pulumi.ResourceOptions) -> Clients:
    """The clients of a stack that has the keys already."""
    issuer = KeyClients(name, args, opts)
    return Clients(
        credentials=ClientCredentials(issuer=issuer, files={CONFIG_FILE: PROFILE}, trust=_PUBLIC, has_profile=True),
        operator_secret=OPERATOR_SECRET,
    )


class IssuedCloudClients(pulumi.ComponentResource):
    """Leaves of cert-manager."""

    def __init__(
        self,
        name: str,
        issued: IssuedClients,
        installation: Installation,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Children: the issuer as it is; people's Certificate."""
        super().__init__("temporal:cloud:IssuedCloudClients", name, None, opts)
        self._issuer = issued.issuer.model_dump()
        self._asked = Requesting(
            name=name,
            parent=self,
            installation=installation,
            duration=issued.duration,
            renew_before=issued.renew_before,
            found=existing_issuer(name, issued.issuer, installation.namespace, self),
        )
        self._asked.client_leaf(OPERATOR, self._issuer)
        self.register_outputs({})

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """A Certificate in the application's namespace; cert-manager makes the Secret beside it."""
        return self._asked.application_client(name, application, self._issuer, labels, opts)


class ProvidedCloudClients:
    """Certificates of somebody else's."""

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """The Secret that the stack file names for the application."""
        del name, labels, opts
        return named_client(application)


class KeyClients(pulumi.ComponentResource):
    """API keys, in profiles that Temporal's environment configuration loads from a file: a key stands in Secrets
    alone."""

    def __init__(self, name: str, args: KeyClientsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Child: people's Secret."""
        super().__init__("temporal:cloud:KeyClients", name, None, opts)
        self._settings, self._keys = args.settings, args.keys
        installation = args.installation
        k8s.core.v1.Secret(
            f"{name}-{OPERATOR}",
            metadata=installation.metadata(OPERATOR_SECRET, "connection", installation.server_version),
            string_data=self._data(args.settings.namespaces[0].name, args.keys.people),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """The Secret with the key and the profile, in the application's namespace."""
        key = self._keys.applications[application.namespace]
        data = self._data(application.temporal_namespace, key)
        hashed = pulumi.Output.unsecret(key.apply(content_hash))
        return application_secret(name, application, labels, data, opts, certificate=hashed)

    def _data(self, namespace: str, key: pulumi.Output[str]) -> dict[str, pulumi.Input[str]]:
        backend = self._settings.backend
        place = (backend.address(namespace), namespace, backend.server_name(namespace))
        return {"api-key": key, PROFILE: key.apply(lambda known: profile(*place, files={}, api_key=known))}
