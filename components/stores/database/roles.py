"""The job that gives a PostgreSQL server its databases, owners and users. Harmless at any time.

It connects as whoever may do that: a superuser, or the master user of RDS, which is none. Users get rows only; owners
run schema jobs. psql makes a verifier of each password (`\\password`, SCRAM-SHA-256), so that none of them ever is in a
statement, and with it in the server's log.

Source: PostgreSQL 15 to 17 documentation (CREATE ROLE, GRANT, ALTER DEFAULT PRIVILEGES, psql).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SecretKey
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount
from components.stores.database.monitor import MONITOR_SH, MONITOR_SQL
from settings.immutables import OWN_DATABASES

DATABASES: Final = {
    store: (database, f"{database}_owner", database)
    for store, database in zip(("default", "visibility"), OWN_DATABASES, strict=True)
}
"""Database, owner and user by store."""
OWNERS: Final = sorted(owner for _, owner, _ in DATABASES.values())
USERS: Final = sorted(user for _, _, user in DATABASES.values())

UID: Final = 999
PASSWORDS_FOLDER: Final = "/etc/postgresql/passwords"

ROLES_SQL: Final = """\
-- One database: its owner runs schema jobs, its user reads and writes rows.
\\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY[:'owner', :'user']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
-- Only a superuser may say this, and nobody else can have made it otherwise.
SELECT format('ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', rolname) FROM pg_roles
 WHERE rolname IN (:'owner', :'user')
   AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR NOT rolcanlogin) \\gexec
-- Who is no superuser makes a database for an owner, and changes it, as one of its members.
SELECT format('GRANT %I TO CURRENT_USER', :'owner') WHERE NOT pg_has_role(:'owner', 'USAGE') \\gexec
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

SIGN_IN_SH: Final = """\
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

# $1: a role. psql asks for its password twice.
set_password() {
  password=$(cat "$PASSWORDS/$1")
  if ! said=$(printf '%s\\n%s\\n' "$password" "$password" | psql -X -q -c "\\\\password \\"$1\\"" 2>&1); then
    echo "$said" >&2
    exit 1
  fi
}
"""
"""Waits until the server lets in who makes roles there; `set_password` gives a role the password of its file."""

ROLES_SH: Final = f"""\
{SIGN_IN_SH}
grep -v '^#' "$DATABASES_FILE" | while read -r database owner user; do
  psql -X -q -v database="$database" -v owner="$owner" -v user="$user" -f "$ROLES_FILE"
  set_password "$owner"
  set_password "$user"
  echo "database $database: owner $owner, user $user"
done
"""


@dataclass(frozen=True, kw_only=True)
class RolesArgs:
    """A server and who may make roles there."""

    installation: Installation
    """Where the job runs."""
    version: str
    """Version of the image's PostgreSQL."""
    host: pulumi.Input[str]
    """DNS name of the server."""
    port: int
    """TCP port."""
    user: str
    """Who connects; its password is a file of that name."""
    authority: SecretKey
    """Authority of the server's certificate."""
    secrets: Sequence[pulumi.Input[str]]
    """Secrets whose keys are the roles' names and `user`, with their passwords."""
    rotation: int
    """`passwordRotation`; another number runs the job again."""
    monitored: bool = False
    """Whether MONITOR is made, too."""


def passwords_volume(secrets: Sequence[pulumi.Input[str]]) -> k8s.core.v1.VolumeArgs:
    """The keys of these Secrets as files of one folder, for PASSWORDS."""
    return k8s.core.v1.VolumeArgs(
        name="passwords",
        projected=k8s.core.v1.ProjectedVolumeSourceArgs(
            default_mode=0o440,
            sources=[
                k8s.core.v1.VolumeProjectionArgs(secret=k8s.core.v1.SecretProjectionArgs(name=secret))
                for secret in secrets
            ],
        ),
    )


def sign_in(host: pulumi.Input[str], port: int, user: str, authority: str) -> dict[str, pulumi.Input[str]]:
    """What SIGN_IN_SH and psql are told; `user` has a file of that name among the passwords, `authority` is the file
    with the server's authorities."""
    return {
        "PGHOST": host,
        "PGPORT": str(port),
        "PGUSER": user,
        "PGDATABASE": "postgres",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": authority,
        "PGCONNECT_TIMEOUT": "5",
        "PASSWORDS": PASSWORDS_FOLDER,
        "SUPERUSER_PASSWORD_FILE": f"{PASSWORDS_FOLDER}/{user}",
    }


def roles_job(name: str, args: RolesArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """Makes what is absent, and sets every password."""
    databases = "".join(f"{' '.join(row)}\n" for row in DATABASES.values())
    script, monitor = ROLES_SH, {}
    if args.monitored:
        script, monitor = ROLES_SH + MONITOR_SH, {"monitor.sql": MONITOR_SQL}
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="database-roles",
            purpose="database-roles",
            version=args.version,
            image=args.installation.images.postgres,
            uid=UID,
            scripts={"run.sh": script, "roles.sql": ROLES_SQL, "databases": databases, **monitor},
            environment={
                **sign_in(args.host, args.port, args.user, "/etc/postgresql/ca/ca.crt"),
                "DATABASES_FILE": "/etc/temporal-platform/databases",
                "ROLES_FILE": "/etc/temporal-platform/roles.sql",
                **({"MONITOR_FILE": "/etc/temporal-platform/monitor.sql"} if args.monitored else {}),
                **({"PASSWORD_ROTATION": str(args.rotation)} if args.rotation else {}),
            },
            volumes=[passwords_volume(args.secrets), authority_volume("ca", args.authority)],
            mounts=[mount("passwords", PASSWORDS_FOLDER), mount("ca", "/etc/postgresql/ca")],
        ),
        opts,
    )
