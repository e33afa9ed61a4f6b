"""What the drills share: stacks on a node of their own, and the load they are under."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.stack import Deployment, deployed, deployment_of

HERE = Path(__file__).parent
Edit = Callable[[str], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a drill: `make drill` runs it, `make test` does not."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.drill)


@pytest.fixture(scope="module")
def edit() -> Edit:
    """What a drill changes in its stack files before it deploys them; a module may say its own."""
    return lambda text: text


@pytest.fixture(scope="module", params=["careful", "chart"])
def stack(request: pytest.FixtureRequest, edit: Edit) -> Iterator[Deployment]:
    """A drill's stack, deployed for one module and gone after it."""
    deployment = deployment_of(edit((HERE / f"Pulumi.{request.param}.yaml").read_text()), request.param)
    with deployed(deployment):
        yield deployment
