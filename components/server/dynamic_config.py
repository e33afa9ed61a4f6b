"""Dynamic config of the platform itself: without it the server would misbehave on PostgreSQL or call out."""

from typing import Any, Final

import yaml

_SETTINGS: Final[dict[str, Any]] = {
    # PostgreSQL's id columns are VARCHAR(255); the server's default of 1000 would fail inside a transaction.
    "limit.maxIDLength": 255,
    # No request to the vendor's version service.
    "frontend.enableServerVersionCheck": False,
}


def dynamic_config_text() -> str:
    """The file that the server re-reads every ten seconds."""
    return yaml.safe_dump({key: [{"value": value}] for key, value in _SETTINGS.items()})
