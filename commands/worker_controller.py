"""What `make up` looks up of Temporal Worker Controller, which the stack file expects to be there."""

from collections.abc import Iterator
from typing import Final

from commands.cluster import Cluster
from commands.custom_objects import CustomObjects
from commands.permitted import if_permitted
from embedded.progress import Progress
from settings import Settings

_GROUP: Final = "temporal.io"
_VERSION: Final = "v1alpha1"
_KIND: Final = "Connection"


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line where an application asks for the controller's Connection and the cluster serves none; nothing when that
    may not be looked at."""
    asking = [index for index, application in enumerate(wanted.applications) if application.worker_controller]
    if not asking:
        return
    key = f"temporal:applications[{asking[0]}].workerController"
    forbidden = (
        f"cluster {place.context} does not say whether it serves {_KIND} of {_GROUP}/{_VERSION}, which {key} needs"
    )
    with if_permitted(progress, forbidden, "the program will tell"):
        if _KIND not in CustomObjects(place).kinds(_GROUP, _VERSION):
            yield (
                f"Temporal Worker Controller is not installed, or too old: the cluster serves no {_KIND} of "
                f"{_GROUP}/{_VERSION}, and {key} needs it. Install 1.8 or later with its definitions "
                "(https://github.com/temporalio/temporal-worker-controller)"
            )
