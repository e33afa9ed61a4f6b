"""Service accounts in Temporal Cloud that the stack makes, and their API keys.

Source: temporalio/terraform-provider-temporalcloud v1.5.0, service_account_resource.go, apikey_resource.go;
docs.temporal.io, Temporal Cloud, "Service Accounts" and "API keys".
"""

from typing import Final

import pulumi

from components.certificates.names import OPERATOR
from components.cloud.clients import Keys
from components.temporalcloud.resources import Apikey, ServiceAccount
from settings import CloudSettings
from settings.cloud import GeneratedKeys
from settings.tenants import Application

_WRITES: Final = "write"
"""Of a namespace: everything with its executions, nothing with the namespace itself."""


class ServiceAccounts(pulumi.ComponentResource):
    """One for people, and one for each application."""

    keys: Keys
    """Theirs."""

    def __init__(
        self, name: str, settings: CloudSettings, said: GeneratedKeys, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Children: the accounts, each with a key."""
        super().__init__("temporal:cloud:ServiceAccounts", name, None, opts)
        self._name, self._installation, self._end = name, settings.name, f"{said.until}T00:00:00Z"
        self.keys = Keys(
            people=self._people([namespace.name for namespace in settings.namespaces]),
            applications={each.namespace: self._application(each) for each in settings.applications},
        )
        self.register_outputs({})

    def _people(self, namespaces: list[str]) -> pulumi.Output[str]:
        """An account that is not of one namespace has access to the account, too: the least there is."""
        account = ServiceAccount(
            f"{self._name}-{OPERATOR}",
            name=f"{self._installation}-{OPERATOR}",
            description=f"People and the smoke test of {self._installation}",
            account_access="read",
            namespace_accesses=[_access(namespace) for namespace in namespaces],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return self._key(OPERATOR, account)

    def _application(self, application: Application) -> pulumi.Output[str]:
        who = f"app-{application.namespace}"
        account = ServiceAccount(
            f"{self._name}-{who}",
            name=f"{self._installation}-{who}",
            description=f"Application {application.namespace} of {self._installation}",
            namespace_scoped_access=_access(application.temporal_namespace),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return self._key(who, account)

    def _key(self, who: str, account: ServiceAccount) -> pulumi.Output[str]:
        """A key that another one follows is left to its own end: programs hold it until they restart. With its account
        every key goes."""
        key = Apikey(
            f"{self._name}-{who}-key",
            display_name=f"{self._installation}-{who}",
            owner_id=account.id,
            expiry_time=self._end,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        return pulumi.Output.secret(key.token)


def _access(namespace: str) -> dict[str, str]:
    return {"namespaceId": namespace, "permission": _WRITES}
