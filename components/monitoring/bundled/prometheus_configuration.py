"""prometheus.yml (prometheus.io/docs/prometheus/latest/configuration)."""

from collections.abc import Mapping, Sequence
from typing import Final

from components.monitoring.own import places
from components.monitoring.own.scraping import scrape_configs
from components.monitoring.own.text import as_yaml
from components.monitoring.own.tls import client_tls
from components.monitoring.targets import Target

_EVALUATION: Final = "30s"


def configuration(targets: Sequence[Target], interval: str, installation: str, watchers: Mapping[str, str]) -> str:
    """Reads `targets` and `watchers`, host:port by job, and tells the Alertmanager among these."""
    return as_yaml(
        {
            "global": {"scrape_interval": interval, "evaluation_interval": _EVALUATION},
            "rule_files": [f"{places.RULES}/*.yaml"],
            "alerting": {
                "alertmanagers": [
                    {
                        "scheme": "https",
                        "tls_config": client_tls(),
                        "static_configs": [{"targets": [watchers[places.ALERTMANAGER]]}],
                    }
                ]
            },
            "scrape_configs": scrape_configs(targets, installation, watchers),
        }
    )
