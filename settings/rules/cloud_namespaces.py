"""Namespaces in Temporal Cloud that the stack looks after."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.aws_scalars import arn
from settings.cloud import GeneratedClients, MutualTls, RegionalEndpoint
from settings.cloud_namespaces import MOST_DAYS, Managed, days_of
from settings.places import Location
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.cloud_stack import CloudSettings

_MOST_REGIONS: Final = 2


def retentions_are_days(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Temporal Cloud keeps closed executions for whole days, 90 at most."""
    for place, namespace in enumerate(settings.namespaces):
        if namespace.managed and not 1 <= days_of(namespace.retention) <= MOST_DAYS:
            yield Contradiction(
                location=("namespaces", place, "retention"),
                found=namespace.retention,
                allowed=f"whole days from 1d to {MOST_DAYS}d with Temporal Cloud",
            )


def accounts_are_one(settings: "CloudSettings") -> Iterator[Contradiction]:
    """One API key makes them, and it is of one account."""
    names = [(place, each.name) for place, each in enumerate(settings.namespaces) if each.managed]
    for place, name in names[1:]:
        account = names[0][1].partition(".")[2]
        if name.partition(".")[2] != account:
            yield Contradiction(
                location=("namespaces", place, "name"),
                found=name,
                allowed="a namespace of the same account as the others that the stack looks after",
                figures=f", which is {account}",
            )


def regions_are_one_or_two(settings: "CloudSettings") -> Iterator[Contradiction]:
    """And clients find it in one of them, also when it moves to the other."""
    endpoint, link = settings.backend.endpoint, settings.backend.private_link
    for place, managed in _managed(settings):
        regions = managed.regions
        if not 1 <= len(regions) <= _MOST_REGIONS:
            yield Contradiction(location=(*place, "regions"), found=[*regions], allowed="one region, or two")
        if isinstance(endpoint, RegionalEndpoint) and f"{endpoint.provider}-{endpoint.region}" not in regions:
            yield Contradiction(
                location=("backend", "endpoint", "region"),
                found=endpoint.region,
                allowed="a region of every namespace that the stack looks after",
                figures=f": {', '.join(regions)}",
            )
        elif link and link.resolves == "endpoint" and len(set(regions)) > 1:
            yield Contradiction(
                location=("backend", "privateLink", "resolves"),
                found="endpoint",
                allowed="'region' with a namespace of two regions, whose name must lead to the one where it is active",
            )


def authorities_are_known(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Without one nobody gets in; with API keys nobody asks for one."""
    authentication = settings.backend.authentication
    for place, managed in _managed(settings):
        if not isinstance(authentication, MutualTls):
            of_certificates = {"authorities": managed.authorities, "certificateFilters": managed.certificate_filters}
            for key in (key for key, value in of_certificates.items() if value):
                yield Contradiction(
                    location=(*place, key),
                    found=key,
                    instead="found",
                    allowed="nothing with temporal:backend.authentication.kind 'api-key': there are no certificates",
                )
        elif managed.authorities is None and not isinstance(authentication.certificates, GeneratedClients):
            yield Contradiction(
                location=(*place, "authorities"),
                found=None,
                allowed="the authorities of clients' certificates in PEM, for the stack does not make them "
                f"(temporal:backend.authentication.certificates.kind {authentication.certificates.kind!r})",
            )
        for index, each in enumerate(managed.certificate_filters):
            if not each.model_fields_set:
                yield Contradiction(
                    location=(*place, "certificateFilters", index),
                    found={},
                    allowed="at least one word of a certificate",
                )


def ways_are_there(settings: "CloudSettings") -> Iterator[Contradiction]:
    """A rule is for an endpoint that the stack makes, in a region of the namespace."""
    link, aws = settings.backend.private_link, settings.aws
    for place, managed in _managed(settings):
        if len(set(managed.connectivity)) < len(managed.connectivity):
            yield Contradiction(
                location=(*place, "connectivity"), found=[*managed.connectivity], allowed="each way once"
            )
        if "private-link" not in managed.connectivity:
            continue
        if link is None:
            yield Contradiction(
                location=(*place, "connectivity"),
                found="private-link",
                allowed="'public', or temporal:backend.privateLink",
            )
        elif aws is not None and f"aws-{aws.region}" not in managed.regions:
            yield Contradiction(
                location=(*place, "regions"),
                found=[*managed.regions],
                allowed="the region of the private link among them",
                figures=f": aws-{aws.region}",
            )


def exports_are_near(settings: "CloudSettings") -> Iterator[Contradiction]:
    """Temporal Cloud writes to a bucket in a region of the namespace, and a key encrypts in its own region only."""
    for place, managed in _managed(settings):
        export = managed.export
        if export is None:
            continue
        if f"aws-{export.region}" not in managed.regions:
            yield Contradiction(
                location=(*place, "export", "region"),
                found=export.region,
                allowed="a region of the namespace",
                figures=f": {', '.join(managed.regions)}",
            )
        if export.kms_key is not None and arn(export.kms_key).region != export.region:
            yield Contradiction(
                location=(*place, "export", "kmsKey"),
                found=export.kms_key,
                allowed="a key of the bucket's region",
                figures=f", which is {export.region}",
            )


def _managed(settings: "CloudSettings") -> Iterator[tuple[Location, Managed]]:
    for index, namespace in enumerate(settings.namespaces):
        if namespace.managed:
            yield ("namespaces", index, "managed"), namespace.managed
