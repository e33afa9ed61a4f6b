"""Schema jobs: the server's own tool brings a database to the version that the pinned server requires."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import SqlStore
from components.jobs import JobArgs, job
from components.kubernetes import Installation, mount, secret_volume

_UID: Final = 1000
_SCHEMA_DIR: Final = "/etc/temporal/schema/postgresql/v12"

# The tool's --quiet turns every failure into exit code 0: never used.
_SCRIPT: Final = """\
set -eu
SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
export SQL_PASSWORD
attempt=1
until temporal-sql-tool setup-schema --version 0.0; do
  if [ "$attempt" -ge 6 ]; then
    echo "database $SQL_DATABASE at $SQL_HOST:$SQL_PORT refused $SQL_USER or did not answer $attempt times" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 5
done
temporal-sql-tool update-schema --schema-dir "$SCHEMA_DIR"
"""


@dataclass(frozen=True, kw_only=True)
class SchemaArgs:
    """One database."""

    installation: Installation
    """Where the job runs."""
    store: SqlStore
    """The database; the job connects as its owner."""
    folder: str
    """`temporal` or `visibility`, as the server's source calls them."""
    version: str
    """Schema version that the pinned server requires."""


def schema_job(name: str, args: SchemaArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A job named after the schema and its version; harmless when the schema is there already."""
    store = args.store
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="schema",
            purpose=f"schema-{args.folder}-v{args.version.replace('.', '-')}",
            version=versions.TEMPORAL_ADMIN_TOOLS,
            image=versions.ADMIN_TOOLS_IMAGE,
            uid=_UID,
            scripts={"run.sh": _SCRIPT},
            environment={
                "SQL_PLUGIN": "postgres12_pgx",
                "SQL_HOST": store.host,
                "SQL_PORT": str(store.port),
                "SQL_USER": store.owner,
                "SQL_DATABASE": store.database,
                "SQL_TLS": "true",
                "SQL_TLS_CA_FILE": f"/etc/temporal/database-ca/{store.ca.key}",
                "SQL_PASSWORD_FILE": f"/etc/temporal/owner/{store.owner_password.key}",
                "SCHEMA_DIR": f"{_SCHEMA_DIR}/{args.folder}/versioned",
                "USER": "temporal",
                "HOME": "/tmp",  # noqa: S108
            },
            volumes=[
                secret_volume("database-ca", store.ca.secret),
                secret_volume("owner", store.owner_password.secret, [store.owner_password.key]),
            ],
            mounts=[mount("database-ca", "/etc/temporal/database-ca"), mount("owner", "/etc/temporal/owner")],
        ),
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(store.ready))),
    )
