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
        key = KeyClients(name, settings, installation, opts)
        return Clients(
            credentials=ClientCredentials(issuer=key, files={CONFIG_FILE: PROFILE}, trust=_PUBLIC, has_profile=True),
            operator_secret=OPERATOR_SECRET,
        )
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
    """One API key for everybody, in a profile that Temporal's environment configuration loads from a file: the key
    stands in Secrets alone."""

    def __init__(
        self,
        name: str,
        settings: CloudSettings,
        installation: Installation,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Child: people's Secret."""
        super().__init__("temporal:cloud:KeyClients", name, None, opts)
        self._settings = settings
        k8s.core.v1.Secret(
            f"{name}-{OPERATOR}",
            metadata=installation.metadata(OPERATOR_SECRET, "connection", installation.server_version),
            string_data=self._data(settings.namespaces[0].name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """The Secret with the key and the profile, in the application's namespace."""
        data = self._data(application.temporal_namespace)
        return application_secret(
            name, application, labels, data, opts, certificate=content_hash(self._settings.cloud_api_key or "")
        )

    def _data(self, namespace: str) -> dict[str, pulumi.Input[str]]:
        backend, key = self._settings.backend, self._settings.cloud_api_key or ""
        place = (backend.address(namespace), namespace, backend.server_name(namespace))
        return {
            "api-key": pulumi.Output.secret(key),
            PROFILE: pulumi.Output.secret(profile(*place, files={}, api_key=key)),
        }
