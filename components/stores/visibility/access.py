"""A job that tells a new domain of Amazon OpenSearch Service who may do what, as its master user.

Nothing else can: AWS' own interface knows the master user alone, and the domain answers inside the VPC only. Its
requests stand in the job's name, so a change of them runs it again; all of them may be sent at any time.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.aws.account import AwsAccount
from components.handles import JobIdentity
from components.identity import IDENTITY_SH
from components.jobs import SCRIPTS, JobArgs, job
from components.kubernetes import Installation, mount, scratch_volume
from components.requests import SIGNED_SH, TALK_SH, public_authorities
from components.stores.visibility.names import ACCESS_JOB

_UID: Final = 999
_AUTHORITY: Final = "/etc/temporal/search/authority"

_SCRIPT: Final = (
    f"set -eu\n\n{SIGNED_SH}{TALK_SH}{IDENTITY_SH}"
    """\
# $1: method; $2: path; $3: JSON. A role that was made a minute ago is not known everywhere yet, nor is a new address.
send() {
  attempt=1
  while :; do
    said=$(signed "$1" "$2" '' "$3" | talk_tls 2>&1) || true
    status=$(found '^HTTP[^ ]* \\([0-9][0-9]*\\).*')
    why=$(found '.*"[Mm]essage" *: *"\\([^"]*\\)".*')
    [ -n "$why" ] || why=$(found '.*"reason" *: *"\\([^"]*\\)".*')
    answer="${status:-no answer}${why:+: $why}"
    case $status in
      2*) return 0 ;;
      400 | 404 | 405 | 406) refuse "$DOMAIN does not take $1 $2 ($answer)" ;;
    esac
    [ "$attempt" -lt 12 ] || break
    attempt=$((attempt + 1))
    sleep 5
  done
  case $status in
    401 | 403) refuse "$DOMAIN does not let $MASTER do $1 $2, asked $attempt times ($answer): is that role still its \\
master user, and in its access policy?" ;;
  esac
  echo "$said" >&2
  refuse "$DOMAIN did not answer $1 $2, asked $attempt times ($answer); see the lines above. Does its security group \\
let in the pods' (temporal:aws.podSecurityGroup)?"
}

identify
service=es
place=$HOST
server=$HOST
port=443
while read -r method path body; do
  send "$method" "$path" "$body" </dev/null
  echo "$method $path: $status"
done <"$REQUESTS"
"""
)


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """One domain."""

    installation: Installation
    """Where the job runs."""
    account: AwsAccount
    """The domain's account."""
    domain: str
    """Its name."""
    endpoint: pulumi.Input[str]
    """Its host name, which is known once it is made."""
    requests: str
    """What it is told, as `access_requests` writes it."""
    identity: JobIdentity
    """The master user's."""


def access_job(name: str, args: AccessArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """Ends within seconds; within two minutes where a role is new, and in words where the domain refuses."""
    account = args.account
    environment = {
        "DOMAIN": args.domain,
        "HOST": args.endpoint,
        "REGION": account.settings.region,
        "STS_HOST": account.endpoint("sts"),
        "MASTER": account.name(ACCESS_JOB),
        "REQUESTS": f"{SCRIPTS}/requests",
        "AUTHORITY_FILE": f"{_AUTHORITY}/ca.crt",
    }
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component=ACCESS_JOB,
            purpose=ACCESS_JOB,
            version=versions.POSTGRES.partition("-")[0],
            image=args.installation.images.postgres,  # the one image at hand with a TLS client that verifies
            uid=_UID,
            identity=args.identity,
            scripts={"run.sh": _SCRIPT, "requests": args.requests},
            environment=environment,
            volumes=[scratch_volume("authority")],
            mounts=[mount("authority", _AUTHORITY)],
            before=[public_authorities(args.installation, "authority", _AUTHORITY)],
        ),
        opts,
    )
