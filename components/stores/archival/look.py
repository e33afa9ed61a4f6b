"""A job that looks into the bucket of an archive before a pod of the server relies on it.

The server itself asks for the bucket only when a namespace's archival is switched on, answers with a number, and says
the cause in its own log; what it cannot write later it tries again without end. Here the address, the authority, the
key pair and the bucket are each told by name.

Source: Amazon S3 API, ListObjectsV2 and "Signature Version 4: authenticating requests by header". It needs
s3:ListBucket, which the server needs too, and writes nothing.
"""

from typing import Final

import pulumi
import pulumi_kubernetes as k8s

import versions
from components.handles import Bucket, KeyPair
from components.jobs import JobArgs, job
from components.kubernetes import Installation, authority_volume, mount, scratch_volume, secret_volume
from components.requests import SIGNED_SH, TALK_SH, public_authorities
from components.there import THERE_SH, named

_UID: Final = 999
_ACCESS_KEY: Final = "/etc/temporal/archive/access-key"
_SECRET_KEY: Final = "/etc/temporal/archive/secret-key"  # noqa: S105 - a path
_AUTHORITY: Final = "/etc/temporal/archive/authority"
_PUBLIC: Final = "the server's image, for temporal:archival.ca names no other"

_SCRIPT: Final = (
    f"set -eu\n\n{THERE_SH}{SIGNED_SH}{TALK_SH}"
    """\
# Passes a request on and prints the answer.
ask() {
  case $ENDPOINT in
    https://*) talk_tls ;;
    *) talk ;;
  esac
}

pair="$ACCESS_KEY_NAME and $SECRET_KEY_NAME"
there "$ACCESS_KEY_FILE" "$ACCESS_KEY_NAME" "the public half of the archive's key pair"
there "$SECRET_KEY_FILE" "$SECRET_KEY_NAME" "the secret half of the archive's key pair"
there "$AUTHORITY_FILE" "$AUTHORITY_NAME" "the authority of the archive's certificate"
access=$(cat "$ACCESS_KEY_FILE")
secret=$(cat "$SECRET_KEY_FILE")
token=
service=s3
place=${ENDPOINT#*://}
path=/
if [ "$PATH_STYLE" = true ]; then path=/$BUCKET; else place=$BUCKET.$place; fi
server=${place%:*}
case $place in
  *:*) port=${place##*:} ;;
  *) case $ENDPOINT in https://*) port=443 ;; *) port=80 ;; esac ;;
esac
attempt=1
while :; do
  said=$(signed GET "$path" 'list-type=2&max-keys=1' '' | ask 2>&1) || true
  status=$(found '^HTTP[^ ]* \\([0-9][0-9]*\\).*')
  code=$(found '.*<Code>\\([^<]*\\)<.*')
  why=$(found '.*<Message>\\([^<]*\\)<.*')
  untrusted=$(found '^verify error:num=[0-9]*:\\(.*\\)')
  answer="$status${code:+ $code}${why:+: $why}"
  case "$status $code" in
    2*) break ;;
    "404 " | "404 NoSuchBucket")
      refuse "bucket $BUCKET is not at $ENDPOINT ($answer): make it there, or correct temporal:archival.bucket"
      ;;
    401* | 403* | *User* | *AccessKey*)
      refuse "$ENDPOINT does not let this key pair list bucket $BUCKET ($answer): are $pair its halves, and may they \\
list, read and write there?"
      ;;
    [134]*)
      refuse "$ENDPOINT does not list bucket $BUCKET ($answer): are region, pathStyle and endpoint of \\
temporal:archival those of the store?"
      ;;
  esac
  [ -z "$untrusted" ] || refuse "the certificate of $ENDPOINT is refused: $untrusted. It must be for $server and \\
signed by the authority in $AUTHORITY_NAME"
  if [ "$attempt" -ge 6 ]; then
    echo "$said" >&2
    refuse "$ENDPOINT did not answer as a store does, asked $attempt times (${answer:-no answer}); see the lines above"
  fi
  attempt=$((attempt + 1))
  sleep 5
done
echo "bucket $BUCKET at $ENDPOINT opens with $pair"
"""
)


def look_job(
    name: str,
    installation: Installation,
    bucket: str,
    place: Bucket,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """Fails within seconds, in one line, when the bucket cannot be listed; within three minutes when nothing answers.
    Raises ValueError for Amazon's S3, which may know the pods by their own identity."""
    if place.endpoint is None or place.credentials is None:
        raise ValueError("only a store with an address and a key pair of its own can be looked into")
    pair = place.credentials
    return job(
        name,
        JobArgs(
            installation=installation,
            component="archive-look",
            purpose="archive-look",
            version=versions.POSTGRES.partition("-")[0],
            image=installation.images.postgres,  # the one image at hand with a TLS client that verifies
            uid=_UID,
            scripts={"run.sh": _SCRIPT},
            environment={
                "ENDPOINT": place.endpoint,
                "BUCKET": bucket,
                "REGION": place.region,
                "PATH_STYLE": "true" if place.path_style else "false",
                "ACCESS_KEY_FILE": f"{_ACCESS_KEY}/{pair.access_key.key}",
                "SECRET_KEY_FILE": f"{_SECRET_KEY}/{pair.secret_key.key}",
                "AUTHORITY_FILE": f"{_AUTHORITY}/ca.crt",
            },
            words={
                "ACCESS_KEY_NAME": named(pair.access_key),
                "SECRET_KEY_NAME": named(pair.secret_key),
                "AUTHORITY_NAME": named(place.ca) if place.ca else _PUBLIC,
            },
            volumes=[
                *_key_pair(pair),
                authority_volume("authority", place.ca, optional=True) if place.ca else scratch_volume("authority"),
            ],
            mounts=[
                mount("access-key", _ACCESS_KEY),
                mount("secret-key", _SECRET_KEY),
                mount("authority", _AUTHORITY),
            ],
            before=[] if place.ca else [public_authorities(installation, "authority", _AUTHORITY)],
        ),
        opts,
    )


def _key_pair(pair: KeyPair) -> list[k8s.core.v1.VolumeArgs]:
    return [
        secret_volume(name, half.secret, [half.key], optional=True)
        for name, half in (("access-key", pair.access_key), ("secret-key", pair.secret_key))
    ]
