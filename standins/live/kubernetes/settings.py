"""The provider's settings, as the engine passes them: strings, booleans as "true"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from standins.kubernetes.replacement import Mutability
from standins.live.kubernetes.errors import ClusterError
from standins.provider import Secret, Value

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Settings:
    """`kubeconfig` is a path or the content; empty means KUBECONFIG or ~/.kube/config. `namespace` may be empty."""

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    mutability: Mutability = field(default_factory=Mutability)
    upsert: bool = False
    force: bool = False

    @classmethod
    def parse(cls, config: Mapping[str, Value]) -> Self:
        """Raises ClusterError for client-side apply, which the stand-in does not have."""
        if _text(config, "enableServerSideApply") not in ("", "true"):
            raise ClusterError(
                "this stand-in for the kubernetes plugin only knows server-side apply: "
                "set enable_server_side_apply=True on the provider"
            )
        return cls(
            kubeconfig=_text(config, "kubeconfig"),
            context=_text(config, "context"),
            cluster=_text(config, "cluster"),
            namespace=_text(config, "namespace"),
            mutability=Mutability(
                config_map=_text(config, "enableConfigMapMutable") == "true",
                secret=_text(config, "enableSecretMutable") == "true",
            ),
            upsert=_text(config, "upsertExistingObjects") == "true",
            force=_text(config, "enablePatchForce") == "true",
        )


def _text(config: Mapping[str, Value], key: str) -> str:
    """Unset and not yet known values are empty."""
    value = config.get(key)
    if isinstance(value, Secret):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""
