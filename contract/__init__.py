"""The stack outputs: what application teams may rely on. Importable without Pulumi.

Relative imports, because consumers install this folder as `temporal_platform_contract`.
"""

from .outputs import (
    CONTRACT_VERSION,
    ApplicationDatabaseReference,
    ConnectionReference,
    EndpointReference,
    ImmutableFacts,
    MetricsReference,
    PlatformOutputs,
    SecretReference,
    WorkspaceReference,
)

__all__ = [
    "CONTRACT_VERSION",
    "ApplicationDatabaseReference",
    "ConnectionReference",
    "EndpointReference",
    "ImmutableFacts",
    "MetricsReference",
    "PlatformOutputs",
    "SecretReference",
    "WorkspaceReference",
]
