"""A PostgreSQL that somebody else runs: nothing is made here, the schema jobs find the databases there."""

from components.handles import SqlStore, SqlStores, SqlTls, key_of
from settings.database import Disable, Existing, Store, VerifyFull


def existing_stores(settings: Existing) -> SqlStores:
    """The databases as the stack file describes them."""
    visibility = _store(settings, settings.visibility) if settings.visibility else None
    return SqlStores(default=_store(settings, settings.default), visibility=visibility)


def _store(settings: Existing, store: Store) -> SqlStore:
    owner = store.owner or store
    return SqlStore(
        host=settings.host,
        port=settings.port,
        database=store.database,
        user=store.user,
        password=key_of(store.password),
        owner=owner.user,
        owner_password=key_of(owner.password),
        tls=_tls(settings),
        ready=[],
    )


def _tls(settings: Existing) -> SqlTls:
    verified = isinstance(settings.tls, VerifyFull)
    authority = settings.tls.ca if isinstance(settings.tls, VerifyFull) else None
    return SqlTls(
        enabled=not isinstance(settings.tls, Disable), verified=verified, ca=key_of(authority) if authority else None
    )
