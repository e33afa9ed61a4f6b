#!/bin/sh
# Makes or renews .venv and, last of all, the stamp given as the first argument. Two at once wait for each other.
set -eu

stamp=$1
python=${PYTHON:-python3}

fail() {
    printf 'make: %s\n' "$1" >&2
    exit 1
}

mkdir -p .state
exec 9>.state/bootstrap.lock
if command -v flock >/dev/null; then flock 9; fi
[ ! -e "$stamp" ] || exit 0

command -v "$python" >/dev/null || fail "no $python found. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version 2>&1) is too old: Python 3.11 or newer is needed. Install it and name it: make PYTHON=/path/to/python3.11 …"

started=$(date +%s)
printf 'preparing the Python environment in .venv …\n' >&2
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            printf 'installing Debian package python3-venv …\n' >&2
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >&2 ||
                fail "apt-get could not install python3-venv, which Python needs to make .venv. Install it, then repeat."
        else
            fail "Python lacks ensurepip, so it cannot make .venv. Install it (Debian: apt-get install python3-venv), then repeat."
        fi
    fi
    "$python" -m venv --clear .venv >&2 || fail "$python -m venv .venv failed; the reason is above."
fi
.venv/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements-dev.txt -c constraints.txt >&2 ||
    fail "pip could not install requirements-dev.txt; the reason is above. Without a package registry: point pip at a mirror (PIP_INDEX_URL), then repeat."
rm -f .venv/requirements-*
touch "$stamp"
printf 'the Python environment is ready (%s s)\n' "$(($(date +%s) - started))" >&2
