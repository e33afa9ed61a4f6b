"""Typed stack outputs, version 1. Additions keep the version; a removal or a change of meaning raises it.

No output holds a secret: credentials are references to Kubernetes Secrets with keys tls.crt, tls.key, ca.crt, or, for
an API key of Temporal Cloud, api-key and temporal.toml.

Docstrings and types here are what `schema.json` says (`make generate NAME=contract`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from typing import Any, Final, Self

CONTRACT_VERSION: Final = 1
"""Also the version of the package."""


def camel(name: str) -> str:
    """The name of an output or of a key in one, from that of its field."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


@dataclass(frozen=True, kw_only=True)
class SecretReference:
    """A Kubernetes Secret by place."""

    namespace: str
    """Kubernetes namespace."""
    name: str
    """Name of the Secret."""


@dataclass(frozen=True, kw_only=True)
class ConnectionReference:
    """What one application mounts: a ConfigMap for `envFrom` and a Secret at /etc/temporal/client."""

    kubernetes_namespace: str
    """Where both are."""
    temporal_namespace: str
    """The Temporal namespace they point to."""
    config_map: str
    """Name of the ConfigMap."""
    secret: str
    """Name of the Secret."""
    address: str = ""
    """host:port of the frontend; the stack's own when the stack is from before this key."""
    tls_server_name: str = ""
    """Name that clients must expect in the served certificate; the stack's own when the stack is from before this
    key."""


@dataclass(frozen=True, kw_only=True)
class EndpointReference:
    """Where clients find a namespace."""

    address: str
    """host:port."""
    tls_server_name: str
    """Name that clients must expect in the served certificate."""


@dataclass(frozen=True, kw_only=True)
class ApplicationDatabaseReference:
    """A database of an application, and the Secret by which it is found."""

    kubernetes_namespace: str
    """Where the Secret is."""
    secret: str
    """Name of the Secret, with url, host, port, database, user, password, ca.crt, and of each reader <name>.host and
    <name>.url."""
    host: str
    """DNS name of the one that writes."""
    port: int
    """TCP port of all of them."""
    database: str
    """Name of the database in PostgreSQL."""
    readers: Mapping[str, str]
    """DNS names of those that can only be read, by name."""
    immutable: Mapping[str, str]
    """What cannot change while the data lives, for the next preview."""


@dataclass(frozen=True, kw_only=True)
class WorkspaceReference:
    """A workspace of Amazon Managed Service for Prometheus."""

    url: str
    """https URL that Prometheus' own paths (/api/v1/query) follow; requests are signed (SigV4) for `aps`."""
    arn: str
    """Its ARN, for the policies of those who may ask."""
    region: str
    """Region that requests are signed for."""
    topic: str = ""
    """ARN of the SNS topic of the stack's own that gets its alerts; empty without one."""


@dataclass(frozen=True, kw_only=True)
class MetricsReference:
    """Where the metrics of the stack and of its workloads are."""

    kind: str
    """`operator`: in the Prometheus of the cluster's operator; `bundled`: in the stack's own; `amazon`: in its
    workspace of Amazon Managed Service for Prometheus."""
    installation: str
    """Value of the label `installation`, which every series and every alert of this stack has."""
    prometheus: str = ""
    """https URL inside the cluster of the stack's own Prometheus; empty without one."""
    client: SecretReference | None = None
    """What that Prometheus wants to be shown, and its authority; absent without one."""
    grafana: str = ""
    """URL of the Grafana with the dashboards, inside the cluster where it is the stack's own; empty where none is
    known."""
    workspace: WorkspaceReference | None = None
    """The stack's workspace in AWS; absent without one."""


