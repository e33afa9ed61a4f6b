"""What `make up` looks up of the Prometheus Operator, which `temporal:monitoring: {kind: operator}` expects."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from kubernetes import client

from commands.cluster import Cluster
from commands.custom_objects import CustomObjects
from embedded.progress import Progress
from settings import Settings
from settings.monitoring.models import ByOperator

_GROUP: Final = "monitoring.coreos.com"
_REMEDY: Final = (
    "install it (the chart kube-prometheus-stack does), or say kind bundled, which brings a Prometheus, or none"
)


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line where the cluster lacks the operator's definitions; nothing when it may not be looked at."""
    said = wanted.monitoring
    if not isinstance(said, ByOperator):
        return
    needed = {"v1": ["ServiceMonitor", "PodMonitor", "PrometheusRule"]}
    if said.notifications:
        needed["v1alpha1"] = ["AlertmanagerConfig"]
    try:
        yield from _missing(needed, CustomObjects(place))
    except client.ApiException as error:
        if error.status != HTTPStatus.FORBIDDEN:
            raise
        progress.say(
            f"whether the Prometheus Operator is in cluster {place.context} may not be looked up ({error.status} "
            f"{error.reason}): that will be told by the program"
        )


def _missing(needed: dict[str, list[str]], cluster: CustomObjects) -> Iterator[str]:
    if _GROUP not in cluster.groups():
        yield (
            f"the Prometheus Operator is not installed: the cluster serves no {_GROUP}/v1, and "
            f"temporal:monitoring.kind operator needs it: {_REMEDY}"
        )
        return
    for version, kinds in needed.items():
        served = cluster.kinds(_GROUP, version)
        lacking = [kind for kind in kinds if kind not in served]
        if lacking:
            yield (
                f"the Prometheus Operator is installed in part: the cluster serves no {', no '.join(lacking)} of "
                f"{_GROUP}/{version}, and temporal:monitoring.kind operator needs it. Install its definitions of 0.70 "
                "or later"
            )
