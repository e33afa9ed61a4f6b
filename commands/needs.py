"""What a stack file expects other people to have put into Secrets, read from its settings alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from settings import CloudSettings, SelfHostedSettings, Settings
from settings.access import ByIngress, Ui
from settings.application_databases import made_secrets
from settings.archival import S3, InClusterArchive, S3Compatible
from settings.cloud import MutualTls, ProvidedClients
from settings.cloudnative_pg import BackupStore, CloudNativePg, NewObjectStore
from settings.database import Existing, InCluster, Store, VerifyFull
from settings.ingress import SecretTls
from settings.monitoring.models import ByOperator, Nobody
from settings.monitoring.notifications import secrets_of
from settings.rds.models import ManagedDatabase
from settings.references import SecretKey
from settings.tls import Provided
from settings.visibility import Login, OpenSearch, existing_stores
from settings.volumes import SecretFiles
from settings.workloads import Api
from settings.zalando import Zalando

_LEAF: Final = {"tls.crt": "the certificate", "tls.key": "its private key"}
_LOGIN: Final = ".dockerconfigjson"


@dataclass(frozen=True)
class Need:
    """One Secret that is named at one place of the stack file. `keys` maps its keys to what they are for, none where
    any will do; those of a `pair` must be a certificate that is valid today and its key. What is `sent_to_postgres` may
    hold no space: the server writes passwords into a URL with `+` in its place, which nobody turns back
    (common/persistence/sql/sqlplugin/postgresql/session/session.go, url.QueryEscape)."""

    namespace: str
    secret: str
    place: str
    keys: Mapping[str, str]
    pair: bool = False
    sent_to_postgres: bool = False

    @property
    def title(self) -> str:
        """How a person names it."""
        return f"Secret {self.namespace}/{self.secret}"

    @property
    def remedy(self) -> str:
        """The command that makes it."""
        head = f"kubectl -n {self.namespace} create secret"
        if _LOGIN in self.keys:
            words = "--docker-server=<registry> --docker-username=<name> --docker-password=<password>"
            return f"{head} docker-registry {self.secret} {words}"
        kind = " --type=kubernetes.io/tls" if _LEAF.keys() <= self.keys.keys() else ""
        files = " ".join(f"--from-file={key}=<file>" for key in self.keys) or "--from-file=<file>"
        return f"{head} generic {self.secret}{kind} {files}"


def needs(settings: Settings) -> list[Need]:
    """In the order of the stack file, a Secret that is named twice as often as it is named."""
    if isinstance(settings, CloudSettings):
        return [*_images(settings), *_clients(settings), *_workloads(settings), *_watched(settings), *_traces(settings)]
    return _of_a_server(settings) if isinstance(settings, SelfHostedSettings) else []


def _clients(settings: CloudSettings) -> Iterator[Need]:
    authentication = settings.backend.authentication
    if not isinstance(authentication, MutualTls) or not isinstance(authentication.certificates, ProvidedClients):
        return
    own = authentication.certificates.client
    yield Need(settings.name, own, "temporal:backend.authentication.certificates.client", _LEAF, pair=True)
    for index, application in enumerate(settings.applications):
        if application.client_secret:
            place = f"temporal:applications[{index}].clientSecret"
            yield Need(application.namespace, application.client_secret, place, _LEAF, pair=True)


def _of_a_server(settings: SelfHostedSettings) -> list[Need]:
    return [
        *_images(settings),
        *_environments(settings),
        *_database(settings),
        *_visibility(settings),
        *_archival(settings),
        *_certificates(settings),
        *_entrance(settings),
        *_workloads(settings),
        *_watched(settings),
        *_traces(settings),
    ]


def _images(settings: Settings) -> Iterator[Need]:
    for index, secret in enumerate(settings.images.pull_secrets):
        place = f"temporal:images.pullSecrets[{index}]"
        yield Need(settings.name, secret, place, {_LOGIN: "the login to the registry of the images"})


def _environments(settings: SelfHostedSettings) -> Iterator[Need]:
    found: dict[tuple[str, str, str], Need] = {}
    for place, plan in settings.pods():
        for variable, reference in plan.secret_environment.items():
            where = f"temporal:{'.'.join(place)}.secretEnvironment.{variable}"
            need = Need(settings.name, reference.secret, where, {reference.key: f"the value of {variable}"})
            found.setdefault((variable, reference.secret, reference.key), need)
    yield from found.values()


def _database(settings: SelfHostedSettings) -> Iterator[Need]:
    database = settings.database
    if isinstance(database, ManagedDatabase) and database.ca:
        yield _key(settings, "temporal:database.ca", database.ca, "the authorities of RDS in this region")
    if isinstance(database, CloudNativePg) and database.backup:
        yield from _backup(settings, database.backup.store)
    if not isinstance(database, Existing):
        return
    if isinstance(database.tls, VerifyFull) and database.tls.ca:
        yield _key(settings, "temporal:database.tls.ca", database.tls.ca, "the authority of the database's certificate")
    for name, store in (("default", database.default), ("visibility", database.visibility)):
        if store:
            yield from _roles(settings, f"temporal:database.{name}", store)


def _backup(settings: SelfHostedSettings, store: BackupStore) -> Iterator[Need]:
    if not isinstance(store, NewObjectStore):
        return
    place = "temporal:database.backup.store"
    if store.ca:
        yield _key(settings, f"{place}.ca", store.ca, "the authority of the store's certificate")
    if store.credentials:
        keys = store.credentials
        yield _key(settings, f"{place}.credentials.accessKey", keys.access_key, "half of its key pair")
        yield _key(settings, f"{place}.credentials.secretKey", keys.secret_key, "its other half")


def _roles(settings: SelfHostedSettings, place: str, store: Store) -> Iterator[Need]:
    roles = [(f"{place}.password", store.user, store.password)]
    if store.owner:
        roles.append((f"{place}.owner.password", store.owner.user, store.owner.password))
    for where, user, password in roles:
        purpose = {password.key: f"the password of {user}"}
        yield Need(settings.name, password.secret, where, purpose, sent_to_postgres=True)


def _visibility(settings: SelfHostedSettings) -> Iterator[Need]:
    for location, store in existing_stores(settings.visibility):
        place, login = f"temporal:{'.'.join(location)}", store.authentication
        if store.ca:
            yield _key(settings, f"{place}.ca", store.ca, "the authority of the store's certificate")
        roles = (("authentication", login), ("authentication.owner", login.owner)) if isinstance(login, Login) else ()
        for where, role in roles:
            if role:
                yield _key(settings, f"{place}.{where}.password", role.password, f"the password of {role.user}")


def _archival(settings: SelfHostedSettings) -> Iterator[Need]:
    archival = settings.archival
    if not isinstance(archival, S3 | S3Compatible):
        return
    place = "temporal:archival"
    if isinstance(archival, S3Compatible) and archival.ca:
        yield _key(settings, f"{place}.ca", archival.ca, "the authority of the store's certificate")
    if archival.credentials is None:
        return
    public, secret = archival.credentials.access_key, archival.credentials.secret_key
    needs = [
        Need(settings.name, public.secret, f"{place}.credentials.accessKey", {public.key: "half of its key pair"}),
        Need(settings.name, secret.secret, f"{place}.credentials.secretKey", {secret.key: "its other half"}),
    ]
    one = Need(settings.name, public.secret, f"{place}.credentials", {**needs[0].keys, **needs[1].keys})
    yield from [one] if public.secret == secret.secret else needs


def _certificates(settings: SelfHostedSettings) -> Iterator[Need]:
    tls = settings.tls
    if not isinstance(tls, Provided):
        return
    frontend_authority = {"ca.crt": "the authority of the frontend's certificate"}
    own = {**_LEAF, "ca.crt": "its authority"}
    yield Need(settings.name, tls.internode.secret, "temporal:tls.internode.secret", own)
    yield Need(settings.name, tls.frontend.secret, "temporal:tls.frontend.secret", own)
    yield _key(settings, "temporal:tls.clientAuthority", tls.client_authority, "the authority of clients")
    yield Need(settings.name, tls.client, "temporal:tls.client", {**_LEAF, **frontend_authority})
    if tls.ui and settings.access.ui:
        yield Need(settings.name, tls.ui, "temporal:tls.ui", own if _is_checked(settings.access.ui) else _LEAF)
    if tls.database and isinstance(settings.database, InCluster | Zalando):
        yield Need(settings.name, tls.database, "temporal:tls.database", own)
    if tls.search and isinstance(settings.visibility, OpenSearch):
        yield Need(settings.name, tls.search.secret, "temporal:tls.search.secret", own)
    if tls.archive and isinstance(settings.archival, InClusterArchive):
        yield Need(settings.name, tls.archive, "temporal:tls.archive", own)
    for index, application in enumerate(settings.applications):
        if application.client_secret:
            place = f"temporal:applications[{index}].clientSecret"
            yield Need(application.namespace, application.client_secret, place, {**_LEAF, **frontend_authority})


def _is_checked(ui: Ui) -> bool:
    """Whether the Ingress controller checks the UI's certificate against the authority beside it."""
    return isinstance(ui.exposure, ByIngress) and ui.exposure.controller == "ingress-nginx"


