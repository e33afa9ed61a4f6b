"""The policy documents of a stack."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tests.compliance.graph import Resource

Kind = Literal["identity", "resource", "trust"]

PLACES: Final[dict[str, dict[str, Kind]]] = {
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {"policyDocument": "resource"},
    "aws:iam/role:Role": {"assumeRolePolicy": "trust"},
    "aws:iam/rolePolicy:RolePolicy": {"policy": "identity"},
    "aws:kms/key:Key": {"policy": "resource"},
    "aws:opensearch/domain:Domain": {"accessPolicies": "resource"},
    "aws:s3/bucketPolicy:BucketPolicy": {"policy": "resource"},
    "aws:sns/topicPolicy:TopicPolicy": {"policy": "resource"},
}
"""Inputs that are policies, by type."""


@dataclass(frozen=True)
class Document:
    """One policy: of an identity, of a resource, or of who may take a role."""

    resource: str
    kind: Kind
    text: str


def documents(resources: Iterable[Resource]) -> Iterator[Document]:
    """Every policy.

    Raises:
        KeyError: an input with a statement in it is not in `PLACES`.
    """
    for resource in resources:
        for key, value in resource.inputs.items():
            if isinstance(value, str) and '"Statement"' in value:
                yield Document(resource.name, PLACES[resource.type][key], value)
