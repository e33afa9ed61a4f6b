"""A request of the S3 protocol, signed, with the tools of the PostgreSQL image: sh, od, date and openssl.

Source: Amazon S3 API, "Signature Version 4: authenticating requests by header" with its worked examples.
"""

from typing import Final

SIGNED_SH: Final = """\
sha256() {
  printf '%s' "$1" | openssl dgst -sha256 | sed 's/.*= *//'
}

# $1: the key in hexadecimal; $2: a text.
hmac() {
  printf '%s' "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" | sed 's/.*= *//'
}

# $1: method; $2: path; $3: query, sorted. Uses $place (host, and port where it is said), $REGION, $access, $secret.
signed() {
  now=$(date -u +%Y%m%dT%H%M%SZ)
  scope=${now%T*}/$REGION/s3/aws4_request
  nothing=$(sha256 '')
  headers='host;x-amz-content-sha256;x-amz-date'
  key=$(printf 'AWS4%s' "$secret" | od -An -v -tx1 | tr -d ' \\n')
  for part in "${now%T*}" "$REGION" s3 aws4_request; do key=$(hmac "$key" "$part"); done
  canonical=$(printf '%s\\n%s\\n%s\\nhost:%s\\nx-amz-content-sha256:%s\\nx-amz-date:%s\\n\\n%s\\n%s' \\
    "$1" "$2" "$3" "$place" "$nothing" "$now" "$headers" "$nothing")
  text=$(printf 'AWS4-HMAC-SHA256\\n%s\\n%s\\n%s' "$now" "$scope" "$(sha256 "$canonical")")
  printf '%s %s?%s HTTP/1.1\\r\\nHost: %s\\r\\nX-Amz-Content-Sha256: %s\\r\\nX-Amz-Date: %s\\r\\n' \\
    "$1" "$2" "$3" "$place" "$nothing" "$now"
  printf 'Authorization: AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s\\r\\n' \\
    "$access" "$scope" "$headers" "$(hmac "$key" "$text")"
  printf 'Connection: close\\r\\n\\r\\n'
}

"""
"""Prints the request."""