def _entrance(settings: SelfHostedSettings) -> Iterator[Need]:
    """What the UI's Ingress serves with; a certificate of cert-manager's is made for it."""
    ui = settings.access.ui
    tls = ui.exposure.tls if ui and isinstance(ui.exposure, ByIngress) else None
    if isinstance(tls, SecretTls):
        yield Need(settings.name, tls.secret, "temporal:access.ui.exposure.tls.secret", _LEAF)


def _workloads(settings: Settings) -> Iterator[Need]:
    """What is in the namespaces of applications. A certificate of cert-manager's is made for the Ingress, Secrets of
    databases are the stack's."""
    made = made_secrets(settings)
    for index, workload in enumerate(settings.workloads):
        place, namespace = f"temporal:workloads[{index}]", workload.application
        for number, secret in enumerate(workload.pull_secrets):
            login = {_LOGIN: "the login to the registry of the image"}
            yield Need(namespace, secret, f"{place}.pullSecrets[{number}]", login)
        for variable, reference in workload.secret_environment.items():
            where = f"{place}.secretEnvironment.{variable}"
            if (namespace, reference.secret) in made:
                continue
            yield Need(namespace, reference.secret, where, {reference.key: f"the value of {variable}"})
        for number, volume in enumerate(workload.volumes):
            if isinstance(volume, SecretFiles) and (namespace, volume.secret) not in made:
                yield Need(namespace, volume.secret, f"{place}.volumes[{number}].secret", {})
        tls = workload.ingress.tls if isinstance(workload, Api) and workload.ingress else None
        if isinstance(tls, SecretTls):
            yield Need(namespace, tls.secret, f"{place}.ingress.tls.secret", _LEAF)


