"""`temporal:database` of kind `zalando`: a cluster of Zalando's Postgres Operator.

Source: zalando/postgres-operator 2.0, docs/reference/cluster_manifest.md and its CustomResourceDefinition.
"""

from typing import Annotated, Literal

from settings.base import Model
from settings.checks import Text
from settings.facts import changing
from settings.operated import BEHIND, Operated, by_operator

_FIELD = r"([0-9]{1,2}|\*)(/[0-9]{1,2})?"
FiveFields = Annotated[
    str,
    Text(
        rf"{_FIELD}( {_FIELD}){{4}}",
        "five fields of cron, each a number or '*', perhaps with '/' and a step, such as '30 2 * * *'",
        ("30 2 * * *",),
    ),
]
Age = Annotated[
    str, Text(r"[1-9][0-9]{0,3} (day|week|month)s?", "text of a number of days, weeks or months", ("14 days",))
]


class LogicalBackup(Model):
    """pg_dump of every database by a CronJob of the operator, put where the operator's configuration says
    (`logical_backup_provider`, `logical_backup_s3_bucket` and so on)."""

    schedule: Annotated[FiveFields, by_operator("the next one follows it")] = "30 2 * * *"
    """When, in the cluster's time."""
    retention: Annotated[Age | None, by_operator("the next one deletes by it")] = None
    """How long dumps are kept, on S3 only; as the operator's configuration says when left out."""


class Zalando(Operated):
    """A `postgresql` of Zalando's Postgres Operator (2.0 or later), which must be there. The operator makes users,
    databases and passwords. Spilo's pods are not `restricted`, so an installation's namespace that this stack makes
    enforces `baseline`. Where WAL is archived is the operator's configuration: docs/databases.md."""

    kind: Annotated[Literal["zalando"], changing("replaced", BEHIND)]
    """This database's name."""
    logical_backup: LogicalBackup | None = None
    """Dumps beside the WAL archive; none when left out."""
