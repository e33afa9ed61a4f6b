"""The job that finishes what an operator began: it waits for databases, owners and users, then gives users rights.

An operator makes roles and databases by itself, some time after its custom resource is there, and says nothing of it
that could be waited for: what its resource's status says may be from before a change. So the job looks where it
matters: it logs in as every owner and every user with the password of the Secret, until PostgreSQL lets all of them in.
Then each owner says who may do what in its own database. Nobody needs a superuser for that from PostgreSQL 15 on,
where the schema public belongs to the owner of the database.

Source: PostgreSQL 15 to 17 documentation (GRANT, ALTER DEFAULT PRIVILEGES, Schemas).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import SecretKey
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount
from components.stores.database.roles import DATABASES
from components.there import named

_UID: Final = 999
_VERSION: Final = versions.POSTGRES.partition("-")[0]
_FOLDER: Final = "/etc/postgresql/passwords"

GRANTS_SQL: Final = """\
-- As the owner of the database: its user reads and writes rows, nobody else comes in.
\\set ON_ERROR_STOP on
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"user";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"user";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"user";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"user";
-- Its own only: images bring views of a superuser's along.
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.%I TO %I', tablename, :'user')
  FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user \\gexec
SELECT format('GRANT USAGE, SELECT ON SEQUENCE public.%I TO %I', sequencename, :'user')
  FROM pg_sequences WHERE schemaname = 'public' AND sequenceowner = current_user \\gexec
"""

# Five seconds each, ten where nothing answers: a quarter of an hour for images, volumes and a first start.
_ATTEMPTS: Final = 180

GRANTS_SH: Final = f"""\
set -eu

# $1: database; $2: role; then arguments of psql.
as_role() {{
  database=$1 role=$2
  shift 2
  PGDATABASE=$database PGUSER=$role PGPASSWORD="$(cat "$PASSWORDS/$role")" psql -X -q "$@"
}}

# $1: database; $2: role; $3: the Secret with its password.
until_in() {{
  while :; do
    if [ ! -s "$PGSSLROOTCERT" ]; then
      said="$AUTHORITY is missing or empty"
    elif [ ! -s "$PASSWORDS/$2" ]; then
      said="key $KEY of Secret $3 is missing or empty"
    elif said=$(as_role "$1" "$2" -c '' 2>&1); then
      return 0
    fi
    attempt=$((attempt + 1))
    if [ "$attempt" -ge {_ATTEMPTS} ]; then
      echo "$said" >&2
      echo "role $2 does not come into database $1 at $PGHOST:$PGPORT, both of which are for $OPERATOR to make:" \\
        "'kubectl describe $RESOURCE' and the operator's log tell why they are not there" >&2
      exit 1
    fi
    [ "$((attempt % 12))" -ne 1 ] || echo "waiting for role $2 in database $1: $said"
    sleep 5
  done
}}

attempt=0
while read -r name owner user owner_secret user_secret; do
  until_in "$name" "$owner" "$owner_secret"
  as_role "$name" "$owner" -v database="$name" -v user="$user" -f "$GRANTS_FILE"
  until_in "$name" "$user" "$user_secret"
  echo "database $name: owner $owner, user $user"
done <"$DATABASES_FILE"
"""


@dataclass(frozen=True, kw_only=True)
class GrantsArgs:
    """A cluster of an operator's."""

    installation: Installation
    """Where the job runs."""
    operator: str
    """What people call the operator."""
    resource: str
    """Its custom resource, as kubectl names it."""
    host: str
    """DNS name of the instance that writes."""
    port: int
    """TCP port."""
    authority: SecretKey
    """Authority of the server's certificate."""
    secrets: Mapping[str, pulumi.Input[str]]
    """Secret by role; its key is `password`."""
    names: Mapping[str, str]
    """The same, as text for people."""
    rotation: int = 0
    """`passwordRotation`; another number runs the job again."""


KEY: Final = "password"
"""The key of a role's Secret that both operators use."""


def grants_job(name: str, args: GrantsArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """Waits for what the operator makes, and gives rights. Harmless at any time."""
    rows = [(*row, args.names[row[1]], args.names[row[2]]) for row in DATABASES.values()]
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="database-grants",
            purpose="database-grants",
            version=_VERSION,
            image=args.installation.images.postgres,
            uid=_UID,
            scripts={
                "run.sh": GRANTS_SH,
                "grants.sql": GRANTS_SQL,
                "databases": "".join(f"{' '.join(row)}\n" for row in rows),
            },
            environment={
                "PGHOST": args.host,
                "PGPORT": str(args.port),
                "PGSSLMODE": "verify-full",
                "PGSSLROOTCERT": "/etc/postgresql/ca/ca.crt",
                "PGCONNECT_TIMEOUT": "5",
                "PASSWORDS": _FOLDER,
                "KEY": KEY,
                "DATABASES_FILE": "/etc/temporal-platform/databases",
                "GRANTS_FILE": "/etc/temporal-platform/grants.sql",
                **({"PASSWORD_ROTATION": str(args.rotation)} if args.rotation else {}),
            },
            words={"OPERATOR": args.operator, "RESOURCE": args.resource, "AUTHORITY": named(args.authority)},
            volumes=[_passwords(args.secrets), authority_volume("ca", args.authority, optional=True)],
            mounts=[mount("passwords", _FOLDER), mount("ca", "/etc/postgresql/ca")],
            hours=1,
        ),
        opts,
    )


def _passwords(secrets: Mapping[str, pulumi.Input[str]]) -> k8s.core.v1.VolumeArgs:
    """A file for each role. Optional, for the kubelet would wait without a word; the files follow their Secrets."""
    sources: Sequence[k8s.core.v1.VolumeProjectionArgs] = [
        k8s.core.v1.VolumeProjectionArgs(
            secret=k8s.core.v1.SecretProjectionArgs(
                name=secret, items=[k8s.core.v1.KeyToPathArgs(key=KEY, path=role)], optional=True
            )
        )
        for role, secret in secrets.items()
    ]
    return k8s.core.v1.VolumeArgs(
        name="passwords", projected=k8s.core.v1.ProjectedVolumeSourceArgs(default_mode=0o440, sources=list(sources))
    )
