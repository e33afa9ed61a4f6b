"""What `make up` looks up of an operator that the stack file's database expects to be there."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from kubernetes import client

from commands.cluster import TIMEOUT, Cluster
from commands.custom_objects import CustomObjects
from commands.operators import Operator, definitions
from commands.permitted import if_permitted
from embedded.progress import Progress
from settings import Settings
from settings.cloudnative_pg import CloudNativePg, NamedObjectStore
from settings.operated import Operated
from settings.zalando import Zalando

_BARMAN: Final = "barmancloud.cnpg.io"
_ENFORCED: Final = "pod-security.kubernetes.io/enforce"
_ZALANDO: Final = Operator(
    "Zalando's Postgres Operator",
    "acid.zalan.do",
    {"v1": ["postgresql"]},
    "2.0 or later (https://github.com/zalando/postgres-operator)",
)
_CLOUDNATIVE_PG: Final = Operator(
    "CloudNativePG",
    "postgresql.cnpg.io",
    {"v1": ["Cluster", "Database", "ScheduledBackup"]},
    "1.26 or later (https://cloudnative-pg.io)",
)
_PLUGIN: Final = Operator(
    "the Barman Cloud plugin of CloudNativePG",
    _BARMAN,
    {"v1": ["ObjectStore"]},
    "it (https://cloudnative-pg.io/plugin-barman-cloud)",
)


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line for each thing that is not there; nothing where the cluster may not be asked."""
    database = wanted.database
    if not isinstance(database, Operated):
        return
    forbidden = f"cluster {place.context} may not be asked for what temporal:database.kind {database.kind} needs"
    with if_permitted(progress, forbidden, "whether it is there will be told by the program"):
        yield from _missing(wanted, CustomObjects(place))
        if isinstance(database, Zalando) and not wanted.kubernetes.create_namespace:
            yield from _too_strict(wanted.name, place)


def _missing(wanted: Settings, cluster: CustomObjects) -> Iterator[str]:
    database = wanted.database
    if isinstance(database, Zalando):
        yield from definitions(_ZALANDO, "temporal:database.kind", cluster)
    if not isinstance(database, CloudNativePg):
        return
    yield from definitions(_CLOUDNATIVE_PG, "temporal:database.kind", cluster)
    if database.backup is None:
        return
    lines = [*definitions(_PLUGIN, "temporal:database.backup", cluster)]
    yield from lines
    if not lines and isinstance(database.backup.store, NamedObjectStore):
        yield from _object_store(database.backup.store.name, wanted.name, cluster)


def _object_store(name: str, namespace: str, cluster: CustomObjects) -> Iterator[str]:
    stores = cluster.named(_BARMAN, "v1", cluster.kinds(_BARMAN, "v1")["ObjectStore"], namespace)
    if name not in stores:
        yield (
            f"ObjectStore {name} does not exist in namespace {namespace}, and temporal:database.backup.store names it; "
            f"those there: {', '.join(sorted(stores)) or 'none'}. Make it, or name another one"
        )


def _too_strict(name: str, place: Cluster) -> Iterator[str]:
    """Spilo's pods are refused where the standard is `restricted`, and the operator says so in its log only."""
    try:
        labels = place.core().read_namespace(name, _request_timeout=TIMEOUT).metadata.labels or {}
    except client.ApiException as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return
        raise
    if labels.get(_ENFORCED) == "restricted":
        yield (
            f"namespace {name} refuses pods that are not restricted, and those of {_ZALANDO.name} are not. Label it "
            f"{_ENFORCED}=baseline, or choose another temporal:database.kind"
        )
