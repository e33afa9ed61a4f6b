"""What the engine's state says that a stack consists of, in the shape the rules take."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from commands import manifests
from commands.cost.billing import Resource
from commands.events import counted

_AWS: Final = "aws:"
_AWS_PROVIDER: Final = "pulumi:providers:aws"


@dataclass(frozen=True)
class Deployed:
    """AWS resources with those of packages nobody knows here, Kubernetes objects, and the regions that AWS is asked
    for."""

    resources: Sequence[Resource]
    objects: Sequence[manifests.Object]
    regions: frozenset[str]

    @property
    def has_aws(self) -> bool:
        """Whether anything of it is on AWS."""
        return any(resource.type.startswith(_AWS) for resource in self.resources)


def deployed(state: Iterable[Mapping[str, Any]]) -> Deployed:
    """From the resources of `pulumi stack export`; no secret is in it."""
    found = [*state]
    aws = [Resource(each["type"], each["name"], each["properties"]) for each in manifests.aws_resources(found)]
    return Deployed([*aws, *_others(found)], manifests.kubernetes_objects(found), frozenset(_regions(found)))


def _others(state: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    for each in state:
        type_ = each["type"]
        if each["custom"] and counted(type_) and not type_.startswith((_AWS, "kubernetes:")):
            yield Resource(type_, each["urn"].rpartition("::")[2], {})


def _regions(state: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for each in state:
        region = each.get("inputs", {}).get("region")
        if isinstance(region, str) and each["type"].startswith((_AWS, _AWS_PROVIDER)):
            yield region
