"""Which images a stack needs on an embedded node besides those that every node has."""

from settings import SelfHostedSettings, Settings
from settings.archival import InClusterArchive
from settings.monitoring.bundled import Bundled
from settings.monitoring.deployed import Deployed
from settings.visibility import OpenSearch
from versions import (
    ALERTMANAGER_IMAGE,
    ELASTICSEARCH_EXPORTER_IMAGE,
    OPENSEARCH_IMAGE,
    POSTGRES_EXPORTER_IMAGE,
    PROMETHEUS_IMAGE,
    VERSITYGW_IMAGE,
)


def optional_images(wanted: Settings) -> frozenset[str]:
    """References in `embedded.images.OPTIONAL`."""
    needed = {
        OPENSEARCH_IMAGE: isinstance(wanted.visibility, OpenSearch),
        VERSITYGW_IMAGE: isinstance(wanted.archival, InClusterArchive),
        PROMETHEUS_IMAGE: isinstance(wanted.monitoring, Deployed),
        ALERTMANAGER_IMAGE: isinstance(wanted.monitoring, Bundled),
        POSTGRES_EXPORTER_IMAGE: isinstance(wanted, SelfHostedSettings) and wanted.asks_postgres(),
        ELASTICSEARCH_EXPORTER_IMAGE: isinstance(wanted, SelfHostedSettings) and wanted.asks_search(),
    }
    return frozenset(image for image, is_needed in needed.items() if is_needed)
