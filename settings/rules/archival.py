"""Where histories are archived."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from settings.archival import FROZEN, S3, STORAGE_CLASSES, S3Bucket
from settings.aws_scalars import arn
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.self_hosted import SelfHostedSettings

_LEAST_IA_DAYS: Final = 30


def what_is_read_can_be_read(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """The server reads an object at once or not at all; it restores none."""
    archival = settings.archival
    if not isinstance(archival, S3Bucket) or not archival.reads:
        return
    for index, transition in enumerate(archival.transitions):
        if transition.storage_class in FROZEN:
            yield Contradiction(
                location=("archival", "transitions", index, "storageClass"),
                found=transition.storage_class,
                allowed=f"with reads, {', '.join(name for name in STORAGE_CLASSES if name not in FROZEN)}: what is in "
                f"{' or '.join(FROZEN)} cannot be shown before it is restored by hand",
            )


def storage_classes_go_down(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """S3 takes transitions only downwards, into STANDARD_IA after 30 days, and out of it after 30 more (S3 User Guide,
    "Transitioning objects using Amazon S3 Lifecycle")."""
    if not isinstance(settings.archival, S3Bucket):
        return
    transitions = settings.archival.transitions
    for index, transition in enumerate(transitions):
        if transition.storage_class == "STANDARD_IA" and transition.days < _LEAST_IA_DAYS:
            yield Contradiction(
                location=("archival", "transitions", index, "days"),
                found=transition.days,
                allowed=f"at least {_LEAST_IA_DAYS} for STANDARD_IA",
            )
    for index, (one, other) in enumerate(pairwise(transitions), start=1):
        least = one.days + (_LEAST_IA_DAYS if one.storage_class == "STANDARD_IA" else 1)
        if STORAGE_CLASSES.index(other.storage_class) <= STORAGE_CLASSES.index(one.storage_class):
            yield Contradiction(
                location=("archival", "transitions", index, "storageClass"),
                found=other.storage_class,
                allowed=f"one below that of the transition before, in this order: {', '.join(STORAGE_CLASSES)}",
            )
        elif other.days < least:
            yield Contradiction(
                location=("archival", "transitions", index, "days"),
                found=other.days,
                allowed="a later day than that of the transition before, after STANDARD_IA 30 days later",
                figures=f": at least {least}",
            )


def copies_are_elsewhere(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Copies in the same region are lost with it."""
    archival, aws = settings.archival, settings.aws
    if aws is None or not isinstance(archival, S3Bucket) or archival.replication is None:
        return
    key, bucket = arn(archival.replication.kms_key), arn(archival.replication.bucket)
    if key.region == aws.region:
        yield Contradiction(
            location=("archival", "replication", "kmsKey"),
            found=archival.replication.kms_key,
            allowed="a key of another region than temporal:aws.region, that of the bucket with the copies",
        )
    if {bucket.partition, key.partition} != {aws.partition}:
        yield Contradiction(
            location=("archival", "replication", "bucket"),
            found=archival.replication.bucket,
            allowed="a bucket and a key of the partition of temporal:aws.region",
            figures=f": arn:{aws.partition}:…",
            figures_of="aws",
        )


def keys_are_for_roles(settings: "SelfHostedSettings") -> Iterator[Contradiction]:
    """Only a role that this stack makes can be told to use a key, one of the bucket's region."""
    archival = settings.archival
    if not isinstance(archival, S3) or archival.kms_key is None:
        return
    location = ("archival", "kmsKey")
    if settings.aws is None or archival.credentials is not None:
        yield Contradiction(
            location=location,
            found=archival.kms_key,
            instead="not here",
            allowed="with temporal:aws and without credentials: only roles that this stack makes are told to use it",
        )
    if arn(archival.kms_key).region != archival.region:
        yield Contradiction(location=location, found=archival.kms_key, allowed="a key of temporal:archival.region")
