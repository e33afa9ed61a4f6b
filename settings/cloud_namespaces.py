"""`temporal:namespaces[].managed`: namespaces in Temporal Cloud that the stack looks after.

Source: temporalio/terraform-provider-temporalcloud v1.5.0, internal/provider/namespace_resource.go; docs.temporal.io,
Temporal Cloud, "Namespaces", "Certificates", "Connectivity" and "Exporting Workflow Event History to AWS S3".
"""

from typing import Annotated, Final, Literal

from settings.aws_scalars import AccountId, AwsRegion, KeyArn, RoleName
from settings.base import Model
from settings.checks import Text
from settings.facts import changing
from settings.scalars import BucketName, milliseconds_of

MOST_DAYS: Final = 90
_DAY: Final = 24 * 60 * 60 * 1000
_IN_PLACE = changing("nothing", "the namespace changes in place")
_EXPORT = changing("nothing", "what is exported from then on goes there; what is there stays")
_WAYS = changing("nothing", "the namespace changes in place; who is on another way loses it")

CloudRegion = Annotated[
    str,
    Text(
        r"(aws|gcp|azure)-[a-z0-9]{1,20}(-[a-z0-9]{1,12}){0,3}",
        "a region of Temporal Cloud with its provider, such as aws-eu-central-1",
        ("aws-eu-central-1",),
    ),
]
Certificates = Annotated[
    str,
    Text(
        r"(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?)+",
        "certificates in PEM, one after the other, and nothing else",
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",),
    ),
]
DistinguishedWord = Annotated[
    str, Text(r"[^\x00-\x1f]{1,128}", "text of 1 to 128 characters", ("app-shop.client.orders",))
]


class CertificateFilter(Model):
    """Certificates that match in all that is said here."""

    common_name: Annotated[DistinguishedWord | None, _IN_PLACE] = None
    """Their common name."""
    organization: Annotated[DistinguishedWord | None, _IN_PLACE] = None
    """Their organization."""
    organizational_unit: Annotated[DistinguishedWord | None, _IN_PLACE] = None
    """Their organizational unit."""
    subject_alternative_name: Annotated[DistinguishedWord | None, _IN_PLACE] = None
    """One of their alternative names."""


class Export(Model):
    """Histories of closed executions go into a bucket of S3, once an hour. Bucket and role are there already: Temporal
    Cloud's template for the role names those of its own that may assume it."""

    bucket: Annotated[BucketName, _EXPORT]
    """Name of the bucket; in a region of the namespace."""
    region: Annotated[AwsRegion, _EXPORT]
    """The bucket's region."""
    account: Annotated[AccountId, _EXPORT]
    """The account that bucket and role are in, in quotes."""
    role: Annotated[RoleName, _EXPORT]
    """Name of the role with which Temporal Cloud writes."""
    kms_key: Annotated[KeyArn | None, _EXPORT] = None
    """ARN of the KMS key that the bucket is encrypted with, if it is one of the account's; the role must be allowed to
    use it."""


class Managed(Model):
    """The stack makes the namespace in Temporal Cloud and brings it to what stands here."""

    regions: Annotated[
        tuple[CloudRegion, ...], changing("nothing", "Temporal's provider refuses it: a namespace keeps its regions")
    ]
    """Where it is: one region, or two for a replica."""
    authorities: Annotated[Certificates | None, _IN_PLACE] = None
    """Authorities of clients' certificates besides the one that the stack makes; in PEM."""
    certificate_filters: tuple[CertificateFilter, ...] = ()
    """Which of their certificates are let in: those that one of these matches; all when left out."""
    connectivity: Annotated[tuple[Literal["private-link", "public"], ...], _WAYS] = ()
    """The only ways it may be reached by: the stack's private link, the internet; any way when left out."""
    export: Export | None = None
    """Where histories of closed executions are kept beyond their retention; nowhere when left out."""
    delete_protection: Annotated[bool, _IN_PLACE] = True
    """Temporal Cloud refuses to delete it, with its executions, until this is false and deployed."""


def days_of(retention: str) -> int:
    """The whole days of a retention; 0 where it is none."""
    days, rest = divmod(milliseconds_of(retention), _DAY)
    return 0 if rest else days
