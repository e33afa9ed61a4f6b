"""What an archive is to the server's pods: configuration, environment, volumes, dynamic config."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi_kubernetes as k8s

from components.handles import ArchiveStore, Bucket, SharedVolume
from components.kubernetes import authority_volume
from components.pods import secret_variable
from components.server import configuration as c
from components.server import paths
from components.stores.archival.names import READERS, WRITER
from settings.sizes import ServiceName

USERS: Final[frozenset[ServiceName]] = READERS | {WRITER}
"""Nobody else gets credentials or the volume."""
_SHARED: Final = "archive"


def archival(store: ArchiveStore) -> c.Archival:
    """The same provider for histories and visibility records: the server makes folders of its own for each."""
    kind = c.ArchivalKind(state="enabled", enableRead=store.reads, provider=_provider(store.place))
    return c.Archival(history=kind, visibility=kind)


def namespace_defaults(store: ArchiveStore) -> c.NamespaceDefaults:
    """The place that namespaces get when their archival is switched on; off until somebody does so."""
    default = c.ArchivalDefault(state="disabled", URI=store.uri)
    return c.NamespaceDefaults(archival=c.ArchivalDefaults(history=default, visibility=default))


def dynamic_config(store: ArchiveStore | None) -> dict[str, Any]:
    """No request to the store while archival pauses: tasks fail and are tried again, and nothing is deleted unarchived.
    The state `paused` would let executions pass unarchived for good (common/archiver/archival_metadata.go)."""
    return {"history.archivalBackendMaxRPS": 0.0} if store and store.paused else {}


def variables(store: ArchiveStore) -> list[k8s.core.v1.EnvVarArgs]:
    """What Amazon's SDK reads."""
    if not isinstance(store.place, Bucket):
        return []
    bucket, plain = store.place, {}
    if bucket.ca:
        plain["AWS_CA_BUNDLE"] = paths.ARCHIVE_CA_FILE
    if bucket.endpoint:
        # Checksums that other stores do not know, and an address that only Amazon's machines have.
        plain["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required"
        plain["AWS_RESPONSE_CHECKSUM_VALIDATION"] = "when_required"
        plain["AWS_EC2_METADATA_DISABLED"] = "true"
    pair = bucket.credentials
    secret = {"AWS_ACCESS_KEY_ID": pair.access_key, "AWS_SECRET_ACCESS_KEY": pair.secret_key} if pair else {}
    return [
        *(k8s.core.v1.EnvVarArgs(name=name, value=value) for name, value in plain.items()),
        *(secret_variable(name, key) for name, key in secret.items()),
    ]


def volumes(store: ArchiveStore) -> Mapping[str, k8s.core.v1.VolumeArgs]:
    """By mount path."""
    place = store.place
    if isinstance(place, SharedVolume):
        claim = k8s.core.v1.PersistentVolumeClaimVolumeSourceArgs(claim_name=place.claim)
        return {place.path: k8s.core.v1.VolumeArgs(name=_SHARED, persistent_volume_claim=claim)}
    return {paths.ARCHIVE_CA: authority_volume("archive-ca", place.ca)} if place.ca else {}


def is_written(volume: str) -> bool:
    """Whether pods write to the volume of that name."""
    return volume == _SHARED


def _provider(place: Bucket | SharedVolume) -> c.ArchivalProvider:
    if isinstance(place, SharedVolume):
        # The group's too: files of one pod are read by the others, whose group the volume is given to.
        return c.ArchivalProvider(filestore=c.Filestore(fileMode="0660", dirMode="0770"), s3store=None)
    bucket = c.S3store(region=place.region, endpoint=place.endpoint, s3ForcePathStyle=place.path_style)
    return c.ArchivalProvider(filestore=None, s3store=bucket)
