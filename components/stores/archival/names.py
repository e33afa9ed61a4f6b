"""Names that others build on."""

from typing import Final

ARCHIVE: Final = "temporal-archive"
"""Service of the in-cluster archive."""
