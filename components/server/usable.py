"""How a job waits for what it has made: the frontends see it only when their caches have, which takes up to a
minute for attributes of an index (common/searchattribute/manager.go)."""

from typing import Final

USABLE_SH: Final = """\
# $1: what it is; then arguments of a count of executions, which works once it can be used.
usable() {
  what=$1
  shift
  attempt=1
  until temporal workflow count "$@" >/dev/null 2>&1; do
    if [ "$attempt" -ge 45 ]; then
      echo "$what exists but cannot be used:" >&2
      temporal workflow count "$@"
    fi
    attempt=$((attempt + 1))
    sleep 2
  done
}

"""
