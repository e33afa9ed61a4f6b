"""Who reads the figures of a PostgreSQL server: a login that sees statistics and settings, and no row.

Source: PostgreSQL 15 to 17 documentation (Predefined Roles: pg_monitor).
"""

from typing import Final

from components.handles import SecretKey, SqlMonitor, SqlStore
from settings.immutables import OWN_DATABASES

MONITOR: Final = "temporal_monitor"
"""The role, where the stack makes it."""

MONITOR_SQL: Final = """\
\\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', :'monitor')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'monitor') \\gexec
ALTER ROLE :"monitor" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
GRANT pg_monitor TO :"monitor";
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', name, :'monitor')
  FROM unnest(string_to_array(:'databases', ' ')) AS name \\gexec
"""

MONITOR_SH: Final = f"""\
psql -X -q -v monitor="{MONITOR}" -v databases="{" ".join(OWN_DATABASES)}" -f "$MONITOR_FILE"
set_password "{MONITOR}"
echo "figures: {MONITOR}"
"""
"""After the databases are there."""


def sql_monitor(store: SqlStore, user: str, password: SecretKey, rotation: int = 0) -> SqlMonitor:
    """Who signs in where the server does, as somebody else. With another `rotation` the password is another one."""
    return SqlMonitor(
        host=store.host,
        port=store.port,
        database=store.database,
        user=user,
        password=password,
        rotation=rotation,
        tls=store.tls,
        ready=store.ready,
    )
