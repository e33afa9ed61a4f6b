"""The node that tests and drills deploy to: beside the person's own, and gone afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from embedded import images, node, toolchain
from embedded.progress import Progress
from versions import (
    ALERTMANAGER_IMAGE,
    ELASTICSEARCH_EXPORTER_IMAGE,
    POSTGRES_EXPORTER_IMAGE,
    PROMETHEUS_IMAGE,
    VERSITYGW_IMAGE,
)

NODE: Final[Mapping[str, str]] = {"EMBEDDED_NODE": "test", "EMBEDDED_NETWORK": "198.19.0.0/16"}
"""What leads a command to it, as environment."""


@contextmanager
def tests_node(progress: Progress) -> Iterator[Mapping[str, str]]:
    """NODE while it is up, with everything that deployments to it need made beforehand."""
    extra = (
        VERSITYGW_IMAGE,
        PROMETHEUS_IMAGE,
        ALERTMANAGER_IMAGE,
        POSTGRES_EXPORTER_IMAGE,
        ELASTICSEARCH_EXPORTER_IMAGE,
    )
    toolchain.ensure((*toolchain.NAMES, *images.tools_of(extra)), progress)
    images.ensure(progress, extra=extra)
    config = node.NodeConfig.from_environment(NODE)
    try:
        node.up(config, progress, extra_images=extra)
        yield NODE
    finally:
        node.down(config, progress)
