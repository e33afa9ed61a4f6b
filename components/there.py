"""How a job says that a Secret lacks what it was to hold.

The Secret is mounted with `optional`: the kubelet would wait for a missing one without end and without a word.
"""

from typing import Final

import pulumi

from components.handles import SecretKey

THERE_SH: Final = """\
# $1: a file; $2: where it comes from; $3: what it must hold.
there() {
  if [ ! -s "$1" ]; then
    echo "$2 is missing or empty: it must hold $3" >&2
    exit 1
  fi
}

"""


def named(key: SecretKey) -> pulumi.Output[str]:
    """How people are told of a key of a Secret."""
    return pulumi.Output.concat("key ", key.key, " of Secret ", key.secret)
