"""A private link to Temporal Cloud."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.cloud import AddressEndpoint, RegionalEndpoint
from settings.private_link import SERVICES
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.cloud_stack import CloudSettings

_PLACE: Final = ("backend", "privateLink")


def links_are_in_an_account(settings: "CloudSettings") -> Iterator[Contradiction]:
    """An endpoint is made in a VPC that the file names."""
    if settings.backend.private_link is not None and settings.aws is None:
        yield Contradiction(
            location=("aws",), found=None, allowed="account, region and network, needed by temporal:backend.privateLink"
        )


def links_have_a_service(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Temporal's endpoint services are for endpoints of their own region only."""
    link, aws = settings.backend.private_link, settings.aws
    if link is None or aws is None:
        return
    if link.service is None and aws.region not in SERVICES:
        yield Contradiction(
            location=(*_PLACE, "service"),
            found=None,
            allowed=f"the name of Temporal's endpoint service in {aws.region}, for none is known there (known: "
            f"{', '.join(SERVICES)})",
        )
    elif link.service is not None and f".{aws.region}." not in link.service:
        yield Contradiction(
            location=(*_PLACE, "service"),
            found=link.service,
            allowed="a service in temporal:aws.region",
            figures=f", which is {aws.region}",
        )


def links_lead_where_clients_look(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Names that nobody connects to, or that are not served there, lead nowhere."""
    link, endpoint, aws = settings.backend.private_link, settings.backend.endpoint, settings.aws
    if link is None:
        return
    if isinstance(endpoint, AddressEndpoint):
        yield Contradiction(
            location=_PLACE,
            found="privateLink",
            instead="found",
            allowed="nothing with temporal:backend.endpoint.kind 'address', which is an address of your own",
        )
    if not isinstance(endpoint, RegionalEndpoint):
        return
    if link.resolves == "region":
        yield Contradiction(
            location=(*_PLACE, "resolves"),
            found="region",
            allowed="'endpoint' with temporal:backend.endpoint.kind 'regional', which follows no namespace",
        )
    if aws is not None and (endpoint.provider, endpoint.region) != ("aws", aws.region):
        yield Contradiction(
            location=("backend", "endpoint", "region"),
            found=f"{endpoint.region} of {endpoint.provider}",
            allowed="the region of temporal:aws, where the private link is",
            figures=f": {aws.region} of aws",
        )
