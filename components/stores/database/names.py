"""Names that others build on."""

from typing import Final

POSTGRES: Final = "temporal-postgres"
"""Service of the in-cluster database."""
