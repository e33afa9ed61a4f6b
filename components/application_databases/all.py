"""Every database of applications that a stack has."""

from collections.abc import Mapping

import pulumi
import pulumi_kubernetes as k8s

from components.application_databases.database import ApplicationDatabase, ApplicationDatabaseArgs
from components.aws.account import AwsAccount
from components.handles import ApplicationConnection
from components.kubernetes import Installation
from settings import Settings
from settings.application_database_facts import application_facts


def application_databases(
    name: str,
    settings: Settings,
    *,
    installation: Installation,
    namespace: k8s.core.v1.Namespace | None,
    account: AwsAccount | None,
    connections: Mapping[str, ApplicationConnection],
) -> dict[str, ApplicationDatabase]:
    """By name; `connections` by Kubernetes namespace."""
    if account is None or account.settings.secrets is None:
        raise ValueError("databases of applications need an account and a way of their passwords into the cluster")
    return {
        said.name: ApplicationDatabase(
            f"{name}-{said.name}",
            ApplicationDatabaseArgs(
                installation=installation,
                namespace=namespace,
                said=said,
                account=account,
                operator=account.settings.secrets,
                connection=connections[said.application],
                facts=application_facts(said, settings),
            ),
            pulumi.ResourceOptions(parent=account.parent),
        )
        for said in settings.application_databases
    }
