"""The archive of an installation: a bucket or a volume that somebody else made."""

from components.handles import ArchiveStore, Bucket, KeyPair, SecretKey, SharedVolume
from settings.archival import FILES, S3, Credentials, FileStore, S3Compatible, uri_of
from settings.references import SecretKey as Reference


def archive(settings: S3 | S3Compatible | FileStore) -> ArchiveStore:
    """The store as the stack file describes it."""
    return ArchiveStore(uri=uri_of(settings), reads=settings.reads, paused=settings.paused, place=_place(settings))


def _place(settings: S3 | S3Compatible | FileStore) -> Bucket | SharedVolume:
    if isinstance(settings, FileStore):
        return SharedVolume(claim=settings.claim, path=FILES)
    compatible = settings if isinstance(settings, S3Compatible) else None
    return Bucket(
        region=settings.region,
        endpoint=compatible.endpoint if compatible else None,
        path_style=compatible.path_style if compatible else False,
        credentials=_pair(settings.credentials) if settings.credentials else None,
        ca=_key(compatible.ca) if compatible and compatible.ca else None,
    )


def _pair(credentials: Credentials) -> KeyPair:
    return KeyPair(access_key=_key(credentials.access_key), secret_key=_key(credentials.secret_key))


def _key(reference: Reference) -> SecretKey:
    return SecretKey(secret=reference.secret, key=reference.key)
