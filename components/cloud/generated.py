"""Certificates for Temporal Cloud that the stack makes."""

from collections.abc import Mapping

import pulumi

from components.certificates.issuing import Authority, Issuing, Leaf, tls_data
from components.certificates.names import OPERATOR
from components.cloud.secrets import application_secret
from components.handles import ClientSecret
from components.kubernetes import Installation
from settings import CloudSettings
from settings.cloud import GeneratedClients
from settings.tenants import Application


class GeneratedCloudClients(pulumi.ComponentResource):
    """An authority of the stack's own, and leaves for people and applications."""

    authority: pulumi.Output[str]
    """The authority's certificate, PEM."""

    def __init__(
        self,
        name: str,
        issued: GeneratedClients,
        settings: CloudSettings,
        installation: Installation,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Children: the authority's key and certificate; leaves; people's Secret."""
        super().__init__("temporal:cloud:GeneratedCloudClients", name, None, opts)
        self._issuing = Issuing(
            name=name,
            parent=self,
            installation=installation,
            leaf_days=issued.leaf_days,
            rotation=issued.rotation,
            protect=settings.protection,
        )
        authority = self._issuing.authority("client")
        self.authority = authority.certificate.cert_pem
        self._issuing.secret(
            f"client-{OPERATOR}", "kubernetes.io/tls", tls_data(self._issuing.client_leaf(OPERATOR, authority), None)
        )
        self._leaves = {
            application.namespace: self._leaf(application, authority) for application in settings.applications
        }
        self.register_outputs({})

    def application_client(
        self, name: str, application: Application, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> ClientSecret:
        """The Secret with the application's leaf, in its namespace."""
        leaf = self._leaves[application.namespace]
        return application_secret(
            name, application, labels, tls_data(leaf, None), opts, certificate=leaf.certificate.cert_pem
        )

    def _leaf(self, application: Application, authority: Authority) -> Leaf:
        return self._issuing.client_leaf(f"app-{application.namespace}", authority)
