"""Which images a stack needs on an embedded node besides those that every node has."""

from settings import Settings
from settings.archival import InClusterArchive
from versions import VERSITYGW_IMAGE


def optional_images(wanted: Settings) -> frozenset[str]:
    """References in `embedded.images.OPTIONAL`."""
    return frozenset({VERSITYGW_IMAGE} if isinstance(wanted.archival, InClusterArchive) else ())
