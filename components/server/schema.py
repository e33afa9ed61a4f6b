"""Schema jobs: the server's own tool brings a database to the version that the pinned server requires.

They are also the first to use what somebody else put into Secrets, as the owner and then as the server's user: a
missing Secret, a wrong password or missing rights are told here in words, before any pod of the server starts.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SecretKey, SqlStore, SqlTls
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount, secret_volume
from components.server import paths
from components.there import THERE_SH, named

_UID: Final = 1000
_SCHEMA_DIR: Final = "/etc/temporal/schema/postgresql/v12"
_OWNER: Final = "/etc/temporal/owner"
_USER: Final = "/etc/temporal/user"

# The tool's --quiet turns every failure into exit code 0: never used. As the server's user an update of an up-to-date
# schema only reads its version.
_SCRIPT: Final = (
    f"set -eu\n\n{THERE_SH}"
    """\
# $1: what to ask when the password of $SQL_USER is refused; then a command of the tool.
tool() {
  asked=$1
  shift
  if said=$(temporal-sql-tool "$@" 2>&1); then
    [ -z "$said" ] || echo "$said"
    return 0
  fi
  [ -z "$said" ] || echo "$said" >&2
  case $said in
    *28P01* | *"password authentication failed"*)
      echo "password authentication failed for user $SQL_USER: $asked" >&2
      exit 1
      ;;
  esac
  return 1
}

[ -z "${SQL_TLS_CA_FILE-}" ] || there "$SQL_TLS_CA_FILE" "$AUTHORITY_SECRET" "the authority of the database"
there "$OWNER_PASSWORD_FILE" "$OWNER_SECRET" "the password of $SQL_USER"
[ -z "${SERVER_USER-}" ] || there "$SERVER_PASSWORD_FILE" "$SERVER_SECRET" "the password of $SERVER_USER"

SQL_PASSWORD=$(cat "$OWNER_PASSWORD_FILE")
export SQL_PASSWORD
owner=$SQL_USER
question="is $OWNER_SECRET its password${SERVER_USER:+, or that of $SERVER_USER}?"
attempt=1
until tool "$question" setup-schema --version 0.0; do
  if [ "$attempt" -ge 6 ]; then
    echo "database $SQL_DATABASE at $SQL_HOST:$SQL_PORT refused $SQL_USER or did not answer $attempt times" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 5
done
tool "$question" update-schema --schema-dir "$SCHEMA_DIR"

if [ -n "${SERVER_USER-}" ]; then
  SQL_USER=$SERVER_USER
  SQL_PASSWORD=$(cat "$SERVER_PASSWORD_FILE")
  if ! tool "is $SERVER_SECRET its password, or that of $owner?" update-schema --schema-dir "$SCHEMA_DIR"; then
    echo "the server's user $SERVER_USER cannot read database $SQL_DATABASE, which $owner has just migrated;" \\
      "see the line above. It needs CONNECT, USAGE on the schema, and SELECT, INSERT, UPDATE, DELETE on all tables" >&2
    exit 1
  fi
  echo "the server's user $SERVER_USER reads database $SQL_DATABASE"
fi
"""
)


@dataclass(frozen=True, kw_only=True)
class SchemaArgs:
    """One database."""

    installation: Installation
    """Where the job runs."""
    store: SqlStore
    """The database; the job connects as its owner, then as the server's user."""
    folder: str
    """`temporal` or `visibility`, as the server's source calls them."""
    version: str
    """Schema version that the pinned server requires."""


def schema_job(name: str, args: SchemaArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A job named after the schema and its version; harmless when the schema is there already."""
    store = args.store
    has_user = store.user != store.owner
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
                "OWNER_PASSWORD_FILE": f"{_OWNER}/{store.owner_password.key}",
                **(
                    {"SERVER_USER": store.user, "SERVER_PASSWORD_FILE": f"{_USER}/{store.password.key}"}
                    if has_user
                    else {}
                ),
                "SCHEMA_DIR": f"{_SCHEMA_DIR}/{args.folder}/versioned",
                "USER": "temporal",
                "HOME": "/tmp",  # noqa: S108
            },
            words={
                "OWNER_SECRET": named(store.owner_password),
                **({"SERVER_SECRET": named(store.password)} if has_user else {}),
                **({"AUTHORITY_SECRET": named(store.tls.ca)} if store.tls.ca else {}),
            },
            volumes=[
                *([authority_volume("database-ca", store.tls.ca, optional=True)] if store.tls.ca else []),
                _password("owner", store.owner_password),
                *([_password("user", store.password)] if has_user else []),
            ],
            mounts=[
                *([mount("database-ca", paths.DATABASE_CA)] if store.tls.ca else []),
                mount("owner", _OWNER),
                *([mount("user", _USER)] if has_user else []),
            ],
        ),
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(store.ready))),
    )


def _password(name: str, password: SecretKey) -> k8s.core.v1.VolumeArgs:
    return secret_volume(name, password.secret, [password.key], optional=True)


def _tls(tls: SqlTls) -> dict[str, str]:
    """The tool checks host names unless told otherwise, the opposite of the server."""
    if not tls.enabled:
        return {"SQL_TLS": "false"}
    authority = {"SQL_TLS_CA_FILE": paths.DATABASE_CA_FILE} if tls.ca else {}
    return {"SQL_TLS": "true", **authority} | ({} if tls.verified else {"SQL_TLS_DISABLE_HOST_VERIFICATION": "true"})
