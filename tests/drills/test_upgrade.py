"""The server goes from 1.32.1 to 1.32.2 by `make up` under load. The machine evaluates the program, applies it and
serves the load at once, so latencies hold the engine's own work too."""

import pytest

from tests.cluster.stack import Deployment
from tests.drills.conftest import STACKS
from tests.drills.drill import failures, under_load

BEFORE, AFTER = "1.32.1", "1.32.2"


@pytest.mark.parametrize("stack", [f"{name}@{BEFORE}" for name in STACKS], indirect=True)
def test_upgrade(stack: Deployment) -> None:
    """No call fails, and every pod is of the new version afterwards."""

    def upgrade() -> None:
        stack.file.write_text(stack.file.read_text().replace(f"version: {BEFORE}", f"version: {AFTER}"))
        stack.up()

    assert versions(stack) == {BEFORE}
    with under_load(stack, "upgrade") as (drill, effects):
        drill.event(f"{BEFORE} to {AFTER}", upgrade)
    assert versions(stack) == {AFTER}
    assert failures(effects) == {}


def versions(stack: Deployment) -> set[str]:
    """The versions that the server's pods run, by their images."""
    pods = stack.get("pods", "-l", "app.kubernetes.io/part-of=temporal")["items"]
    images = {container["image"] for pod in pods for container in pod["spec"]["containers"]}
    return {image.rpartition(":")[2] for image in images if "/temporalio/server:" in image}
