"""The few settings of the provider that matter without a cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from standins.kubernetes.replacement import Mutability
from standins.provider import Value


@dataclass(frozen=True)
class Settings:
    """`namespace` is where namespaced objects go that name none."""

    namespace: str = "default"
    mutability: Mutability = field(default_factory=Mutability)

    @classmethod
    def parse(cls, config: Mapping[str, Value]) -> Self:
        namespace = config.get("namespace")
        return cls(
            namespace=namespace if isinstance(namespace, str) and namespace else "default",
            mutability=Mutability(
                config_map=config.get("enableConfigMapMutable") == "true",
                secret=config.get("enableSecretMutable") == "true",
            ),
        )
