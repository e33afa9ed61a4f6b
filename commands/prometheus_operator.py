"""What `make up` looks up of the Prometheus Operator, which `temporal:monitoring: {kind: operator}` expects."""

from collections.abc import Iterator
from typing import Final

from commands.cluster import Cluster
from commands.custom_objects import CustomObjects
from commands.operators import Operator, definitions
from commands.permitted import if_permitted
from embedded.progress import Progress
from settings import Settings
from settings.monitoring.models import ByOperator

_ADVICE: Final = (
    "0.70 or later (the chart kube-prometheus-stack brings it), or say kind bundled, which makes a Prometheus, or none"
)


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line where the cluster lacks the operator's definitions; nothing when it may not be looked at."""
    said = wanted.monitoring
    if not isinstance(said, ByOperator):
        return
    forbidden = f"whether the Prometheus Operator is in cluster {place.context} may not be looked up"
    with if_permitted(progress, forbidden, "that will be told by the program"):
        yield from definitions(_needed(said), "temporal:monitoring.kind operator", CustomObjects(place))


def _needed(said: ByOperator) -> Operator:
    younger = {"AlertmanagerConfig": said.notifications, "ScrapeConfig": said.cloud}
    kinds = {
        "v1": ["ServiceMonitor", "PodMonitor", "PrometheusRule"],
        "v1alpha1": [kind for kind, wanted in younger.items() if wanted],
    }
    return Operator("the Prometheus Operator", "monitoring.coreos.com", kinds, _ADVICE)
