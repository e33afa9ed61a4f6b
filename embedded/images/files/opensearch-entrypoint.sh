#!/bin/bash
# Starts OpenSearch by the contract of the official image: settings from variables whose names have dots, options of the
# JVM from OPENSEARCH_JAVA_OPTS, any other command as it is. It installs no demonstration certificates.
set -euo pipefail

die() {
    printf '%s\n' "$@" >&2
    exit 1
}

settings() {
    local name value
    while IFS='=' read -r -d '' name value; do
        if [[ ($name =~ ^[a-z0-9_]+\.[a-z0-9_]+ || $name == processors) && -n $value ]]; then
            options+=("-E$name=$value")
        fi
    done < <(env --null)
}

security() {
    if [[ ${DISABLE_INSTALL_DEMO_CONFIG:-} != true ]]; then
        die 'This image has no demonstration certificates and users.' \
            'Set DISABLE_INSTALL_DEMO_CONFIG=true, and configure plugins.security.* in opensearch.yml.'
    fi
    if [[ ${DISABLE_SECURITY_PLUGIN:-} == true ]]; then
        options+=(-Eplugins.security.disabled=true)
    fi
}

if [[ $# -eq 0 || ${1:0:1} == - ]]; then
    set -- opensearch "$@"
fi
if [[ $1 == opensearch ]]; then
    [[ $(id -u) != 0 ]] || die 'OpenSearch cannot run as root. Please start your container as another user.'
    options=()
    settings
    security
    umask 0002
    export OPENSEARCH_HOME=/usr/share/opensearch
    export OPENSEARCH_PATH_CONF=$OPENSEARCH_HOME/config
    # A container sees its own control group as the root.
    export OPENSEARCH_JAVA_OPTS="-Dopensearch.cgroups.hierarchy.override=/ ${OPENSEARCH_JAVA_OPTS:-}"
    set -- "$@" "${options[@]}"
fi
exec "$@"
