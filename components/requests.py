"""HTTP requests of jobs, signed for a service of AWS or of its kind, with the tools of the PostgreSQL image: sh, bash,
od, date and openssl.

Source: IAM User Guide, "Create a signed AWS API request"; Amazon S3 API, "Signature Version 4: authenticating requests
by header" with its worked examples.
"""

from typing import Final

import pulumi_kubernetes as k8s

from components.kubernetes import Installation, mount
from components.pods import resources, restricted_container

_BUNDLE: Final = "/etc/ssl/certs/ca-certificates.crt"

SIGNED_SH: Final = """\
sha256() {
  printf '%s' "$1" | openssl dgst -sha256 | sed 's/.*= *//'
}

# $1: the key in hexadecimal; $2: a text.
hmac() {
  printf '%s' "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" | sed 's/.*= *//'
}

# $1: method; $2: path; $3: query, sorted; $4: JSON, or nothing. Uses $place (host, and port where it is said), $REGION,
# $service, $access, $secret, and $token, empty for keys that last.
signed() {
  now=$(date -u +%Y%m%dT%H%M%SZ)
  scope=${now%T*}/$REGION/$service/aws4_request
  digest=$(sha256 "$4")
  names="host;x-amz-content-sha256;x-amz-date${token:+;x-amz-security-token}"
  key=$(printf 'AWS4%s' "$secret" | od -An -v -tx1 | tr -d ' \\n')
  for part in "${now%T*}" "$REGION" "$service" aws4_request; do key=$(hmac "$key" "$part"); done
  canonical=$(printf '%s\\n%s\\n%s\\nhost:%s\\nx-amz-content-sha256:%s\\nx-amz-date:%s\\n' \\
    "$1" "$2" "$3" "$place" "$digest" "$now"
    [ -z "$token" ] || printf 'x-amz-security-token:%s\\n' "$token"
    printf '\\n%s\\n%s' "$names" "$digest")
  text=$(printf 'AWS4-HMAC-SHA256\\n%s\\n%s\\n%s' "$now" "$scope" "$(sha256 "$canonical")")
  printf '%s %s%s HTTP/1.1\\r\\nHost: %s\\r\\nX-Amz-Content-Sha256: %s\\r\\nX-Amz-Date: %s\\r\\n' \\
    "$1" "$2" "${3:+?$3}" "$place" "$digest" "$now"
  [ -z "$token" ] || printf 'X-Amz-Security-Token: %s\\r\\n' "$token"
  printf 'Authorization: AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s\\r\\n' \\
    "$access" "$scope" "$names" "$(hmac "$key" "$text")"
  [ -z "$4" ] || printf 'Content-Type: application/json\\r\\nContent-Length: %s\\r\\n' "$(printf '%s' "$4" | wc -c)"
  printf 'Connection: close\\r\\n\\r\\n%s' "$4"
}

"""
"""Prints the request."""

TALK_SH: Final = """\
# Pass a request on to $server:$port and print the answer; over TLS also what is wrong with the certificate.
talk() {
  timeout 20 bash -c 'exec 3<>"/dev/tcp/$0/$1"; cat >&3; cat <&3' "$server" "$port"
}

talk_tls() {
  case $server in
    *[!0-9.]*) set -- -servername "$server" -verify_hostname "$server" ;;
    *) set -- -noservername -verify_ip "$server" ;;
  esac
  timeout 20 openssl s_client -quiet -connect "$server:$port" "$@" -verify_return_error \\
    -partial_chain -CAfile "$AUTHORITY_FILE" -no-CApath -no-CAstore
}

# $1: a sed expression with a group; what it first finds in the answer.
found() {
  printf '%s\\n' "$said" | sed -n "s/$1/\\\\1/p" | head -n 1
}

refuse() {
  echo "$1" >&2
  exit 1
}

"""
"""The answer is to be in $said."""


def public_authorities(installation: Installation, volume: str, folder: str) -> k8s.core.v1.ContainerArgs:
    """Puts those that the server will trust, its own image's, into the file ca.crt of a volume."""
    return k8s.core.v1.ContainerArgs(
        name="authorities",
        image=installation.images.server,
        image_pull_policy="IfNotPresent",
        command=["/bin/cp", _BUNDLE, f"{folder}/ca.crt"],
        volume_mounts=[mount(volume, folder, writable=True)],
        resources=resources("20m", "128Mi"),
        security_context=restricted_container(),
    )