def _key(settings: Settings, place: str, reference: SecretKey, purpose: str) -> Need:
    return Need(settings.name, reference.secret, place, {reference.key: purpose})


def _watched(settings: Settings) -> Iterator[Need]:
    """What metrics are read with, and alerts are sent with."""
    said = settings.monitoring
    if isinstance(said, ByOperator) and said.cloud:
        yield _key(settings, "temporal:monitoring.cloud.apiKey", said.cloud.api_key, "the API key that reads metrics")
    if not isinstance(said, Nobody) and said.postgres:
        purpose = f"the password of {said.postgres.user}"
        yield _key(settings, "temporal:monitoring.postgres.password", said.postgres.password, purpose)
    if not isinstance(said, Nobody) and said.search:
        purpose = f"the password of {said.search.user}"
        yield _key(settings, "temporal:monitoring.search.password", said.search.password, purpose)
    yield from _routes(settings)


def _routes(settings: Settings) -> Iterator[Need]:
    """What alerts are sent with."""
    if isinstance(settings.monitoring, Nobody) or not settings.monitoring.notifications:
        return
    said = settings.monitoring.notifications
    place = "temporal:monitoring.notifications"
    for index, route in enumerate(said.routes):
        for each in secrets_of(route):
            where = f"{place}.routes[{index}].{each.place}"
            yield Need(settings.name, each.reference.secret, where, {each.reference.key: each.purpose})
    if said.dead_man:
        yield Need(settings.name, said.dead_man.secret, f"{place}.deadMan", {said.dead_man.key: "the URL to call"})


def _traces(settings: Settings) -> Iterator[Need]:
    """In the namespaces of all who send them: the server's, and those of applications with workloads."""
    if not settings.traces:
        return
    own = [settings.name] if isinstance(settings, SelfHostedSettings) else []
    namespaces = dict.fromkeys([*own, *(workload.application for workload in settings.workloads)])
    said = settings.traces
    named = {
        "ca": (said.ca, "the authority of the collector's certificate"),
        "headers": (said.headers, "the headers that let the sender in"),
    }
    for name, (reference, purpose) in named.items():
        if reference:
            for namespace in namespaces:
                yield Need(namespace, reference.secret, f"temporal:traces.{name}", {reference.key: purpose})
