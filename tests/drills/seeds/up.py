"""A seed's stack while it is up."""

from collections.abc import Iterator
from contextlib import contextmanager

from commands.tests_node import NODE
from embedded import node
from embedded.progress import Progress
from tests.cluster.stack import Deployment


def node_up(*images: str) -> None:
    """The tests' node, with further images."""
    node.up(node.NodeConfig.from_environment(NODE), Progress(), extra_images=images)


@contextmanager
def up(stack: Deployment) -> Iterator[Deployment]:
    """Deployed by `make up`, whose smoke test must be through; gone afterwards."""
    try:
        ran = stack.up()
        assert "100 of 100 workflow executions completed and checked" in ran.err
        assert "unknown field" not in ran.err
        yield stack
    finally:
        ran = stack.command("down", CONFIRM=stack.namespace)
    assert ran.code == 0, ran.err
