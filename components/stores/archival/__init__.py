"""The archive of an installation: a bucket or a volume that somebody else made."""

from components.handles import ArchiveStore, Bucket, KeyPair, SharedVolume, key_of
from settings.archival import FILES, Archival, Credentials, FileStore, S3Compatible, uri_of


def archive(settings: Archival) -> ArchiveStore:
    """The store as the stack file describes it."""
    return ArchiveStore(uri=uri_of(settings), reads=settings.reads, paused=settings.paused, place=_place(settings))


def _place(settings: Archival) -> Bucket | SharedVolume:
    if isinstance(settings, FileStore):
        return SharedVolume(claim=settings.claim, path=FILES)
    compatible = settings if isinstance(settings, S3Compatible) else None
    return Bucket(
        region=settings.region,
        endpoint=compatible.endpoint if compatible else None,
        path_style=compatible.path_style if compatible else False,
        credentials=_pair(settings.credentials) if settings.credentials else None,
        ca=key_of(compatible.ca) if compatible and compatible.ca else None,
    )


def _pair(credentials: Credentials) -> KeyPair:
    return KeyPair(access_key=key_of(credentials.access_key), secret_key=key_of(credentials.secret_key))
