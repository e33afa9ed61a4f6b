"""Temporal namespaces and their search attributes: created if absent, brought to what the stack file says, never
deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.durations import go_duration
from components.jobs import JobArgs, job
from components.kubernetes import Installation
from components.server.job_client import ClientOfJob
from components.server.search_attributes import LEARNED_SECONDS, SEARCH_ATTRIBUTES_SH
from components.server.usable import USABLE_SH
from settings.tenants import Namespace

_UID: Final = 1000
_FILES: Final = "/etc/temporal-platform"

_SCRIPT: Final = (
    f"set -eu\n\n{USABLE_SH}"
    """\
known() {
  attempt=1
  until said=$(temporal operator namespace describe --namespace "$1" --command-timeout 5s 2>&1); do
    case $said in *"not found"*) return 1 ;; esac
    if [ "$attempt" -ge 5 ]; then
      echo "namespace $1 cannot be looked up; does the database answer? $said" >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 2
  done
}

attempt=1
until temporal operator cluster health >/dev/null; do
  if [ "$attempt" -ge 30 ]; then
    echo "the frontend at $TEMPORAL_ADDRESS did not become healthy; see the line above" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done
while IFS='|' read -r name retention archival owner description; do
  if known "$name"; then verb=update; else verb=create; fi
  temporal operator namespace "$verb" --namespace "$name" --retention "$retention" \\
    --email "$owner" --description "$description" \\
    --history-archival-state "$archival" --visibility-archival-state "$archival" || {
    code=$?
    [ "$archival" = disabled ] || echo "namespace $name is to be archived at $ARCHIVE: is it there, and do its" \\
      "credentials open it? The frontend's log has the cause under the number above, as 'masked service failures':" \\
      "make logs SERVICE=frontend" >&2
    exit "$code"
  }
  usable "namespace $name" --namespace "$name"
  echo "namespace $name: retention $retention"
done <"$NAMESPACES_FILE"
listed=$(temporal operator namespace list)
printf '%s\\n' "$listed" | sed -n 's/^ *NamespaceInfo\\.Name  *//p' | while IFS= read -r name; do
  if [ "$name" != temporal-system ] && ! cut -d '|' -f 1 "$NAMESPACES_FILE" | grep -Fqx -e "$name"; then
    echo "namespace $name is not in the stack file: left alone, with its executions. What deletes both for good," \\
      "in make shell: temporal operator namespace delete --namespace '$name'"
  fi
done
"""
)


@dataclass(frozen=True, kw_only=True)
class NamespacesArgs:
    """Which namespaces, and how to reach the frontend."""

    installation: Installation
    """Where the job runs."""
    namespaces: Sequence[Namespace]
    """From the stack file."""
    client: ClientOfJob
    """How to reach the frontend."""
    archive: str
    """URI of the archive; empty without one."""
    one_index: bool
    """Whether the attributes of all namespaces are in one index."""
    new_store: str
    """A search store that has yet to learn the search attributes: where a move goes, or what takes the place of another
    one. Empty without one."""


def namespaces_job(name: str, args: NamespacesArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A job named after the list's content."""
    # Hours, for only newer CLIs take days.
    rows = "".join(
        f"{n.name}|{go_duration(n.retention)}|{'enabled' if n.archival else 'disabled'}|{n.owner}|{n.description}\n"
        for n in args.namespaces
    )
    attributes = "".join(
        f"{n.name}|{attribute}|{kind}\n" for n in args.namespaces for attribute, kind in n.search_attributes.items()
    )
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="namespaces",
            purpose="namespaces",
            version=args.installation.server_version,
            image=args.installation.images.admin_tools,
            uid=_UID,
            scripts={"run.sh": _SCRIPT + SEARCH_ATTRIBUTES_SH, "namespaces": rows, "search-attributes": attributes},
            environment={
                "NAMESPACES_FILE": f"{_FILES}/namespaces",
                "SEARCH_ATTRIBUTES_FILE": f"{_FILES}/search-attributes",
                **({"ONE_INDEX": "true", "LEARNED_SECONDS": LEARNED_SECONDS} if args.one_index else {}),
                **({"SEARCH_STORE": args.new_store} if args.new_store else {}),  # another one runs the job again
                **args.client.temporal,
            },
            words={"ARCHIVE": args.archive} if args.archive else {},
            volumes=[args.client.volume],
            mounts=[args.client.mount],
        ),
        opts,
    )
