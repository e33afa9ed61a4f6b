"""The schema job of a search store: the server's own tool makes the index template and the index, and brings both to
what the pinned server requires.

It is also the first to log in, as the owner and then as the server's user, so that a missing Secret, a wrong password
or a wrong authority is told here in words, before any pod of the server starts.
"""

from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from components.handles import JobIdentity, SearchLogin, SearchStore, SearchUser, SigningRegion
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount, secret_volume
from components.server import paths
from components.there import THERE_SH, named

_UID: Final = 1000
_OWNER: Final = "/etc/temporal/owner"
_USER: Final = "/etc/temporal/user"

# The tool's --quiet turns every failure into exit code 0: never used.
_SCRIPT: Final = (
    f"set -eu\n\n{THERE_SH}"
    """\
# Arguments of the tool. Says in words what it said of the connection.
tool() {
  if said=$(temporal-elasticsearch-tool "$@" 2>&1); then
    [ -z "$said" ] || printf '%s\\n' "$said"
    return 0
  fi
  printf '%s\\n' "$said" >&2
  case $said in
    *x509* | *certificate*)
      echo "the certificate of $ES_SERVER does not fit its name, or $authority is not its authority" >&2
      ;;
    *"Error 401"* | *Unauthorized* | *"invalid character 'U'"*)
      echo "$ES_SERVER refused ${ES_USER:-a request without a login}${asked:+: is $asked its password?}" >&2
      ;;
    *"Error 403"* | *security_exception*)
      echo "$ES_SERVER does not let ${ES_USER:-this identity} do that" >&2
      ;;
    *"no such host"* | *"connection refused"* | *"no route to host"* | *timeout*)
      echo "$ES_SERVER does not answer" >&2
      ;;
  esac
  return 1
}

answers() {
  attempt=1
  until tool ping; do
    if [ "$attempt" -ge 6 ]; then
      echo "$ES_SERVER refused ${ES_USER:-us} or did not answer $attempt times" >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 5
  done
}

authority=${AUTHORITY_SECRET:-any public authority}
[ -z "${ES_TLS_CA_FILE-}" ] || there "$ES_TLS_CA_FILE" "$AUTHORITY_SECRET" "the authority of the store's certificate"
asked=
if [ -n "${OWNER_PASSWORD_FILE-}" ]; then
  there "$OWNER_PASSWORD_FILE" "$OWNER_SECRET" "the password of $ES_USER"
  asked=$OWNER_SECRET
  ES_PWD=$(cat "$OWNER_PASSWORD_FILE")
  export ES_PWD
fi
[ -z "${SERVER_USER-}" ] || there "$SERVER_PASSWORD_FILE" "$SERVER_SECRET" "the password of $SERVER_USER"

answers
# shellcheck disable=SC2086
tool setup-schema $SETUP_ARGUMENTS
tool create-index --index "$INDEX"
tool update-schema --index "$INDEX"
if [ -n "${SERVER_USER-}" ]; then
  asked=$SERVER_SECRET
  ES_USER=$SERVER_USER
  ES_PWD=$(cat "$SERVER_PASSWORD_FILE")
  answers
fi
"""
)


@dataclass(frozen=True, kw_only=True)
class SearchSchemaArgs:
    """One index."""

    installation: Installation
    """Where the job runs."""
    store: SearchStore
    """The store and its index."""
    version: str
    """Version of the index template that the pinned server has."""
    identity: JobIdentity | None
    """Who the job is on AWS, where it signs its requests and this stack says who."""


def search_schema_job(name: str, args: SearchSchemaArgs, opts: pulumi.ResourceOptions) -> k8s.batch.v1.Job:
    """A job named after the template's version; harmless when all is there already."""
    store = args.store
    login = store.authentication if isinstance(store.authentication, SearchLogin) else None
    signing = store.authentication if isinstance(store.authentication, SigningRegion) else None
    has_user = login is not None and login.user.name != login.owner.name
    return job(
        name,
        JobArgs(
            installation=args.installation,
            component="schema",
            purpose=f"schema-search-v{args.version}",
            version=args.installation.server_version,
            image=args.installation.images.admin_tools,
            uid=_UID,
            identity=args.identity,
            scripts={"run.sh": _SCRIPT},
            environment={
                "ES_SERVER": store.url,
                # Where that comes from AWS, it is no part of the job's name.
                **({} if isinstance(store.url, str) else {"SEARCH_STORE": store.place}),
                "INDEX": store.index,
                "SETUP_ARGUMENTS": "" if store.cluster_settings else "--skip-cluster-settings",
                **({"ES_TLS": "true"} if store.place.startswith("https:") and not signing else {}),
                **({"ES_TLS_CA_FILE": f"{paths.VISIBILITY_CA}/ca.crt"} if store.ca else {}),
                **(_owner(login.owner) if login else {}),
                **(_server(login.user) if login and has_user else {}),
                **({"AWS_CREDENTIALS": "aws-sdk-default", "AWS_REGION": signing.region} if signing else {}),
                **({"AWS_EC2_METADATA_DISABLED": "true"} if args.identity else {}),
                "USER": "temporal",
                "HOME": "/tmp",  # noqa: S108
            },
            words={
                **({"OWNER_SECRET": named(login.owner.password)} if login else {}),
                **({"SERVER_SECRET": named(login.user.password)} if login and has_user else {}),
                **({"AUTHORITY_SECRET": named(store.ca)} if store.ca else {}),
            },
            volumes=[
                *([authority_volume("visibility-ca", store.ca, optional=True)] if store.ca else []),
                *([_password("owner", login.owner)] if login else []),
                *([_password("user", login.user)] if login and has_user else []),
            ],
            mounts=[
                *([mount("visibility-ca", paths.VISIBILITY_CA)] if store.ca else []),
                *([mount("owner", _OWNER)] if login else []),
                *([mount("user", _USER)] if has_user else []),
            ],
        ),
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=list(store.ready))),
    )


def _owner(owner: SearchUser) -> dict[str, str]:
    return {"ES_USER": owner.name, "OWNER_PASSWORD_FILE": f"{_OWNER}/{owner.password.key}"}


def _server(user: SearchUser) -> dict[str, str]:
    return {"SERVER_USER": user.name, "SERVER_PASSWORD_FILE": f"{_USER}/{user.password.key}"}


def _password(name: str, user: SearchUser) -> k8s.core.v1.VolumeArgs:
    return secret_volume(name, user.password.secret, [user.password.key], optional=True)
