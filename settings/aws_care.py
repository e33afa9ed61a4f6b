"""`temporal:aws.alarms` and `temporal:aws.backup`: who is told of a store in trouble, and copies of the stores."""

from typing import Annotated, Final, Literal

from pydantic import Field

from settings.aws_scalars import TimeOfDay, TopicArn, VaultArn
from settings.base import Model
from settings.checks import Text, Whole
from settings.facts import changing

_TOLD: Final = changing("nothing", "alarms tell somebody else")
_BACKUP: Final = changing("nothing", "the next backup is made so")
_LOCK: Final = changing("nothing", "AWS locks the vault so, if the lock before lets it")

Email = Annotated[
    str,
    Text(r"[^\s@]{1,64}@[-.a-zA-Z0-9]{1,255}", "an e-mail address", ("ops@example.com",)),
]
BackupDays = Annotated[int, Whole(1, 36500)]
FinalDays = Annotated[int, Whole(3, 36500)]


class TopicAlarms(Model):
    """CloudWatch alarms that go to an SNS topic, which exists and lets CloudWatch publish."""

    kind: Annotated[Literal["topic"], _TOLD]
    """This way's name."""
    topic: Annotated[TopicArn, _TOLD]
    """Its ARN, of the same region."""


class EmailAlarms(Model):
    """CloudWatch alarms that go to an SNS topic of this stack's own, and on by e-mail."""

    kind: Annotated[Literal["emails"], _TOLD]
    """This way's name."""
    emails: Annotated[tuple[Email, ...], _TOLD]
    """Addresses. Each gets a mail with a link that must be followed once."""


class NoAlarms(Model):
    """No CloudWatch alarms: something else watches the stores."""

    kind: Annotated[Literal["none"], _TOLD]
    """This way's name."""


Alarms = Annotated[TopicAlarms | EmailAlarms | NoAlarms, Field(discriminator="kind")]


class VaultLock(Model):
    """Nobody deletes a backup before its time. Who may change the lock may end it, until `finalAfterDays` are over."""

    min_days: Annotated[BackupDays, _LOCK]
    """No backup may be kept for less."""
    max_days: Annotated[BackupDays, _LOCK]
    """No backup may be kept for longer."""
    final_after_days: Annotated[FinalDays | None, _LOCK] = None
    """Days after which nobody changes the lock any more, the account's root user neither; never when left out."""


class BackupCopy(Model):
    """A copy of every backup in another region."""

    vault: Annotated[VaultArn, _BACKUP]
    """ARN of a backup vault that exists there, in the same account."""
    days: Annotated[BackupDays, _BACKUP]
    """How long a copy is kept."""


class Backup(Model):
    """AWS Backup makes a copy of every store that it knows, once a day: databases of RDS and Aurora, buckets. Amazon
    OpenSearch Service makes its own, every hour, and keeps them for 14 days."""

    days: Annotated[BackupDays, changing("nothing", "new backups are kept so long")] = 35
    """How long a backup is kept."""
    start: Annotated[TimeOfDay, _BACKUP] = "05:00"
    """When it begins, in UTC, or within an hour; apart from the maintenance window of a database in RDS."""
    lock: VaultLock | None = None
    """Hold backups against deletion."""
    copy_to: BackupCopy | None = None
    """Copy them to another region."""
