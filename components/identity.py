"""Who a job is on AWS, with the tools of the PostgreSQL image.

A pod of EKS Pod Identity asks the cluster's agent for credentials, one of IRSA asks AWS' token service.

Source: EKS User Guide, "How EKS Pod Identity works" and "IAM roles for service accounts"; AWS SDKs and Tools Reference
Guide, "Container credential provider"; AWS STS API, AssumeRoleWithWebIdentity.
"""

from typing import Final

IDENTITY_SH: Final = """\
# $1: a name; its text in the JSON or XML of the answer.
of() {
  found ".*[\\"<]$1[\\">][ :]*\\"*\\([^\\"<]*\\).*"
}

# Asks in HTTP/1.0, so that no answer comes in chunks.
from_agent() {
  rest=${AWS_CONTAINER_CREDENTIALS_FULL_URI#http://}
  agent=${rest%%/*}
  case $agent in
    \\[*) server=${agent%%]*} port=${agent##*]} server=${server#[} port=${port#:} ;;
    *) server=${agent%:*} port=${agent#"$server"} port=${port#:} ;;
  esac
  port=${port:-80}
  printf 'GET /%s HTTP/1.0\\r\\nHost: %s\\r\\nAuthorization: %s\\r\\n\\r\\n' "${rest#*/}" "$agent" \\
    "$(cat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")" | talk
}

from_token_service() {
  role=$(printf '%s' "$AWS_ROLE_ARN" | sed 's/:/%3A/g; s|/|%2F|g')
  form="Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=$role&RoleSessionName=job"
  form="$form&WebIdentityToken=$(cat "$AWS_WEB_IDENTITY_TOKEN_FILE")"
  server=$STS_HOST
  port=443
  printf 'POST / HTTP/1.0\\r\\nHost: %s\\r\\nContent-Type: application/x-www-form-urlencoded\\r\\n' "$server"  |
    { cat; printf 'Content-Length: %s\\r\\n\\r\\n%s' "${#form}" "$form"; } | talk_tls
}

# Sets $access, $secret and $token; ends the job in words after a minute without an answer.
identify() {
  attempt=1
  while :; do
    if [ -n "${AWS_CONTAINER_CREDENTIALS_FULL_URI-}" ]; then
      who="the agent of EKS Pod Identity"
      said=$(from_agent 2>&1) || true
      token=$(of Token)
    elif [ -n "${AWS_WEB_IDENTITY_TOKEN_FILE-}" ]; then
      who=$STS_HOST
      said=$(from_token_service 2>&1) || true
      token=$(of SessionToken)
    else
      refuse "this pod has no identity on AWS: is temporal:aws.identity the way of temporal:aws.cluster, and its \\
add-on there (EKS Pod Identity: eks-pod-identity-agent)?"
    fi
    access=$(of AccessKeyId)
    secret=$(of SecretAccessKey)
    [ -z "$access" ] || [ -z "$secret" ] || [ -z "$token" ] || return 0
    [ "$attempt" -lt 12 ] || break
    attempt=$((attempt + 1))
    sleep 5
  done
  why=$(of Message)
  status=$(found '^HTTP[^ ]* \\([0-9][0-9]*\\).*')
  refuse "$who gives no credentials, asked $attempt times (${status:-no answer}${why:+: $why})"
}

"""
"""Needs `components.requests.TALK_SH`."""
