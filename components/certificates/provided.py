"""Certificates that somebody else puts into Secrets (`temporal:tls: {kind: provided}`): nothing is made here."""

from collections.abc import Mapping

import pulumi

from components.durations import go_duration
from components.handles import DatabaseCertificates, SecretKey, ServerCertificates
from settings.tenants import Application
from settings.tls import Provided


class ProvidedCertificates:
    """The Secrets that the stack file names."""

    server: ServerCertificates
    """Secrets for the server's pods."""
    ui: str | None
    """Secret with the UI's serving leaf."""
    database: DatabaseCertificates | None
    """Secret of the in-cluster database."""
    operator_secret: str
    """Secret with the client certificate for people: the platform's own."""

    def __init__(self, settings: Provided) -> None:
        self.server = ServerCertificates(
            internode=settings.internode.secret,
            internode_name=settings.internode.server_name,
            frontend=settings.frontend.secret,
            frontend_name=settings.frontend.server_name,
            frontend_ca=SecretKey(secret=settings.frontend.secret, key="ca.crt"),
            client_ca=SecretKey(secret=settings.client_authority.secret, key=settings.client_authority.key),
            refresh=go_duration(settings.refresh_interval),
            trust=settings.kind,
        )
        self.ui = settings.ui
        self.database = _database(settings, settings.database) if settings.database else None
        self.operator_secret = settings.client

    def own_client(self, who: str) -> str:
        """One Secret for all parts of the installation, `who` or not."""
        del who
        return self.operator_secret

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> str:
        """The Secret that the stack file names for the application."""
        del name, labels, opts
        if application.client_secret is None:
            raise ValueError(f"application {application.namespace} names no client certificate")
        return application.client_secret


def _database(settings: Provided, secret: str) -> DatabaseCertificates:
    return DatabaseCertificates(serving=secret, authority=SecretKey(secret=secret, key="ca.crt"), trust=settings.kind)
