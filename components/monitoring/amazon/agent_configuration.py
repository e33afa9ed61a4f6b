"""What an agent reads, and where it sends it (prometheus.io/docs/prometheus/latest/configuration, "remote_write")."""

from collections.abc import Mapping, Sequence
from typing import Final

from components.monitoring.own.scraping import scrape_configs
from components.monitoring.own.text import as_yaml
from components.monitoring.targets import Target

FILE: Final = "prometheus.yml"
_QUEUE: Final = {"max_samples_per_send": 1000, "max_shards": 200, "capacity": 2500}
"""AMP User Guide, "Set up metrics ingestion from a new Prometheus server": a request of a MiB at most."""


def configuration(
    targets: Sequence[Target], interval: str, installation: str, watchers: Mapping[str, str], *, url: str, region: str
) -> str:
    """Reads `targets` and `watchers`, host:port by job; sends to the workspace at `url`, signed for `region` as who the
    pod is."""
    return as_yaml(
        {
            "global": {"scrape_interval": interval},
            "remote_write": [
                {"url": f"{url}/api/v1/remote_write", "sigv4": {"region": region}, "queue_config": _QUEUE},
            ],
            "scrape_configs": scrape_configs(targets, installation, watchers),
        }
    )
