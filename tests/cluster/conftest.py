"""What the tests on the real cluster share: one deployed stack on a node of the tests' own."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.cluster.stack import Deployment, deployed, deployment_of, platform_stack

FILES = {
    "platform": (
        "test_consumers.py",
        "test_guest_deployment.py",
        "test_namespaces.py",
        "test_platform.py",
        "test_shell_and_logs.py",
        "test_troubled_deployment.py",
        "test_ways_in.py",
        "test_workloads.py",
    ),
    "search": ("test_s3_archive.py", "test_search.py"),
}
"""Which files share a stack, by its fixture."""
STACKS = {file: stack for stack, files in FILES.items() for file in files}


class OneWorkerForAStack(LoadScopeScheduling):  # type: ignore[misc]
    """Gives all files of a stack to the same worker, and every other file to one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0].rpartition("/")[2]
        return STACKS.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerForAStack:
    """Wherever tests of this folder run in several workers."""
    return OneWorkerForAStack(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the cluster."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)
            needed = set(FILES) & set(getattr(item, "fixturenames", ()))
            assert needed <= {STACKS.get(item.path.name)}, (
                f"{item.path.name} belongs into FILES of conftest.py: {needed}"
            )


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
