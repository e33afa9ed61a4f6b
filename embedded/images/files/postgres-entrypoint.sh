#!/usr/bin/env bash
# Starts PostgreSQL by the contract of the official image: the same variables, folders, arguments and order of steps.
# As docker-ensure-initdb.sh or docker-enforce-initdb.sh it initialises the data folder and ends.
set -Eeo pipefail

self=${0##*/}

die() {
    printf 'Error: %s\n' "$1" >&2
    (($# == 1)) || printf '       %s\n' "${@:2}" >&2
    exit 1
}

# Exports the variable $1: its value, else what the file named by $1_FILE holds, else $2.
setting() {
    local name=$1 file="$1_FILE" value=${2:-}
    if [[ -n ${!name:-} && -n ${!file:-} ]]; then
        die "both $name and $file are set, but they exclude each other."
    fi
    if [[ -n ${!name:-} ]]; then
        value=${!name}
    elif [[ -n ${!file:-} ]]; then
        value=$(< "${!file}")
    fi
    export "$name=$value"
    unset "$file"
}

settings() {
    setting POSTGRES_PASSWORD
    setting POSTGRES_USER postgres
    setting POSTGRES_DB "$POSTGRES_USER"
    setting POSTGRES_INITDB_ARGS
}

# Permissions may be beyond us (a volume owned by root); PostgreSQL itself then says what it does not accept.
folders() {
    local created=("$PGDATA")
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA" || true
    mkdir -p /var/run/postgresql || true
    chmod 3775 /var/run/postgresql || true
    if [[ -n ${POSTGRES_INITDB_WALDIR:-} ]]; then
        mkdir -p "$POSTGRES_INITDB_WALDIR"
        chmod 0700 "$POSTGRES_INITDB_WALDIR"
        created+=("$POSTGRES_INITDB_WALDIR")
    fi
    if [[ $EUID -eq 0 ]]; then
        find "${created[@]}" /var/run/postgresql ! -user postgres -exec chown postgres {} +
    fi
}

check_password() {
    if [[ ${POSTGRES_HOST_AUTH_METHOD:-} == trust ]]; then
        echo 'WARNING: POSTGRES_HOST_AUTH_METHOD is "trust": whoever reaches the port needs no password.' >&2
    elif [[ -z $POSTGRES_PASSWORD ]]; then
        die 'Database is uninitialized and superuser password is not specified.' \
            'Set POSTGRES_PASSWORD, or POSTGRES_PASSWORD_FILE to the path of a file that holds it.' \
            'POSTGRES_HOST_AUTH_METHOD=trust lets everybody in without a password; this is not recommended.'
    fi
}

# initdb wants a name for the user it runs as; a user id that /etc/passwd does not know gets one for its run.
run_initdb() {
    local library names
    local -a arguments
    # Shell words, as the official image reads them: --auth='scram-sha-256' --locale="C".
    eval "arguments=($POSTGRES_INITDB_ARGS)"
    if [[ -n ${POSTGRES_INITDB_WALDIR:-} ]]; then
        arguments+=(--waldir "$POSTGRES_INITDB_WALDIR")
    fi
    if ! getent passwd "$EUID" > /dev/null; then
        names=$(mktemp -d)
        library=$(echo /usr/lib/*/libnss_wrapper.so)
        echo "postgres:x:$EUID:$(id -g):PostgreSQL:$PGDATA:/bin/false" > "$names/passwd"
        echo "postgres:x:$(id -g):" > "$names/group"
        export LD_PRELOAD=$library NSS_WRAPPER_PASSWD=$names/passwd NSS_WRAPPER_GROUP=$names/group
    fi
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${arguments[@]}"
    if [[ -n ${names:-} ]]; then
        unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
        rm -r "$names"
    fi
}

allow_hosts() {
    local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}
    printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
}

# SQL from standard input or from `-f file`, in POSTGRES_DB as POSTGRES_USER. Init scripts that are sourced use it.
docker_process_sql() {
    PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password \
        --username "$POSTGRES_USER" ${POSTGRES_DB:+--dbname "$POSTGRES_DB"} "$@"
}

create_database() {
    local sql="SELECT 'exists' FROM pg_database WHERE datname = :'name'"
    if [[ -z $(echo "$sql" | POSTGRES_DB=postgres docker_process_sql --set name="$POSTGRES_DB" --tuples-only) ]]; then
        echo 'CREATE DATABASE :"name"' | POSTGRES_DB=postgres docker_process_sql --set name="$POSTGRES_DB"
    fi
}

run_init_files() {
    local file
    local -a psql=(docker_process_sql)
    for file in /docker-entrypoint-initdb.d/*; do
        echo "$self: $file"
        case $file in
            *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
            *.sql) docker_process_sql -f "$file" ;;
            *.sql.gz) gzip -dc "$file" | docker_process_sql ;;
            *.sql.xz) xz -dc "$file" | docker_process_sql ;;
            *.sql.zst) zstd -dc "$file" | docker_process_sql ;;
            *) echo "$self: ignored, its name ends neither in .sh nor in .sql" ;;
        esac
    done
}

# $@: the server's arguments. The server that the init files talk to listens on the local socket alone.
initialise() {
    local options
    check_password
    ls /docker-entrypoint-initdb.d > /dev/null
    run_initdb
    allow_hosts "$@"
    export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
    printf -v options '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}"
    NOTIFY_SOCKET='' PGUSER=${PGUSER:-$POSTGRES_USER} pg_ctl -D "$PGDATA" -o "$options" -w start
    create_database
    run_init_files
    PGUSER=${PGUSER:-postgres} pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

already_initialised() {
    case $self in
        docker-ensure-initdb.sh) echo "$self: there is a database in $PGDATA already." >&2 ;;
        docker-enforce-initdb.sh) die "$self: there is a database in $PGDATA already." ;;
        *) printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n' ;;
    esac
}

only_informs() {
    local argument
    for argument; do
        case $argument in
            '-?' | --help | --describe-config | -V | --version) return 0 ;;
        esac
    done
    return 1
}

main() {
    local initialises_only=
    [[ $self == docker-en*-initdb.sh ]] && initialises_only=yes
    if [[ ${1:0:1} == - || ( -n $initialises_only && ${1:-} != postgres ) ]]; then
        set -- postgres "$@"
    fi
    if [[ ${1:-} == postgres ]] && ! only_informs "$@"; then
        settings
        folders
        if [[ $EUID -eq 0 ]]; then
            exec gosu postgres "$0" "$@"
        fi
        if [[ -s $PGDATA/PG_VERSION ]]; then
            already_initialised
        else
            initialise "${@:2}"
        fi
    fi
    [[ -n $initialises_only ]] || exec "$@"
}

main "$@"
