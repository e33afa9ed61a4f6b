"""How the in-cluster archive starts: buckets are folders of its volume.

Source: versitygw's `posix` command, `versitygw posix --help`: every folder below the one it is given is a bucket. With
a sidecar folder, what it keeps of objects besides their bytes needs no extended attributes of the volume. On SIGHUP it
reads its certificate again; one that does not fit its key is logged, and the old one stays in use.
"""

from typing import Final

SERVING_SH: Final = """\
set -eu
mkdir -p "$1/$2" "$VGW_META_SIDECAR"
seen=$(cat "$VGW_CERT" "$VGW_KEY" | sha256sum)
while sleep 10; do
  found=$(cat "$VGW_CERT" "$VGW_KEY" | sha256sum)
  if [ "$found" != "$seen" ]; then
    seen=$found
    kill -HUP 1
  fi
done &
exec versitygw posix "$1"
"""
"""For the image's sh, as the container's first process. Arguments: the folder of all buckets, the bucket."""
