"""The script that gives a PostgreSQL server its databases, owners and users. Harmless at any time.

Source: PostgreSQL 15 documentation (GRANT, ALTER DEFAULT PRIVILEGES). Users get rows only; owners run schema jobs.
"""

from typing import Final

ROLES_SQL: Final = """\
-- One database: its owner runs schema jobs, its user reads and writes rows.
-- No statement with a password may reach the database's log, not even a failing one.
\\set ON_ERROR_STOP on
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY[:'owner', :'user']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
\\set owner_password `cat "$OWNER_PASSWORD_FILE"`
\\set user_password `cat "$USER_PASSWORD_FILE"`
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE :"user" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'user_password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"user";
\\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO :"owner";
GRANT USAGE ON SCHEMA public TO :"user";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"user";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"user";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"user";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"user";
"""

ROLES_SH: Final = """\
set -eu
PGPASSWORD="$(cat "$SUPERUSER_PASSWORD_FILE")"
export PGPASSWORD
attempt=1
until psql -X -q -c 'SELECT 1' >/dev/null; do
  if [ "$attempt" -ge 6 ]; then
    echo "PostgreSQL at $PGHOST:$PGPORT refused or did not answer $attempt times; see the line above" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 5
done
grep -v '^#' "$DATABASES_FILE" | while read -r database owner user; do
  export OWNER_PASSWORD_FILE="$PASSWORDS/$owner" USER_PASSWORD_FILE="$PASSWORDS/$user"
  psql -X -q -v database="$database" -v owner="$owner" -v user="$user" -f "$ROLES_FILE"
  echo "database $database: owner $owner, user $user"
done
"""
