"""Whether the cluster can make the volumes that the stack file asks for."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kubernetes import client

from commands.cluster import TIMEOUT, Cluster
from commands.permitted import if_permitted
from embedded.progress import Progress
from settings import Settings
from settings.archival import InClusterArchive
from settings.database import InCluster
from settings.monitoring.deployed import Deployed
from settings.operated import Operated
from settings.visibility import OpenSearch
from settings.volumes import ClaimVolume

_DEFAULT: Final = "storageclass.kubernetes.io/is-default-class"


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line for each storage class that is not there; nothing where classes may not be listed."""
    asked = [*_asked(wanted)]
    if not asked:
        return
    forbidden = f"storage classes may not be listed in cluster {place.context}"
    with if_permitted(progress, forbidden, "whether volumes can be made will be told by pods only"):
        classes: Any = client.StorageV1Api(place.core().api_client).list_storage_class(_request_timeout=TIMEOUT)
        yield from _missing(asked, classes)


def _missing(asked: Sequence[tuple[str, str | None]], classes: Any) -> Iterator[str]:
    there = {each.metadata.name: (each.metadata.annotations or {}).get(_DEFAULT) == "true" for each in classes.items}
    known = ", ".join(sorted(there)) or "none"
    for key in sorted({name for _, name in asked if name} - there.keys()):
        keys = ", ".join(where for where, name in asked if name == key)
        yield (
            f"StorageClass {key} does not exist, and volumes of {keys} need it; those there: {known}. Make it, or name "
            "another one"
        )
    nameless = ", ".join(where for where, name in asked if name is None)
    if nameless and not any(there.values()):
        yield (
            f"no StorageClass is the default one, and volumes of {nameless} name none; those there: {known}. Name one "
            "in temporal:kubernetes.storageClass"
        )


def _asked(wanted: Settings) -> Iterator[tuple[str, str | None]]:
    """Keys that make volumes, with the class that each is given."""
    common = wanted.kubernetes.storage_class
    if isinstance(wanted.database, InCluster | Operated):
        yield "temporal:database", wanted.database.storage_class or common
    if isinstance(wanted.visibility, OpenSearch):
        yield "temporal:visibility", wanted.visibility.storage_class or common
    if isinstance(wanted.archival, InClusterArchive):
        yield "temporal:archival", wanted.archival.storage_class or common
    if isinstance(wanted.monitoring, Deployed):
        for name, part in wanted.monitoring.parts().items():
            yield f"temporal:monitoring.{name}", part.storage_class or common
    for index, workload in enumerate(wanted.workloads):
        for number, volume in enumerate(workload.volumes):
            if isinstance(volume, ClaimVolume):
                yield f"temporal:workloads[{index}].volumes[{number}]", volume.storage_class or common
