"""The job that makes an application's database, its user and its schemas. Harmless at any time.

It connects as the master user of RDS, which is no superuser. The database stays the master user's, so that the
application cannot drop it; the user owns the schemas in it, may make more, and is nothing elsewhere.

Source: PostgreSQL 15 to 17 documentation (CREATE ROLE, CREATE DATABASE, GRANT, CREATE SCHEMA).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.jobs import SCRIPTS, JobArgs, job
from components.kubernetes import Installation, mount
from components.stores.database.rds.logins import VERSION
from components.stores.database.roles import PASSWORDS_FOLDER, SIGN_IN_SH, UID, passwords_volume, sign_in
from settings.application_databases import AUTHORITY, ApplicationDatabase

DATABASE_SQL: Final = """\
\\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \\gexec
-- Who is no superuser gives a schema to a role as one of its members.
SELECT format('GRANT %I TO CURRENT_USER', :'user') WHERE NOT pg_has_role(:'user', 'USAGE') \\gexec
SELECT format('CREATE DATABASE %I', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"database" TO :"user";
-- The one that every server begins with is for the master user alone.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
 WHERE datname = 'postgres' AND pg_has_role(datdba, 'USAGE') \\gexec
\\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('CREATE SCHEMA %I', name) FROM unnest(string_to_array(:'schemas', ' ')) AS name
 WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = name) \\gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'user') FROM pg_namespace
 WHERE (nspname = 'public' OR nspname = ANY (string_to_array(:'schemas', ' '))) AND nspowner <> :'user'::regrole \\gexec
"""

DATABASE_SH: Final = f"""\
{SIGN_IN_SH}
psql -X -q -v database="$DATABASE" -v user="$DATABASE" -v schemas="$SCHEMAS" -f "$DATABASE_FILE"
set_password "$DATABASE"
echo "database $DATABASE: user $DATABASE, schemas public $SCHEMAS"
"""


@dataclass(frozen=True, kw_only=True)
class DatabaseJobArgs:
    """One database and who may make it."""

    installation: Installation
    """Where the job runs."""
    database: ApplicationDatabase
    """From the stack file."""
    host: pulumi.Input[str]
    """DNS name of the server."""
    authorities: str
    """Of the server's certificate, PEM."""
    secrets: Sequence[pulumi.Input[str]]
    """Secrets whose keys are the master user and the user, with their passwords."""


def database_job(name: str, args: DatabaseJobArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """Makes what is absent, and sets the user's password."""
    said = args.database
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="application-database",
            purpose=f"application-{said.name}",
            version=VERSION,
            image=args.installation.images.postgres,
            uid=UID,
            scripts={"run.sh": DATABASE_SH, "database.sql": DATABASE_SQL, AUTHORITY: args.authorities},
            environment={
                **sign_in(args.host, said.server.port, said.server.master_user, f"{SCRIPTS}/{AUTHORITY}"),
                "DATABASE": said.database,
                "SCHEMAS": " ".join(said.schemas),
                "DATABASE_FILE": f"{SCRIPTS}/database.sql",
                **({"PASSWORD_ROTATION": str(said.password_rotation)} if said.password_rotation else {}),
            },
            volumes=[passwords_volume(args.secrets)],
            mounts=[mount("passwords", PASSWORDS_FOLDER)],
        ),
        opts,
    )
