"""References to Secrets and issuers that somebody else makes."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from settings.access import ByIngress
from settings.application_databases import made_secrets
from settings.archival import S3, Archival, FileStore, S3Compatible
from settings.cloudnative_pg import CloudNativePg, NamedObjectStore
from settings.database import Database, Existing
from settings.ingress import AnyIngress, IssuedTls, SecretTls
from settings.monitoring.models import ByOperator, Nobody
from settings.rds.models import ManagedDatabase
from settings.references import SecretKey
from settings.rules.contradiction import Contradiction
from settings.tls import CertManager, Provided, Tls
from settings.visibility import Login, Visibility, existing_stores
from settings.volumes import ClaimVolume, SecretFiles
from settings.workloads import Api, Workload

if TYPE_CHECKING:
    from settings.model import Settings
    from settings.self_hosted import SelfHostedSettings


def secrets_can_exist(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """What must be there first cannot be in a Kubernetes namespace that the stack itself makes."""
    referring = [
        *(["temporal:database"] if _database_refers(settings.database) else []),
        *(["temporal:aws.secrets.store of kind SecretStore"] if _names_store(settings) else []),
        *(["temporal:tls"] if isinstance(settings.tls, Provided) else []),
        *(["temporal:tls.issuer of kind Issuer"] if _names_issuer(settings.tls) else []),
        *(["temporal:visibility"] if _visibility_refers(settings.visibility) else []),
        *(["temporal:archival"] if _archival_refers(settings.archival) else []),
        *(["temporal:access.ui.exposure.tls"] if _entrance_refers(settings) else []),
        *_of_every_stack(settings),
        *(["temporal:traces"] if _traces_refer(settings) else []),
        *(["secretEnvironment"] if any(_secret_environments(settings)) else []),
    ]
    if referring and settings.kubernetes.create_namespace:
        yield Contradiction(
            location=("kubernetes", "createNamespace"),
            found=True,
            allowed=f"false with {', '.join(referring)}: what is named there must be in the namespace beforehand",
        )
    for index, application in enumerate(settings.applications):
        if application.create_namespace and application.client_secret is not None:
            yield Contradiction(
                location=("applications", index, "createNamespace"),
                found=True,
                allowed="false with clientSecret: the Secret must be in the namespace beforehand",
            )


def what_workloads_name_can_exist(settings: "Settings") -> Iterator[Contradiction]:
    """The same of an application's Kubernetes namespace."""
    for index, application in enumerate(settings.applications):
        referring = [
            f"temporal:workloads[{number}].{key}"
            for number, workload in enumerate(settings.workloads)
            if workload.application == application.namespace
            for key in _named_beforehand(workload, made_secrets(settings))
        ]
        if _traces_refer(settings) and any(each.application == application.namespace for each in settings.workloads):
            referring.append("temporal:traces")
        if application.create_namespace and referring:
            yield Contradiction(
                location=("applications", index, "createNamespace"),
                found=True,
                allowed=f"false with {', '.join(referring)}: what is named there must be in the namespace beforehand",
            )


def images_can_be_pulled_and_people_told(settings: "Settings") -> Iterator[Contradiction]:
    """What a stack without a server of its own names is in the namespace beforehand, too."""
    referring = [*_of_every_stack(settings)]
    if referring and settings.kubernetes.create_namespace:
        yield Contradiction(
            location=("kubernetes", "createNamespace"),
            found=True,
            allowed=f"false with {', '.join(referring)}: what is named there must be in the namespace beforehand",
        )


def _of_every_stack(settings: "Settings") -> Iterator[str]:
    """Keys that name Secrets, whoever runs Temporal."""
    if settings.images.pull_secrets:
        yield "temporal:images.pullSecrets"
    told = None if isinstance(settings.monitoring, Nobody) else settings.monitoring.notifications
    if told and told.name_secrets():
        yield "temporal:monitoring.notifications"
    if not isinstance(settings.monitoring, Nobody) and settings.monitoring.postgres:
        yield "temporal:monitoring.postgres"
    if not isinstance(settings.monitoring, Nobody) and settings.monitoring.search:
        yield "temporal:monitoring.search"
    if isinstance(settings.monitoring, ByOperator) and settings.monitoring.cloud:
        yield "temporal:monitoring.cloud"


def _named_beforehand(workload: Workload, made: Collection[tuple[str, str]]) -> Iterator[str]:
    """Keys of a workload that name what somebody else makes in its namespace: Secrets that the stack `made` are not."""
    if workload.pull_secrets:
        yield "pullSecrets"
    if any((workload.application, each.secret) not in made for each in workload.secret_environment.values()):
        yield "secretEnvironment"
    for number, volume in enumerate(workload.volumes):
        is_made = isinstance(volume, SecretFiles) and (workload.application, volume.secret) in made
        if not isinstance(volume, ClaimVolume) and not is_made:
            yield f"volumes[{number}]"
    if isinstance(workload, Api) and workload.ingress and _certificate_refers(workload.ingress):
        yield "ingress.tls"


def _traces_refer(settings: "Settings") -> bool:
    return settings.traces is not None and any((settings.traces.ca, settings.traces.headers))


def _entrance_refers(settings: "SelfHostedSettings") -> bool:
    ui = settings.access.ui
    return ui is not None and isinstance(ui.exposure, ByIngress) and _certificate_refers(ui.exposure)


def _certificate_refers(said: AnyIngress) -> bool:
    tls = said.tls
    return isinstance(tls, SecretTls) or (isinstance(tls, IssuedTls) and tls.issuer_kind == "Issuer")


def _database_refers(database: Database) -> bool:
    if isinstance(database, CloudNativePg) and database.backup:
        store = database.backup.store
        return isinstance(store, NamedObjectStore) or bool(store.credentials or store.ca)
    return isinstance(database, Existing) or (isinstance(database, ManagedDatabase) and database.ca is not None)


def _names_store(settings: "SelfHostedSettings") -> bool:
    secrets = settings.aws.secrets if settings.aws else None
    return (
        secrets is not None and secrets.store.kind == "SecretStore" and isinstance(settings.database, ManagedDatabase)
    )


def _archival_refers(archival: Archival | None) -> bool:
    return isinstance(archival, S3Compatible | FileStore) or (
        isinstance(archival, S3) and archival.credentials is not None
    )


def _visibility_refers(visibility: Visibility) -> bool:
    return any(
        store.ca is not None or isinstance(store.authentication, Login) for _, store in existing_stores(visibility)
    )


def _names_issuer(tls: Tls) -> bool:
    return isinstance(tls, CertManager) and tls.issuer.kind == "Issuer"


def _secret_environments(settings: "SelfHostedSettings") -> Iterator[dict[str, SecretKey]]:
    for _, plan in settings.pods():
        yield dict(plan.secret_environment)
