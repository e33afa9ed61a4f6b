"""What the tests on the real cluster share: one deployed stack on a node of the tests' own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.stack import Deployment, deployed, deployment_of, platform_stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the cluster."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def platform() -> Iterator[Deployment]:
    """The tests' stack."""
    assert os.geteuid() == 0, "the tests on the real cluster need root; without it run `make test-fast`"
    with platform_stack() as deployment:
        yield deployment


@pytest.fixture(scope="session")
def search() -> Iterator[Deployment]:
    """The stack with an OpenSearch and an archive of its own."""
    text = Path(__file__).with_name("Pulumi.search.yaml").read_text()
    with deployed(deployment_of(text, "search")) as deployment:
        yield deployment
