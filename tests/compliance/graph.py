"""The AWS resources of a stack, from the engine's state after a simulated `up`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commands import manifests

ATTRIBUTES = ("arn", "id", "name", "bucket", "keyId")
"""What a resource is known to others by, the most telling first."""


@dataclass(frozen=True)
class Resource:
    """`inputs` and `outputs` have the names of pulumi-aws; `uses` are the resources that an input takes values from."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    uses: Mapping[str, "tuple[Resource, ...]"] = field(default_factory=dict)

    def source(self, key: str, value: Any) -> "tuple[Resource, str] | None":
        """The resource and its output that an input's value is, if it is one as it stands."""
        for used in self.uses.get(key, ()):
            for output in (*ATTRIBUTES, *sorted(used.outputs)):
                if isinstance(value, str) and value and used.outputs.get(output) == value:
                    return used, output
        return None


def graph(resources: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """The AWS resources of a state, in its order: what is used stands before what uses it."""
    made: dict[str, Resource] = {}
    for state in resources:
        if not (state["custom"] and state["type"].startswith("aws:")):
            continue
        uses = {
            key: tuple(made[urn] for urn in urns if urn in made)
            for key, urns in (state.get("propertyDependencies") or {}).items()
        }
        made[state["urn"]] = Resource(
            type=state["type"],
            name=state["urn"].rpartition("::")[2],
            inputs=manifests._plain(state.get("inputs", {})),
            outputs={**manifests._plain(state.get("outputs", {})), "id": state.get("id", "")},
            uses={key: used for key, used in uses.items() if used},
        )
    return list(made.values())
