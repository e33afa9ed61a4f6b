"""A job that has every execution recorded anew, in whatever stores are written now.

Source: tools/tdbg of the server, `workflow refresh-tasks --query`: a batch of the server's own worker lists executions
and has history make their tasks again, those of visibility among them. Seen: closed executions are recorded, too.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.jobs import JobArgs, job
from components.kubernetes import Installation
from components.server.job_client import ClientOfJob

_UID: Final = 1000
HOURS: Final = 12
"""How long a job may take that goes through all executions."""

# Schedules and the like are in divisions, which a query does not see unless it speaks of them.
_SCRIPT: Final = """\
set -eu

# $1: namespace; $2: which executions; $3: a word for this part.
refill() {
  id="temporal-platform-refill-$3-$(cat /proc/sys/kernel/random/uuid)"
  attempt=1
  # One batch at a time, and a search still finds the one before for a moment after its end.
  until said=$(tdbg --yes --namespace "$1" workflow refresh-tasks --query "$2" --job-id "$id" \\
    --reason "recorded in $SEARCH_STORE, too" 2>&1); do
    case $said in *"Max concurrent"*) ;; *) attempt=60 ;; esac
    if [ "$attempt" -ge 60 ]; then
      printf '%s\\n' "$said" >&2
      echo "namespace $1: no batch could be started; see the line above" >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 5
  done
  if ! done=$(temporal workflow result --namespace "$1" --workflow-id "$id" --output json 2>&1); then
    printf '%s\\n' "$done" >&2
    echo "namespace $1: its executions could not all be recorded in $SEARCH_STORE; see the line above" >&2
    exit 1
  fi
  printf 'namespace %s, %s: %s\\n' "$1" "$3" "$(printf '%s' "$done" | tr -d ' \\n')"
}

listed=$(temporal operator namespace list)
printf '%s\\n' "$listed" | sed -n 's/^ *NamespaceInfo\\.Name  *//p' | while IFS= read -r namespace; do
  [ "$namespace" = temporal-system ] || {
    refill "$namespace" "TemporalNamespaceDivision IS NULL" executions
    refill "$namespace" "TemporalNamespaceDivision IS NOT NULL" schedules
  }
done
"""


@dataclass(frozen=True, kw_only=True)
class RefillArgs:
    """What is filled, and how to reach the frontend."""

    installation: Installation
    """Where the job runs."""
    target: str
    """The store that is new; another one runs the job again."""
    client: ClientOfJob
    """How to reach the frontend."""


def refill_job(name: str, args: RefillArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A job named after the store that it fills; it takes as long as there are executions, some fifty a second."""
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="visibility-refill",
            purpose="visibility-refill",
            version=args.installation.server_version,
            image=args.installation.images.admin_tools,
            uid=_UID,
            scripts={"run.sh": _SCRIPT},
            environment={"SEARCH_STORE": args.target, **args.client.temporal, **args.client.tdbg},
            volumes=[args.client.volume],
            mounts=[args.client.mount],
            hours=HOURS,
        ),
        opts,
    )
