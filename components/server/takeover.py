"""A job that has every execution recorded anew, in the search store that took the place of another.

The server lists executions only where it searches, and that store is given up: psql lists them in the server's own
database (table executions: open ones, and closed ones until their retention ends). tdbg then has history make the tasks
of each again, those of visibility among them (AdminService.RefreshWorkflowTasks).
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import SqlStore
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount, scratch_volume, secret_volume
from components.pods import environment, resources, restricted_container
from components.server import paths
from components.server.job_client import ClientOfJob
from components.server.refill import HOURS

_UID: Final = 1000
_LISTED: Final = "/listed"
_FILE: Final = f"{_LISTED}/executions"
_PASSWORD: Final = "/etc/temporal/password"  # noqa: S105 - a folder

_LIST_SH: Final = """\
set -eu
PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
columns="encode(namespace_id, 'hex')::uuid, encode(run_id, 'hex')::uuid, workflow_id"
psql -X -v ON_ERROR_STOP=1 -o "$LISTED" -c "COPY (SELECT $columns FROM executions) TO STDOUT"
echo "$(wc -l <"$LISTED") executions in database $PGDATABASE at $PGHOST:$PGPORT"
"""

_RECORD_SH: Final = """\
set -eu
tab=$(printf '\\t')
listed=$(temporal operator namespace list)
printf '%s\\n' "$listed" | sed -n 's/^ *NamespaceInfo\\.\\(Name\\|Id\\)  *//p' >"$WORK/pairs"

name_of() {
  awk -v id="$1" '$0 == id { print last } { last = $0 }' "$WORK/pairs"
}

# $1: namespace; then which execution.
refresh() {
  namespace=$1
  shift
  tdbg --namespace "$namespace" workflow refresh-tasks "$@" </dev/null
}

# $1: which of the parts.
record() {
  awk -v part="$1" -v parts="$PARTS" 'NR % parts == part' "$LISTED" |
    while IFS=$tab read -r id run workflow; do
      namespace=$(name_of "$id")
      workflow=$(printf '%b' "$workflow") # as COPY writes what is no plain text
      if [ -z "$namespace" ]; then # deleted with all its executions
        echo gone >>"$WORK/told.$1"
      elif said=$(refresh "$namespace" --workflow-id "$workflow" --run-id "$run" 2>&1); then
        echo recorded >>"$WORK/told.$1"
      else
        case $said in
          *"not found"* | *NotFound*) echo gone >>"$WORK/told.$1" ;;
          *)
            echo failed >>"$WORK/told.$1"
            echo "workflow $workflow, run $run of namespace $namespace: $said" >&2
            ;;
        esac
      fi
    done
}

part=0
while [ "$part" -lt "$PARTS" ]; do
  : >"$WORK/told.$part"
  record "$part" &
  part=$((part + 1))
done
wait
count() { cat "$WORK"/told.* | grep -c "$1" || true; }
echo "$(count recorded) executions recorded in $SEARCH_STORE, $(count gone) gone meanwhile, $(count failed) failed"
[ "$(count failed)" = 0 ]
"""


@dataclass(frozen=True, kw_only=True)
class TakeoverArgs:
    """From where to where."""

    installation: Installation
    """Where the job runs."""
    database: SqlStore
    """The server's own."""
    target: str
    """The store that is searched now; another one runs the job again."""
    client: ClientOfJob
    """How to reach the frontend."""


def takeover_job(name: str, args: TakeoverArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A job named after the store that it fills; it may run again without harm."""
    database = args.database
    listing = k8s.core.v1.ContainerArgs(
        name="listing",
        image=args.installation.images.postgres,
        image_pull_policy="IfNotPresent",
        command=["/bin/sh", "-c", _LIST_SH],
        env=environment(_connection(database)),
        volume_mounts=[
            mount("listed", _LISTED, writable=True),
            mount("password", _PASSWORD),
            *([mount("database-ca", paths.DATABASE_CA)] if database.tls.ca else []),
        ],
        resources=resources("20m", "64Mi"),
        security_context=restricted_container(),
    )
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="visibility-takeover",
            purpose="visibility-takeover",
            version=args.installation.server_version,
            image=args.installation.images.admin_tools,
            uid=_UID,
            scripts={"run.sh": _RECORD_SH},
            environment={
                "SEARCH_STORE": args.target,
                "PARTS": "8",
                "LISTED": _FILE,
                "WORK": "/tmp",  # noqa: S108
                **args.client.temporal,
                **args.client.tdbg,
            },
            before=[listing],
            volumes=[
                scratch_volume("listed"),
                secret_volume("password", database.password.secret, [database.password.key]),
                *([authority_volume("database-ca", database.tls.ca)] if database.tls.ca else []),
                args.client.volume,
            ],
            mounts=[mount("listed", _LISTED), args.client.mount],
            hours=HOURS,
        ),
        opts,
    )


def _connection(database: SqlStore) -> dict[str, pulumi.Input[str]]:
    """What psql reads."""
    tls = database.tls
    mode = "disable" if not tls.enabled else "verify-full" if tls.verified else "require"
    authority = f"{paths.DATABASE_CA}/ca.crt" if tls.ca else "/etc/ssl/certs/ca-certificates.crt"
    return {
        "PGHOST": database.host,
        "PGPORT": str(database.port),
        "PGUSER": database.user,
        "PGDATABASE": database.database,
        "PGSSLMODE": mode,
        **({"PGSSLROOTCERT": authority} if tls.verified else {}),
        "PGCONNECT_TIMEOUT": "5",
        "LISTED": _FILE,
        "PASSWORD_FILE": f"{_PASSWORD}/{database.password.key}",
    }
