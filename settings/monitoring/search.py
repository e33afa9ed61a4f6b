"""`temporal:monitoring.search`: who reads a search store's own figures. The password is only named."""

from typing import Annotated, Final

from settings.base import Model
from settings.facts import changing
from settings.references import SecretKey
from settings.visibility import SearchUser

_RESTARTED: Final = changing("rolling", "elasticsearch_exporter restarts")


class SearchMonitor(Model):
    """A user of its own for elasticsearch_exporter: it may ask for health, version and statistics of the nodes, and has
    no other right."""

    user: Annotated[SearchUser, _RESTARTED]
    """Its name."""
    password: SecretKey
    """Its password. elasticsearch_exporter reads it when it starts."""
