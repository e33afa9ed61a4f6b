"""Typed stack outputs, version 1. Additions keep the version; a removal or a change of meaning raises it.

No output holds a secret: credentials are references to Kubernetes Secrets with keys tls.crt, tls.key, ca.crt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Final, Self

CONTRACT_VERSION: Final = 1


def _camel(name: str) -> str:
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
    visibility: Any = "postgres"
    """Where executions are searched: `postgres`, or the URL of an index."""
    visibility_move: Any = ""
    """The URL of the index that a move of it goes to; empty without one."""
    visibility_stage: Any = ""
    """How far that move is: `prepare`, `write-both` or `read-new`; empty without one."""


@dataclass(frozen=True, kw_only=True)
class PlatformOutputs:
    """One stack's outputs."""

    contract_version: int = CONTRACT_VERSION
    """Version of this contract."""
    backend: str
    """`self-hosted`."""
    name: str
    """`temporal:name`."""
    server_version: str
    """Version of the server."""
    address: str
    """host:port of the frontend inside the cluster."""
    external_address: Any = None
    """host:port from outside; not among the outputs when there is no such way."""
    tls_server_name: str
    """Name that clients must expect in the served certificate."""
    ui_address: Any = None
    """https URL of the Web UI from outside; not among the outputs when there is no such way."""
    namespaces: Sequence[str]
    """Temporal namespaces."""
    client: SecretReference
    """An operator's client certificate."""
    connections: Sequence[ConnectionReference]
    """By application."""
    database_readers: Any = None
    """host:port of copies of the database that applications may read, by name; not among the outputs without any."""
    immutable: ImmutableFacts
    """What the next preview is held against."""

    def exports(self) -> dict[str, Any]:
        """Output names and values as the stack exports them; the engine leaves out those that are None."""
        return {_camel(field.name): _exported(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def read(cls, outputs: Mapping[str, Any]) -> Self:
        """The outputs of a stack, as `pulumi stack output --json` or a StackReference gives them: the latter has no
        whole numbers, only floats.

        Raises ValueError when the stack speaks another version of the contract, KeyError when an output is missing.
        """
        found = _whole(outputs.get("contractVersion"))
        if found != CONTRACT_VERSION:
            raise ValueError(f"the stack speaks contract version {found}, this package {CONTRACT_VERSION}")
        values = {field.name: _found(outputs, field) for field in fields(cls)}
        values["client"] = _parsed(SecretReference, values["client"])
        values["connections"] = tuple(_parsed(ConnectionReference, item) for item in values["connections"])
        values["immutable"] = _parsed(ImmutableFacts, values["immutable"])
        return cls(**values)


def _found(outputs: Mapping[str, Any], field: Field[Any]) -> Any:
    name = _camel(field.name)
    if name not in outputs and field.default_factory is not MISSING:
        return field.default_factory()
    return _whole(outputs[name] if field.default is MISSING else outputs.get(name, field.default))


def _exported(value: Any) -> Any:
    if isinstance(value, SecretReference | ConnectionReference | ImmutableFacts):
        return {_camel(field.name): _exported(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_exported(item) for item in value]
    return value


def _parsed(kind: type[Any], value: Mapping[str, Any]) -> Any:
    return kind(**{field.name: _found(value, field) for field in fields(kind)})


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
