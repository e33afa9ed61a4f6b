"""The stack outputs: what application teams may rely on. Importable without Pulumi."""

from contract.outputs import (
    CONTRACT_VERSION,
    ConnectionReference,
    EndpointReference,
    ImmutableFacts,
    PlatformOutputs,
    SecretReference,
)

__all__ = [
    "CONTRACT_VERSION",
    "ConnectionReference",
    "EndpointReference",
    "ImmutableFacts",
    "PlatformOutputs",
    "SecretReference",
]
