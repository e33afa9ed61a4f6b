"""A job that fills a new store and fails, with the real engine: the stack does not take the stage for reached."""

from pathlib import Path

import pytest

from commands.errors import CommandError
from tests.commands.simulated import Simulated

pytestmark = pytest.mark.engine

NEW = "temporal_visibility_v1_new"
STAGE = "temporal:visibility: {{kind: opensearch, move: {{to: {{kind: index, index: {new}}}, stage: {stage}}}}}"


@pytest.fixture
def stack(tmp_path: Path) -> Simulated:
    return Simulated(tmp_path)


def say(stack: Simulated, line: str) -> None:
    stack.restore()
    stack.file.write_text(f"{stack.file.read_text()}  {line}\n")


def stage(name: str) -> str:
    return STAGE.format(new=NEW, stage=name)


def test_filling_that_failed(stack: Simulated) -> None:
    """The outputs keep the stage before, so the next one is refused until this one came to its end."""
    say(stack, "temporal:visibility: {kind: opensearch}")
    assert stack.up().complaints == ()
    say(stack, stage("prepare"))
    assert stack.up().complaints == ()
    say(stack, stage("write-both"))
    with stack.failing("temporal-refill"):
        outcome = stack.up()
    assert (outcome.code != 0, len(outcome.complaints)) == (True, 1)
    assert "temporal-refill cannot be made" in outcome.complaints[0]
    assert stack.facts()["visibilityStage"] == "prepare"
    say(stack, stage("read-new"))
    with pytest.raises(CommandError) as caught:
        stack.preview()
    assert "temporal:visibility.move.stage: found 'read-new'; allowed: 'no move' or 'prepare' or 'write-both'" in str(
        caught.value
    )
    say(stack, stage("write-both"))
    assert stack.up().complaints == ()
    assert stack.facts()["visibilityStage"] == "write-both"
    say(stack, stage("read-new"))
    assert stack.up().complaints == ()


def test_takeover_that_failed(stack: Simulated) -> None:
    """The stack still says PostgreSQL, so leaving `replaces` out, and the job with it, is refused."""
    assert stack.up().complaints == ()
    say(stack, "temporal:visibility: {kind: opensearch, replaces: postgres}")
    with stack.failing("temporal-takeover"):
        outcome = stack.up()
    assert (outcome.code != 0, len(outcome.complaints)) == (True, 1)
    assert "temporal-takeover cannot be made" in outcome.complaints[0]
    assert stack.facts()["visibility"] == "postgres"
    say(stack, "temporal:visibility: {kind: opensearch}")
    with pytest.raises(CommandError) as caught:
        stack.preview()
    assert "With temporal:visibility.replaces: postgres one `up` changes over" in str(caught.value)
    say(stack, "temporal:visibility: {kind: opensearch, replaces: postgres}")
    assert stack.up().complaints == ()
    say(stack, "temporal:visibility: {kind: opensearch}")
    assert stack.up().complaints == ()
