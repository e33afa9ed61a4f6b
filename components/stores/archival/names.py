"""Names that others build on."""

from typing import Final

from settings.sizes import ServiceName

ARCHIVE: Final = "temporal-archive"
"""Service of the in-cluster archive."""

READERS: Final[frozenset[ServiceName]] = frozenset({"frontend", "internal-frontend"})
"""Services that read an archive, and look for the bucket when a namespace is made (service/frontend/fx.go)."""
WRITER: Final[ServiceName] = "history"
"""The service that writes (service/history/fx.go), and looks first whether an object is there."""
