"""What the drills share: stacks on a node of their own, most of them under load."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.stack import Deployment, deployed, deployment_of, platform_stack

HERE = Path(__file__).parent
STACKS = ("careful", "chart")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a drill: `make drill` runs it, `make test` does not."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.drill)


@pytest.fixture(scope="session", params=STACKS)
def stack(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    """A stack for all drills that are run: `careful` or `chart`, with `@` and a version another server than the
    platform's. Gone before the next one."""
    name, _, version = request.param.partition("@")
    text = (HERE / f"Pulumi.{name}.yaml").read_text()
    if version:
        text = text.replace("kind: self-hosted\n", f"kind: self-hosted\n    version: {version}\n")
    with deployed(deployment_of(text, name)) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def platform() -> Iterator[Deployment]:
    """The stack of the tests on the real cluster, for drills that need no load."""
    with platform_stack() as deployment:
        yield deployment
