"""What every way of watching has that deploys something of the stack's own."""

from typing import Annotated, Final

from settings.facts import changing
from settings.monitoring.watched import Watched
from settings.pods import Pods
from settings.scalars import Bytes, ObjectName
from settings.sizes import Part

ANEW: Final = "the StatefulSet is made anew, what it has stored is lost"
STORAGE: Final = changing("replaced", ANEW, unit="bytes")


class Stored(Pods):
    """One pod with a volume."""

    storage: Annotated[Bytes, STORAGE]
    """Size of the volume."""
    storage_class: Annotated[ObjectName | None, changing("replaced", ANEW)] = None
    """StorageClass of the volume; `temporal:kubernetes.storageClass` when left out."""


class Deployed(Watched):
    """Pods of the stack's own, in its Kubernetes namespace. Nobody else may read the metrics, where the cluster's
    network enforces policies."""

    def parts(self) -> dict[Part, Stored]:
        """What is deployed, by its key."""
        raise NotImplementedError
