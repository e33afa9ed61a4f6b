"""The server's own configuration file, from typed models only: the server drops unknown keys without a word.

Every class mirrors a struct of the pinned server (common/config/config.go, persistence.go, common/auth/tls.go,
common/dynamicconfig/file_based_client.go, common/metrics/config.go, elasticsearch/client/config.go); field names are
the YAML keys, with `_` for their `-`. None leaves a key out.
"""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

import yaml

_TEMPLATE_MARK: Final = "# enable-template: the server fills in its environment when it starts\n"
POD_IP: Final = '{{ env "POD_IP" }}'


def from_environment(variable: str) -> str:
    """What the server fills in from its environment before it reads the file as YAML, inside single quotes, where such
    a quote is written twice."""
    return rf'{{{{ env "{variable}" | replace "\x27" "\x27\x27" }}}}'


@dataclass(frozen=True, kw_only=True)
class Log:
    stdout: bool = True
    level: str = "info"
    format: str = "json"


@dataclass(frozen=True, kw_only=True)
class PasswordCommand:
    command: str
    args: list[str]
    timeout: str


@dataclass(frozen=True, kw_only=True)
class SqlTls:
    """PostgreSQL's connection text uses only these: serverName and the data forms are ignored by the server."""

    enabled: bool
    caFile: str | None  # noqa: N815
    enableHostVerification: bool  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Sql:
    pluginName: str  # noqa: N815
    databaseName: str  # noqa: N815
    connectAddr: str  # noqa: N815
    connectProtocol: str  # noqa: N815
    connectAttributes: dict[str, str]  # noqa: N815
    user: str
    passwordCommand: PasswordCommand  # noqa: N815
    maxConns: int  # noqa: N815
    maxIdleConns: int  # noqa: N815
    maxConnLifetime: str  # noqa: N815
    tls: SqlTls


@dataclass(frozen=True, kw_only=True)
class Url:
    scheme: str
    host: str


@dataclass(frozen=True, kw_only=True)
class ElasticsearchTls:
    enabled: bool
    caFile: str | None  # noqa: N815
    enableHostVerification: bool  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class RequestSigning:
    enabled: bool
    region: str
    credentialProvider: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Elasticsearch:
    version: str
    url: Url
    username: str | None
    password: str | None
    indices: dict[str, str]
    logLevel: str  # noqa: N815
    closeIdleConnectionsInterval: str  # noqa: N815
    tls: ElasticsearchTls | None
    aws_request_signing: RequestSigning | None


@dataclass(frozen=True, kw_only=True)
class DataStore:
    """One of the two."""

    sql: Sql | None = None
    elasticsearch: Elasticsearch | None = None


@dataclass(frozen=True, kw_only=True)
class Persistence:
    defaultStore: str  # noqa: N815
    visibilityStore: str  # noqa: N815
    secondaryVisibilityStore: str | None  # noqa: N815
    numHistoryShards: int  # noqa: N815
    datastores: dict[str, DataStore]


@dataclass(frozen=True, kw_only=True)
class Membership:
    maxJoinDuration: str  # noqa: N815
    broadcastAddress: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class ServerTls:
    certFile: str  # noqa: N815
    keyFile: str  # noqa: N815
    requireClientAuth: bool  # noqa: N815
    clientCaFiles: list[str]  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class ClientTls:
    serverName: str  # noqa: N815
    rootCaFiles: list[str]  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class GroupTls:
    server: ServerTls | None
    client: ClientTls


@dataclass(frozen=True, kw_only=True)
class ExpirationChecks:
    warningWindow: str  # noqa: N815
    errorWindow: str  # noqa: N815
    checkInterval: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class RootTls:
    refreshInterval: str  # noqa: N815
    expirationChecks: ExpirationChecks  # noqa: N815
    internode: GroupTls
    frontend: GroupTls


@dataclass(frozen=True, kw_only=True)
class Range:
    startRange: str  # noqa: N815
    endRange: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Characters:
    ranges: list[Range]
    safeChars: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Sanitize:
    nameChars: Characters  # noqa: N815
    keyChars: Characters  # noqa: N815
    valueChars: Characters  # noqa: N815
    replacementChar: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    framework: str
    timerType: str  # noqa: N815
    listenAddress: str  # noqa: N815
    sanitizeOptions: Sanitize | None  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The three flags are for opentelemetry, whose names they make those of tally."""

    withoutUnitSuffix: bool | None  # noqa: N815
    withoutCounterSuffix: bool | None  # noqa: N815
    recordTimerInSeconds: bool | None  # noqa: N815
    perUnitHistogramBoundaries: dict[str, list[float]]  # noqa: N815
    prometheus: Prometheus


@dataclass(frozen=True, kw_only=True)
class Global:
    membership: Membership
    tls: RootTls
    metrics: Metrics | None


@dataclass(frozen=True, kw_only=True)
class Rpc:
    grpcPort: int  # noqa: N815
    membershipPort: int  # noqa: N815
    bindOnIP: str  # noqa: N815
    httpPort: int | None  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Service:
    rpc: Rpc


@dataclass(frozen=True, kw_only=True)
class ClusterInformation:
    enabled: bool
    initialFailoverVersion: int  # noqa: N815
    rpcAddress: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class ClusterMetadata:
    enableGlobalNamespace: bool  # noqa: N815
    failoverVersionIncrement: int  # noqa: N815
    masterClusterName: str  # noqa: N815
    currentClusterName: str  # noqa: N815
    clusterInformation: dict[str, ClusterInformation]  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class DynamicConfigClient:
    filepath: str
    pollInterval: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Filestore:
    fileMode: str  # noqa: N815
    dirMode: str  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class S3store:
    region: str
    endpoint: str | None
    s3ForcePathStyle: bool  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class ArchivalProvider:
    filestore: Filestore | None
    s3store: S3store | None


@dataclass(frozen=True, kw_only=True)
class ArchivalKind:
    state: str
    enableRead: bool  # noqa: N815
    provider: ArchivalProvider


@dataclass(frozen=True, kw_only=True)
class Archival:
    history: ArchivalKind
    visibility: ArchivalKind


@dataclass(frozen=True, kw_only=True)
class ArchivalDefault:
    state: str
    URI: str


@dataclass(frozen=True, kw_only=True)
class ArchivalDefaults:
    history: ArchivalDefault
    visibility: ArchivalDefault


@dataclass(frozen=True, kw_only=True)
class NamespaceDefaults:
    archival: ArchivalDefaults


@dataclass(frozen=True, kw_only=True)
class ServerConfiguration:
    log: Log
    persistence: Persistence
    global_: Global
    services: dict[str, Service]
    clusterMetadata: ClusterMetadata  # noqa: N815
    dynamicConfigClient: DynamicConfigClient  # noqa: N815
    archival: Archival | None
    namespaceDefaults: NamespaceDefaults | None  # noqa: N815

    def text(self) -> str:
        """The file, with the comment that makes the server fill in `{{ env … }}`."""
        return _TEMPLATE_MARK + yaml.safe_dump(_plain(self), sort_keys=False, width=1000)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        pairs = ((field.name.rstrip("_").replace("_", "-"), getattr(value, field.name)) for field in fields(value))
        return {name: _plain(item) for name, item in pairs if item is not None}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
