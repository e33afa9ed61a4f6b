"""`temporal:monitoring.postgres`: who reads PostgreSQL's own figures. The password is only named."""

from typing import Annotated, Final

from settings.base import Model
from settings.facts import changing
from settings.references import SecretKey
from settings.scalars import PostgresName

_RESTARTED: Final = changing("rolling", "postgres_exporter restarts")


class PostgresLogin(Model):
    """A user of its own for postgres_exporter: a member of pg_monitor that may connect to the database of executions,
    and has no other right."""

    user: Annotated[PostgresName, _RESTARTED]
    """Its name."""
    password: SecretKey
    """Its password. postgres_exporter reads it when it starts."""
