"""What reads the metrics of Temporal Cloud for a stack's namespaces.

Source: docs.temporal.io/cloud/metrics/openmetrics/api-reference; prometheus-operator.dev, API reference of
ScrapeConfig.
"""

from collections.abc import Sequence
from typing import Any, Final

from components.kubernetes import Installation
from components.monitoring.targets import fixed_labels, for_operator
from settings.monitoring.cloud import CloudMetrics

CLOUD: Final = "temporal-cloud"
"""Name of the object, and the job of its series."""
_HOST: Final = "metrics.temporal.io"
_PATH: Final = "/v1/metrics"
_INTERVAL: Final = "60s"
"""Figures are of whole minutes."""
_TIMEOUT: Final = "30s"


def scrape_config(said: CloudMetrics, namespaces: Sequence[str], installation: Installation) -> dict[str, Any]:
    """The spec of a ScrapeConfig. The endpoint tells, with the time of it, what was two minutes ago. Marks of staleness
    are of the time of reading: with them Prometheus would refuse what comes next of a series that paused."""
    return {
        "staticConfigs": [{"targets": [_HOST]}],
        "scheme": "HTTPS",
        "metricsPath": _PATH,
        "params": {"namespaces": list(namespaces)},
        "authorization": {"credentials": {"name": said.api_key.secret, "key": said.api_key.key}},
        "scrapeInterval": _INTERVAL,
        "scrapeTimeout": _TIMEOUT,
        "honorTimestamps": True,
        "relabelings": for_operator(fixed_labels({"job": CLOUD, "installation": installation.name})),
    }
