"""Whether the volumes of other people's are there that workloads name."""

from collections.abc import Iterator
from http import HTTPStatus

from kubernetes import client

from commands.cluster import TIMEOUT, Cluster
from embedded.progress import Progress
from settings import Settings
from settings.volumes import ExistingClaim


def missing(wanted: Settings, place: Cluster, progress: Progress) -> Iterator[str]:
    """One line for each PersistentVolumeClaim that is not there."""
    for where, namespace, volume in _named(wanted):
        try:
            found = place.core().read_namespaced_persistent_volume_claim(
                volume.claim, namespace, _request_timeout=TIMEOUT
            )
        except client.ApiException as error:
            if error.status == HTTPStatus.FORBIDDEN:
                progress.say(
                    f"PersistentVolumeClaims of namespace {namespace} may not be read in cluster {place.context} "
                    f"({error.status} {error.reason}): what is missing there will be told by pods only"
                )
                continue
            if error.status != HTTPStatus.NOT_FOUND:
                raise
            yield f"PersistentVolumeClaim {namespace}/{volume.claim} is missing: {where} names it. Make it"
            continue
        modes = found.spec.access_modes or []
        if volume.access_mode not in modes:
            yield (
                f"PersistentVolumeClaim {namespace}/{volume.claim} does not allow {volume.access_mode}, as {where} "
                f"says; it allows {', '.join(modes) or 'nothing'}. Say so there, or name another one"
            )


def _named(wanted: Settings) -> Iterator[tuple[str, str, ExistingClaim]]:
    for index, workload in enumerate(wanted.workloads):
        for number, volume in enumerate(workload.volumes):
            if isinstance(volume, ExistingClaim):
                yield f"temporal:workloads[{index}].volumes[{number}]", workload.application, volume
