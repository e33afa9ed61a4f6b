"""Schema jobs: the server's own tool brings a database to the version that the pinned server requires."""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SqlStore, SqlTls
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount, secret_volume
from components.server import paths

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
            version=args.installation.server_version,
            image=args.installation.images.admin_tools,
            uid=_UID,
            scripts={"run.sh": _SCRIPT},
            environment={
                "SQL_PLUGIN": "postgres12_pgx",
                "SQL_HOST": store.host,
                "SQL_PORT": str(store.port),
                "SQL_USER": store.owner,
                "SQL_DATABASE": store.database,
                **_tls(store.tls),
                "SQL_PASSWORD_FILE": f"/etc/temporal/owner/{store.owner_password.key}",
                "SCHEMA_DIR": f"{_SCHEMA_DIR}/{args.folder}/versioned",
                "USER": "temporal",
                "HOME": "/tmp",  # noqa: S108
            },
            volumes=[
                *([authority_volume("database-ca", store.tls.ca)] if store.tls.ca else []),
                secret_volume("owner", store.owner_password.secret, [store.owner_password.key]),
            ],
            mounts=[
                *([mount("database-ca", paths.DATABASE_CA)] if store.tls.ca else []),
                mount("owner", "/etc/temporal/owner"),
            ],
        ),
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(store.ready))),
    )


def _tls(tls: SqlTls) -> dict[str, str]:
    """The tool checks host names unless told otherwise, the opposite of the server."""
    if not tls.enabled:
        return {"SQL_TLS": "false"}
    authority = {"SQL_TLS_CA_FILE": paths.DATABASE_CA_FILE} if tls.ca else {}
    return {"SQL_TLS": "true", **authority} | ({} if tls.verified else {"SQL_TLS_DISABLE_HOST_VERIFICATION": "true"})
