"""The node that tests and drills deploy to: beside the person's own, and gone afterwards."""

import errno
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from commands import stack_state, stackfile
from commands.errors import CommandError
from commands.stackfile import HERE, Checkout
from embedded import images, node, toolchain
from embedded.node import NodeConfig
from embedded.node.places import Places
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
    """NODE while it is up, new, with everything that deployments to it need made beforehand.

    Raises:
        CommandError: another run has it.
    """
    extra = (
        VERSITYGW_IMAGE,
        PROMETHEUS_IMAGE,
        ALERTMANAGER_IMAGE,
        POSTGRES_EXPORTER_IMAGE,
        ELASTICSEARCH_EXPORTER_IMAGE,
    )
    toolchain.ensure((*toolchain.NAMES, *images.tools_of(extra)), progress)
    images.ensure(progress, extra=extra)
    config = NodeConfig.from_environment(NODE)
    with alone(config):
        clear(config, progress)
        try:
            node.up(config, progress, extra_images=extra)
            yield NODE
        finally:
            node.down(config, progress)


@contextmanager
def alone(config: NodeConfig) -> Iterator[None]:
    """One run of tests or drills at a time has the node, whatever checkout it is of. Held by a name of Linux' that no
    file has, so it ends with its process.

    Raises:
        CommandError: another one has it.
    """
    with socket.socket(socket.AF_UNIX) as held:
        try:
            held.bind(f"\0temporal-platform/{config.name}/tests")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CommandError(
                f"other tests or drills run on this machine's node {config.name}. Wait for them to end, then repeat."
            ) from None
        yield


def clear(config: NodeConfig, progress: Progress, checkout: Checkout = HERE) -> None:
    """Removes what a run that was killed left: the node, with what other checkouts brought there, and what this one
    kept of its stacks on it."""
    for stack in stackfile.on_node(config, checkout):
        stack_state.forget(stack)
    if Places(config.name).data.exists():
        progress.say(f"an earlier run was killed and left the node {config.name}")
        node.down(config, progress)
