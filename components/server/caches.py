"""History's caches, as parts of its pod's memory.

By the server's own default they are counted in workflows (history.hostLevelCacheMaxSize: 128000 of any size), so a few
large ones fill the memory. Counted in bytes they stay below it. The server counts the stored form, which is smaller
than the one in memory: so the parts add up to half. Source: common/dynamicconfig/constants.go and
service/history/workflow/cache of 1.32.
"""

from typing import Final

from settings.scalars import bytes_of

_WORKFLOWS_PERCENT: Final = 40
_EVENTS_PERCENT: Final = 10


def history_caches(memory_limit: str) -> dict[str, bool | int]:
    """Values by key of the dynamic config. History reads them when it starts; a changed memory limit restarts it."""
    memory = bytes_of(memory_limit)
    return {
        "history.cacheSizeBasedLimit": True,
        "history.hostLevelCacheMaxSizeBytes": memory * _WORKFLOWS_PERCENT // 100,
        "history.eventsHostLevelCacheMaxSizeBytes": memory * _EVENTS_PERCENT // 100,
    }
