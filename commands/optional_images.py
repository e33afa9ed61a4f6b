"""Which images a stack needs on an embedded node besides those that every node has."""

from settings import Settings
from settings.archival import InClusterArchive
from settings.monitoring.bundled import Bundled
from settings.visibility import OpenSearch
from versions import ALERTMANAGER_IMAGE, OPENSEARCH_IMAGE, PROMETHEUS_IMAGE, VERSITYGW_IMAGE


def optional_images(wanted: Settings) -> frozenset[str]:
    """References in `embedded.images.OPTIONAL`."""
    needed = {
        OPENSEARCH_IMAGE: isinstance(wanted.visibility, OpenSearch),
        VERSITYGW_IMAGE: isinstance(wanted.archival, InClusterArchive),
        PROMETHEUS_IMAGE: isinstance(wanted.monitoring, Bundled),
        ALERTMANAGER_IMAGE: isinstance(wanted.monitoring, Bundled),
    }
    return frozenset(image for image, is_needed in needed.items() if is_needed)
