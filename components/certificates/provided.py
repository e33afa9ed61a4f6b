"""Certificates that somebody else puts into Secrets (`temporal:tls: {kind: provided}`): nothing is made but a look."""

from collections.abc import Mapping

import pulumi

from components.certificates.given import given_job
from components.durations import go_duration
from components.handles import ClientSecret, SecretKey, ServerCertificates, StoreCertificates
from components.kubernetes import Installation
from settings.tenants import Application
from settings.tls import Provided


class ProvidedCertificates:
    """The Secrets that the stack file names; what uses one comes after the job that looks for it."""

    server: ServerCertificates
    """Secrets for the server's pods."""
    ui: pulumi.Output[str] | None
    """Secret with the UI's serving leaf."""
    database: StoreCertificates | None
    """Secret of the in-cluster database."""
    search: StoreCertificates | None
    """Secret of the in-cluster OpenSearch."""
    archive: StoreCertificates | None
    """Secret of the in-cluster archive."""
    monitoring: StoreCertificates | None
    """Secret of the bundled monitoring."""
    operator_secret: str
    """Secret with the client certificate for people: the platform's own."""

    def __init__(self, name: str, installation: Installation, settings: Provided, opts: pulumi.ResourceOptions) -> None:
        self._look = given_job(f"{name}-given", installation, settings, opts)
        frontend = self._after_the_look(settings.frontend.secret)
        self.server = ServerCertificates(
            internode=self._after_the_look(settings.internode.secret),
            internode_name=settings.internode.server_name,
            frontend=frontend,
            frontend_name=settings.frontend.server_name,
            frontend_ca=SecretKey(secret=frontend, key="ca.crt"),
            client_ca=SecretKey(
                secret=self._after_the_look(settings.client_authority.secret), key=settings.client_authority.key
            ),
            refresh=go_duration(settings.refresh_interval),
            trust=settings.kind,
        )
        self.ui = self._after_the_look(settings.ui) if settings.ui else None
        self.database = self._store(settings, settings.database) if settings.database else None
        search = settings.search
        self.search = self._store(settings, search.secret, search.subject) if search else None
        self.archive = self._store(settings, settings.archive) if settings.archive else None
        self.monitoring = self._store(settings, settings.monitoring) if settings.monitoring else None
        self.operator_secret = settings.client

    def own_client(self, who: str) -> pulumi.Output[str]:
        """One Secret for all parts of the installation, `who` or not."""
        del who
        return self._after_the_look(self.operator_secret)

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """The Secret that the stack file names for the application."""
        del name, labels, opts
        return named_client(application)

    def _after_the_look(self, secret: str) -> pulumi.Output[str]:
        return self._look.urn.apply(lambda _: secret)

    def _store(self, settings: Provided, secret: str, subject: str = "") -> StoreCertificates:
        found = self._after_the_look(secret)
        return StoreCertificates(
            serving=found, authority=SecretKey(secret=found, key="ca.crt"), subject=subject, trust=settings.kind
        )


def named_client(application: Application) -> ClientSecret:
    """The Secret that the stack file names for an application. Raises ValueError where it names none: settings refuse
    that."""
    if application.client_secret is None:
        raise ValueError(f"application {application.namespace} names no client certificate")
    return ClientSecret(name=application.client_secret, certificate="")
