"""A PostgreSQL that somebody else runs: nothing is made here, the schema jobs find the databases there."""

from components.handles import SecretKey, SqlStore, SqlStores, SqlTls
from settings.database import Disable, Existing, Store, VerifyFull
from settings.references import SecretKey as Reference


def existing_stores(settings: Existing) -> SqlStores:
    """The two databases as the stack file describes them."""
    return SqlStores(default=_store(settings, settings.default), visibility=_store(settings, settings.visibility))


def _store(settings: Existing, store: Store) -> SqlStore:
    owner = store.owner or store
    return SqlStore(
        host=settings.host,
        port=settings.port,
        database=store.database,
        user=store.user,
        password=_key(store.password),
        owner=owner.user,
        owner_password=_key(owner.password),
        tls=_tls(settings),
        ready=[],
    )


def _tls(settings: Existing) -> SqlTls:
    verified = isinstance(settings.tls, VerifyFull)
    authority = settings.tls.ca if isinstance(settings.tls, VerifyFull) else None
    return SqlTls(
        enabled=not isinstance(settings.tls, Disable), verified=verified, ca=_key(authority) if authority else None
    )


def _key(reference: Reference) -> SecretKey:
    return SecretKey(secret=reference.secret, key=reference.key)
