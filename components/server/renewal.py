"""The Web UI's start: a shell that starts the server again when a certificate it has read only once is renewed.

Source: ui-server 2.54.1, server/server.go (StartTLS reads its leaf once) and server/rpc/tls.go (authorities are read
once, the client certificate at each handshake). The pod stays and so do its probes: a renewal is a moment without an
answer of one replica, and no restart that somebody is woken for.
"""

from typing import Final

# The kubelet renews the files of all replicas at about the same time: each waits a while of its own.
RENEWING_SH: Final = """\
certificates=$*
renewed=/tmp/renewed
stopping=
server=

watch() {
  while [ "$(cat $certificates)" = "$started" ]; do
    sleep 10
  done
  pause=$((RANDOM % 60))
  echo "a certificate was renewed; the server starts again in $pause s to serve it"
  sleep "$pause"
  : >"$renewed"
  kill -TERM "$server"
}

stop() {
  stopping=yes
  kill -TERM "$server"
}

while :; do
  rm -f "$renewed"
  started=$(cat $certificates)
  ./start-ui-server.sh &
  server=$!
  trap stop TERM INT
  watch &
  watcher=$!
  # A signal ends wait early.
  while wait "$server"; code=$?; kill -0 "$server" 2>/dev/null; do :; done
  kill "$watcher" 2>/dev/null
  if [ -n "$stopping" ] || [ ! -e "$renewed" ]; then
    exit "$code"
  fi
done
"""
"""For the image's bash, in the image's own folder. Arguments: the files that are read only once."""
