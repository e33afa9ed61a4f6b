"""Alarms and backups of what is stored on AWS."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.aws import is_watched, made_on_aws
from settings.aws_care import EmailAlarms, NoAlarms, TopicAlarms
from settings.aws_scalars import arn
from settings.places import path
from settings.rds.models import Rds
from settings.rds.places import managed_databases
from settings.rds.windows import Window, minutes_of, week_window
from settings.rules.contradiction import Contradiction

if TYPE_CHECKING:
    from settings.model import Settings

_HOUR: Final = 60
_DAY: Final = 24 * _HOUR


def alarms_are_of_the_region(settings: "Settings") -> Iterator[Contradiction]:
    """An alarm tells a topic of its own region."""
    aws = settings.aws
    if aws is None or not isinstance(aws.alarms, TopicAlarms):
        return
    topic = arn(aws.alarms.topic)
    if (topic.partition, topic.region) != (aws.partition, aws.region):
        yield Contradiction(
            location=("aws", "alarms", "topic"),
            found=aws.alarms.topic,
            allowed="a topic of temporal:aws.region",
            figures=f": arn:{aws.partition}:sns:{aws.region}:…",
        )


def somebody_is_told(settings: "Settings") -> Iterator[Contradiction]:
    """Each address once, and at least one."""
    if settings.aws is None or not isinstance(settings.aws.alarms, EmailAlarms):
        return
    emails = settings.aws.alarms.emails
    if not emails:
        yield Contradiction(location=("aws", "alarms", "emails"), found=[], allowed="at least one address")
    for index, email in enumerate(emails):
        if email in emails[:index]:
            yield Contradiction(location=("aws", "alarms", "emails", index), found=email, allowed="each address once")


def something_is_watched(settings: "Settings") -> Iterator[Contradiction]:
    """Who asks to be told would take silence for good news."""
    alarms = settings.aws.alarms if settings.aws else None
    if alarms is None or isinstance(alarms, NoAlarms) or is_watched(settings):
        return
    yield Contradiction(
        location=("aws", "alarms", "kind"),
        found=alarms.kind,
        allowed="'none', or a store that has alarms: temporal:database.kind rds or aurora, temporal:visibility.kind "
        "opensearch-domain, temporal:applicationDatabases",
    )


def something_is_copied(settings: "Settings") -> Iterator[Contradiction]:
    """AWS Backup knows no OpenSearch, and AWS refuses a selection of nothing."""
    if settings.aws is None or settings.aws.backup is None:
        return
    if not any(part.is_copied for _, part in made_on_aws(settings)):
        yield Contradiction(
            location=("aws", "backup"),
            found=settings.aws.backup.model_dump(by_alias=True, exclude_unset=True),
            instead="not here",
            allowed="with a store that AWS Backup copies: temporal:database.kind rds or aurora, temporal:archival.kind "
            "s3-bucket, temporal:applicationDatabases",
        )


def backups_can_be_kept(settings: "Settings") -> Iterator[Contradiction]:
    """A locked vault takes no backup that is kept for less or longer than the lock says."""
    backup = settings.aws.backup if settings.aws else None
    if backup is None or backup.lock is None:
        return
    lock = backup.lock
    if lock.max_days < lock.min_days:
        yield Contradiction(
            location=("aws", "backup", "lock", "maxDays"),
            found=lock.max_days,
            allowed="at least minDays",
            figures=f", which is {lock.min_days}",
        )
    elif not lock.min_days <= backup.days <= lock.max_days:
        yield Contradiction(
            location=("aws", "backup", "days"),
            found=backup.days,
            allowed="what lock allows",
            figures=f": from {lock.min_days} to {lock.max_days}",
        )


def backups_begin_apart_from_maintenance(settings: "Settings") -> Iterator[Contradiction]:
    """AWS Backup begins within an hour, and RDS takes no backup in its maintenance window nor in the hour before;
    Aurora does (AWS Backup Developer Guide, "Backup plan options and configuration")."""
    backup = settings.aws.backup if settings.aws else None
    if backup is None:
        return
    start = minutes_of(backup.start)
    for place, database in managed_databases(settings):
        maintenance = week_window(database.maintenance_window)
        closed = Window(maintenance.start - _HOUR, maintenance.minutes + _HOUR)
        overlap = any(closed.overlaps(Window(day * _DAY + start, _HOUR)) for day in range(7))
        if isinstance(database, Rds) and overlap:
            yield Contradiction(
                location=("aws", "backup", "start"),
                found=backup.start,
                allowed=f"an hour that ends an hour before {path(place)}.maintenanceWindow, or begins after it",
                figures=f", {database.maintenance_window}",
                figures_of=str(place[0]),
            )


def copies_are_elsewhere(settings: "Settings") -> Iterator[Contradiction]:
    """Copies in the same region are lost with it."""
    aws = settings.aws
    if aws is None or aws.backup is None or aws.backup.copy_to is None:
        return
    vault = arn(aws.backup.copy_to.vault)
    if vault.region == aws.region or (vault.partition, vault.account) != (aws.partition, aws.account):
        yield Contradiction(
            location=("aws", "backup", "copyTo", "vault"),
            found=aws.backup.copy_to.vault,
            allowed="a vault of the same account in another region than temporal:aws.region",
        )


RULES = (
    alarms_are_of_the_region,
    somebody_is_told,
    something_is_copied,
    something_is_watched,
    backups_can_be_kept,
    backups_begin_apart_from_maintenance,
    copies_are_elsewhere,
)
"""For whatever backend."""
