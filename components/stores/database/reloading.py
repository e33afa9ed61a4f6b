"""The second container of the in-cluster PostgreSQL: tells it to read a renewed leaf.

Source: PostgreSQL 15 documentation, "Secure TCP/IP Connections with SSL": files are read at start and at a reload; new
ones that do not fit together are logged, and the old ones stay in use. It connects as the superuser by the socket that
both containers share, where pg_hba lets in PostgreSQL's own uid without a password.
"""

from collections.abc import Sequence
from typing import Final

import pulumi_kubernetes as k8s

from components.kubernetes import mount
from components.pods import environment, resources, restricted_container

# What PostgreSQL read at its start is not known here, so this container's own start is a reload, too.
RELOADING_SH: Final = """\
trap exit TERM INT
seen=
while :; do
  found=$(cat "$@" | sha256sum)
  if [ "$found" != "$seen" ] && pg_isready -q && psql -X -q -A -t -c 'SELECT pg_reload_conf()' >/dev/null; then
    seen=$found
    echo "PostgreSQL reads its leaf and pg_hba.conf"
  fi
  sleep 10 &
  wait $!
done
"""
"""For the image's sh. Arguments: files that PostgreSQL reads at a reload."""


def reloading_container(image: str, superuser: str, files: Sequence[str]) -> k8s.core.v1.ContainerArgs:
    """Beside PostgreSQL, with its files and its socket, without its data and its password. Watches `files`."""
    return k8s.core.v1.ContainerArgs(
        name="reloading",
        image=image,
        image_pull_policy="IfNotPresent",
        command=["/bin/sh", "-c", RELOADING_SH, "reloading", *files],
        env=environment({"PGUSER": superuser, "PGDATABASE": "postgres"}),
        volume_mounts=[
            mount("config", "/etc/postgresql/config"),
            mount("tls", "/etc/postgresql/tls"),
            mount("run", "/var/run/postgresql"),
        ],
        resources=resources("5m", "32Mi"),
        security_context=restricted_container(),
    )
