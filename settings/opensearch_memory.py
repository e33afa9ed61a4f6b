"""How an OpenSearch node's memory is divided: half is Java's heap, the rest the file system's cache and Java's own.

Source: OpenSearch documentation, "Important system settings"; seen on the embedded node: 750 MiB in use with a heap of
512 MiB, 480 MiB with one of 256 MiB.
"""

from typing import Final

from settings.scalars import bytes_of

LEAST: Final = "768Mi"
"""The least memory limit that a node works with."""
_MIB: Final = 1024**2
_MOST_HEAP_MIB: Final = 31 * 1024
_BESIDES_MIB: Final = 512


def heap_mib(memory_limit: str) -> int:
    """MiB of heap: half of the limit, with at least 512 MiB besides, and below the size where pointers get longer."""
    limit = bytes_of(memory_limit) // _MIB
    return min(limit // 2, limit - _BESIDES_MIB, _MOST_HEAP_MIB)