@dataclass(frozen=True, kw_only=True)
class ImmutableFacts:
    """What cannot change while the data lives."""

    history_shard_count: int
    """Number of history shards."""
    databases: Sequence[str]
    """Names of the default and the visibility database; the second is empty where nothing has one."""
    search_attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Types of the custom search attributes by name, by Temporal namespace."""
    archival: str = ""
    """URI of the archive; empty without one."""
    aws: Mapping[str, str] = field(default_factory=dict)
    """`account` and `region` of what is stored on AWS, and its `key`: an ARN, or `created`; empty without any."""
    rds: Mapping[str, str] = field(default_factory=dict)
    """What the database in RDS is: its `identifier`, `type`, `engineVersion`, `masterUser`, `port`, `storage`, what it
    was restored from, whether AWS protects it from deletion; empty without one."""
    operated: Mapping[str, str] = field(default_factory=dict)
    """What the database of an operator is: its `kind`, `version` and `storage`; empty without one."""
    visibility: str = "postgres"
    """Where executions are searched: `postgres`, or the URL of an index."""
    visibility_move: str = ""
    """The URL of the index that a move of it goes to; empty without one."""
    visibility_stage: str = ""
    """How far that move is: `prepare`, `write-both` or `read-new`; empty without one."""


@dataclass(frozen=True, kw_only=True)
class PlatformOutputs:
    """One stack's outputs."""

    contract_version: int = CONTRACT_VERSION
    """Version of this contract."""
    backend: str
    """`self-hosted` or `cloud`."""
    name: str
    """`temporal:name`."""
    server_version: str | None = None
    """Version of the server; not among the outputs with Temporal Cloud."""
    address: str
    """host:port of the frontend inside the cluster; with Temporal Cloud that of the first namespace."""
    external_address: str | None = None
    """host:port from outside; not among the outputs when there is no such way."""
    tls_server_name: str
    """Name that clients must expect in the served certificate."""
    ui_address: str | None = None
    """https URL of the Web UI from outside; not among the outputs when there is no such way."""
    namespaces: Sequence[str]
    """Temporal namespaces."""
    endpoints: Mapping[str, EndpointReference] = field(default_factory=dict)
    """Where clients inside the cluster find each namespace."""
    client: SecretReference
    """What an operator shows."""
    client_authority: str | None = None
    """The authority of clients' certificates, PEM, for Temporal Cloud to know; not among the outputs where nobody has
    to."""
    connections: Sequence[ConnectionReference]
    """By application."""
    database_readers: Mapping[str, str] | None = None
    """host:port of copies of the database that applications may read, by name; not among the outputs without any."""
    application_databases: Mapping[str, ApplicationDatabaseReference] | None = None
    """Databases of applications, by name; not among the outputs without any."""
    metrics: MetricsReference | None = None
    """Where the metrics are; not among the outputs of a stack that nobody watches."""
    immutable: ImmutableFacts | None = None
    """What the next preview is held against; not among the outputs with Temporal Cloud."""

    def connection(self, kubernetes_namespace: str) -> ConnectionReference:
        """What the application in this Kubernetes namespace mounts.

        Raises LookupError, which names those there, when the stack has no application in it.
        """
        for connection in self.connections:
            if connection.kubernetes_namespace == kubernetes_namespace:
                return connection
        there = ", ".join(connection.kubernetes_namespace for connection in self.connections) or "none"
        raise LookupError(
            f"no entry of connections is for Kubernetes namespace {kubernetes_namespace}; there are: {there}. "
            "Add it to temporal:applications"
        )

    def exports(self) -> dict[str, Any]:
        """Output names and values as the stack exports them; the engine leaves out those that are None."""
        return {camel(field.name): _exported(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def read(cls, outputs: Mapping[str, Any]) -> Self:
        """The outputs of a stack, as `pulumi stack output --json` or a StackReference gives them: the latter has no
        whole numbers, only floats.

        Raises ValueError when the stack speaks another version of the contract, KeyError with the path of an output
        that is missing.
        """
        found = _whole(outputs.get("contractVersion"))
        if found != CONTRACT_VERSION:
            raise ValueError(f"the stack speaks contract version {found}, this package {CONTRACT_VERSION}")
        values = {field.name: _found(outputs, field) for field in fields(cls)}
        own = {"address": values["address"], "tlsServerName": values["tls_server_name"]}
        values["endpoints"] = {
            name: _parsed(EndpointReference, item, f"endpoints.{name}") for name, item in values["endpoints"].items()
        }
        values["client"] = _parsed(SecretReference, values["client"], "client")
        values["connections"] = tuple(
            _parsed(ConnectionReference, {**own, **item}, f"connections[{index}]")
            for index, item in enumerate(values["connections"])
        )
        if values["application_databases"] is not None:
            values["application_databases"] = {
                name: _parsed(ApplicationDatabaseReference, item, f"applicationDatabases.{name}")
                for name, item in values["application_databases"].items()
            }
        if values["metrics"] is not None:
            metrics = _parsed(MetricsReference, values["metrics"], "metrics")
            client = _parsed(SecretReference, metrics.client, "metrics.client") if metrics.client else None
            place = "metrics.workspace"
            workspace = _parsed(WorkspaceReference, metrics.workspace, place) if metrics.workspace else None
            values["metrics"] = replace(metrics, client=client, workspace=workspace)
        if values["immutable"] is not None:
            values["immutable"] = _parsed(ImmutableFacts, values["immutable"], "immutable")
        return cls(**values)


def _found(outputs: Mapping[str, Any], field: Field[Any]) -> Any:
    name = camel(field.name)
    if name not in outputs and field.default_factory is not MISSING:
        return field.default_factory()
    return _whole(outputs[name] if field.default is MISSING else outputs.get(name, field.default))


def _exported(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        inside = {camel(field.name): _exported(getattr(value, field.name)) for field in fields(value)}
        return {name: item for name, item in inside.items() if item is not None}
    if isinstance(value, dict):
        return {name: _exported(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_exported(item) for item in value]
    return value


def _parsed(kind: type[Any], value: Mapping[str, Any], place: str) -> Any:
    try:
        return kind(**{field.name: _found(value, field) for field in fields(kind)})
    except KeyError as error:
        raise KeyError(f"{place}.{error.args[0]}") from None


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
