"""The AWS account and what is made in it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.aws import ExistingKey, Irsa
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.model import Settings


def subnets_are_of_the_region(settings: "Settings") -> Iterator[Contradiction]:
    """At least one, each once, in zones of the region."""
    if settings.aws is None:
        return
    if not settings.aws.subnets:
        yield Contradiction(
            location=("aws", "subnets"), found=[], allowed="at least one subnet; for what is to outlive a zone, two"
        )
    seen: set[str] = set()
    for index, subnet in enumerate(settings.aws.subnets):
        if subnet.id in seen:
            yield Contradiction(location=("aws", "subnets", index, "id"), found=subnet.id, allowed="each subnet once")
        seen.add(subnet.id)
        if subnet.zone[:-1] != settings.aws.region:
            yield Contradiction(
                location=("aws", "subnets", index, "zone"),
                found=subnet.zone,
                allowed="a zone of temporal:aws.region",
                figures=f", such as {settings.aws.region}a",
            )


def identities_are_of_the_cluster(settings: "Settings") -> Iterator[Contradiction]:
    """The OIDC provider is in the account, and its issuer in the region, so it can be the cluster's."""
    aws = settings.aws
    if aws is None or not isinstance(aws.identity, Irsa):
        return
    partition, account, issuer = _parts(aws.identity.provider, 1, 4, 5)
    region = re.split("[./]", issuer.removeprefix("oidc-provider/oidc").lstrip(".-"))[1]
    if (partition, account, region) != (aws.partition, aws.account, aws.region):
        yield Contradiction(
            location=("aws", "identity", "provider"),
            found=aws.identity.provider,
            allowed="the provider of temporal:aws.cluster, so of the same account and region",
            figures=f": arn:{aws.partition}:iam::{aws.account}:oidc-provider/… with {aws.region} in the issuer's name",
        )


def the_key_is_of_the_region(settings: "Settings") -> Iterator[Contradiction]:
    """A key encrypts in its own region only."""
    aws = settings.aws
    if aws is None or not isinstance(aws.encryption, ExistingKey):
        return
    if _parts(aws.encryption.key, 1, 3) != (aws.partition, aws.region):
        yield Contradiction(
            location=("aws", "encryption", "key"),
            found=aws.encryption.key,
            allowed="a key of temporal:aws.region",
            figures=f": arn:{aws.partition}:kms:{aws.region}:…",
        )


def _parts(arn: str, *which: int) -> tuple[str, ...]:
    """Parts of an ARN by number: 1 partition, 3 region, 4 account, 5 the resource."""
    parts = arn.split(":", 5)
    return tuple(parts[number] for number in which)
