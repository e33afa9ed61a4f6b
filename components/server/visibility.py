"""What search stores are to the server's pods: configuration, environment, volumes, dynamic config.

Source: common/persistence/visibility/store/elasticsearch/client/config.go and client_v7.go of the server, and
common/persistence/visibility/visibility_manager_dual.go for a move from one to another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SearchLogin, SearchStore, SigningRegion, Stores
from components.kubernetes import authority_volume
from components.pods import secret_variable
from components.server import configuration as c
from components.server import paths
from settings.sizes import ServiceName
from settings.visibility import Stage


@dataclass(frozen=True)
class Role:
    """Names that one of the two stores has in pods."""

    password: str
    host: str
    volume: str
    authority: str


PRIMARY: Final = Role("TEMPORAL_VISIBILITY_PASSWORD", "TEMPORAL_VISIBILITY_HOST", "visibility-ca", paths.VISIBILITY_CA)
"""What is searched."""
SECONDARY: Final = Role(
    "TEMPORAL_SECONDARY_VISIBILITY_PASSWORD",
    "TEMPORAL_SECONDARY_VISIBILITY_HOST",
    "secondary-visibility-ca",
    paths.SECONDARY_CA,
)
"""What a move goes to."""
_WRITER: Final = "history"


def elasticsearch(role: Role, store: SearchStore) -> c.Elasticsearch:
    """The server has no command or file for this password: the environment has it, as a template fills it in. So it has
    the host of a store that is made with the stack: the file is then known at a preview."""
    url = urlsplit(store.url) if isinstance(store.url, str) else None
    login = store.authentication if isinstance(store.authentication, SearchLogin) else None
    signing = store.authentication if isinstance(store.authentication, SigningRegion) else None
    return c.Elasticsearch(
        version=store.version,
        url=c.Url(scheme=url.scheme, host=url.netloc)
        if url
        else c.Url(scheme="https", host=c.from_environment(role.host)),
        username=login.user.name if login else None,
        password=c.from_environment(role.password) if login else None,
        indices={"visibility": store.index},
        logLevel="error",
        closeIdleConnectionsInterval="15s",
        tls=_tls(role, store) if url and url.scheme == "https" and not signing else None,
        aws_request_signing=_signing(signing) if signing else None,
    )


def variables(stores: Stores) -> list[k8s.core.v1.EnvVarArgs]:
    """The passwords of stores with a login, and the hosts of stores that are made with the stack."""
    found = []
    for role, store in _search_stores(stores):
        if isinstance(store.authentication, SearchLogin):
            found.append(secret_variable(role.password, store.authentication.user.password))
        if not isinstance(store.url, str):
            host = pulumi.Output.all(store.url).apply(lambda urls: urlsplit(str(urls[0])).netloc)
            found.append(k8s.core.v1.EnvVarArgs(name=role.host, value=host))
    return found


def volumes(stores: Stores) -> Mapping[str, k8s.core.v1.VolumeArgs]:
    """Authorities of stores that have their own, by mount path."""
    return {
        role.authority: authority_volume(role.volume, store.ca) for role, store in _search_stores(stores) if store.ca
    }


def dynamic_config(stage: Stage | None) -> dict[str, Any]:
    """Which stores are written and which one is read while a move is under way."""
    if stage is None:
        return {}
    return {
        "system.secondaryVisibilityWritingMode": "off" if stage == "prepare" else "dual",
        "system.enableReadFromSecondaryVisibility": stage == "read-new",
    }


def rolled_by(service: ServiceName, stage: Stage | None) -> list[str]:
    """What makes pods restart with the stage. Only what writes: the job that fills the new store must find that all do,
    and the kubelet brings a changed dynamic config to each at its own time."""
    return ["writes both"] if service == _WRITER and stage in ("write-both", "read-new") else []


def _search_stores(stores: Stores) -> Iterator[tuple[Role, SearchStore]]:
    for role, store in ((PRIMARY, stores.visibility), (SECONDARY, stores.secondary)):
        if isinstance(store, SearchStore):
            yield role, store


def _tls(role: Role, store: SearchStore) -> c.ElasticsearchTls:
    return c.ElasticsearchTls(
        enabled=True, caFile=f"{role.authority}/ca.crt" if store.ca else None, enableHostVerification=True
    )


def _signing(signing: SigningRegion) -> c.RequestSigning:
    return c.RequestSigning(enabled=True, region=signing.region, credentialProvider="aws-sdk-default")
