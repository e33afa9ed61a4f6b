"""What the tests on the real cluster share: one deployed stack on a node of the tests' own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.stack import Deployment


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the cluster."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The tests' stack, deployed from a copy of its file that tests may change."""
    assert os.geteuid() == 0, "the tests on the real cluster need root; without it run `make test-fast`"
    file = tmp_path_factory.mktemp("stack") / "Pulumi.test.yaml"
    file.write_text(Path(__file__).with_name(file.name).read_text())
    deployment = Deployment(file, "platform")
    deployment.up()
    yield deployment
    ran = deployment.command("down")
    assert ran.code == 0, ran.err
