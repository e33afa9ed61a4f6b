"""`temporal:monitoring.cloud`: what Temporal Cloud counts on its side. The key is only named."""

from settings.base import Model
from settings.references import SecretKey


class CloudMetrics(Model):
    """The metrics of Temporal Cloud, which its OpenMetrics endpoint serves, read once a minute. An account answers 180
    times an hour, to all who ask together: each Prometheus of each stack takes 60 of them."""

    api_key: SecretKey
    """An API key of a service account with the account role Metrics Read-Only."""
