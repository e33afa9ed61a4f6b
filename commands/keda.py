"""What `make up` looks up of KEDA, which workers that scale on their backlog expect to be there."""

from collections.abc import Iterator
from typing import Final

from commands.cluster import Cluster
from commands.custom_objects import CustomObjects
from commands.permitted import if_permitted
from embedded.progress import Progress
from settings import Settings
from settings.workloads import Worker

_GROUP: Final = "keda.sh"
_VERSION: Final = "v1alpha1"
_NEEDED: Final = ("ScaledObject", "TriggerAuthentication")


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line where the cluster lacks KEDA's definitions; nothing when it may not be looked at."""
    scaled = [
        f"temporal:workloads[{index}].autoscaling"
        for index, workload in enumerate(wanted.workloads)
        if isinstance(workload, Worker) and workload.autoscaling
    ]
    if not scaled:
        return
    forbidden = f"whether KEDA is in cluster {place.context} may not be looked up"
    with if_permitted(progress, forbidden, "that will be told by the program"):
        yield from _missing(", ".join(scaled), CustomObjects(place))


def _missing(scaled: str, cluster: CustomObjects) -> Iterator[str]:
    if _GROUP not in cluster.groups():
        yield (
            f"KEDA is not installed: the cluster serves no {_GROUP}/{_VERSION}, and {scaled} needs it. Install 2.18 or "
            "later (https://keda.sh/docs/latest/deploy), or say replicas instead"
        )
        return
    lacking = [kind for kind in _NEEDED if kind not in cluster.kinds(_GROUP, _VERSION)]
    if lacking:
        yield (
            f"KEDA is installed in part: the cluster serves no {', no '.join(lacking)} of {_GROUP}/{_VERSION}, and "
            f"{scaled} needs it. Install 2.18 or later with its definitions"
        )
