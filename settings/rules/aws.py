"""The AWS account and what is made in it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.aws import ExistingKey, Irsa, made_on_aws
from settings.aws_scalars import arn
from settings.places import path
from settings.rules.contradiction import Contradiction
from settings.shapes import kind_of

if TYPE_CHECKING:
    from settings.model import Settings


def account_is_named(settings: "Settings") -> Iterator[Contradiction]:
    """What is made on AWS is made in an account and a region that the file names."""
    needing = [f"{path(place)}.kind {kind_of(type(part))!r}" for place, part in made_on_aws(settings)]
    if needing and settings.aws is None:
        yield Contradiction(
            location=("aws",), found=None, allowed=f"account, region and network, needed by {', '.join(needing)}"
        )


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
    provider = arn(aws.identity.provider)
    is_near = f"eks.{aws.region}." in provider.resource
    if (provider.partition, provider.account) != (aws.partition, aws.account) or not is_near:
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
    key = arn(aws.encryption.key)
    if (key.partition, key.region) != (aws.partition, aws.region):
        yield Contradiction(
            location=("aws", "encryption", "key"),
            found=aws.encryption.key,
            allowed="a key of temporal:aws.region",
            figures=f": arn:{aws.partition}:kms:{aws.region}:…",
        )


def the_boundary_is_of_the_account(settings: "Settings") -> Iterator[Contradiction]:
    """IAM takes no policy of another account."""
    aws = settings.aws
    if aws is None or aws.permissions_boundary is None:
        return
    policy = arn(aws.permissions_boundary)
    if (policy.partition, policy.account) != (aws.partition, aws.account):
        yield Contradiction(
            location=("aws", "permissionsBoundary"),
            found=aws.permissions_boundary,
            allowed="a policy of temporal:aws.account",
            figures=f": arn:{aws.partition}:iam::{aws.account}:policy/…",
        )


RULES = (
    account_is_named,
    subnets_are_of_the_region,
    identities_are_of_the_cluster,
    the_boundary_is_of_the_account,
    the_key_is_of_the_region,
)
"""For whatever backend."""
