"""Proves that one run of the tests has the node at a time, and that a killed one leaves nothing that counts.

The removal of a node that was left is seen in tests/cluster/test_node.py.
"""

from pathlib import Path

import pytest

from commands.errors import CommandError
from commands.stackfile import Checkout
from commands.tests_node import alone, clear
from embedded.node import NodeConfig
from embedded.progress import Progress

NODE = NodeConfig(name="onerun", network="198.18.224.0/20")
STACK = "config: {temporal:kubernetes: {context: embedded}}\n"


def test_a_second_run_is_refused_while_the_first_goes_on() -> None:
    """And the next one is not."""
    other = NodeConfig(name="another", network="198.18.224.0/20")
    with alone(NODE):
        with pytest.raises(CommandError) as refused, alone(NODE):
            pytest.fail("two at once")
        with alone(other):
            pass
    assert str(refused.value) == (
        "other tests or drills run on this machine's node onerun. Wait for them to end, then repeat."
    )
    with alone(NODE):
        pass


def test_states_of_a_node_that_goes_are_forgotten(tmp_path: Path) -> None:
    """Those of other nodes stay, and so do logs."""
    checkout = Checkout(tmp_path)
    for folder in ("a@@onerun", "a@@another", "a"):
        (checkout.state / folder / "state").mkdir(parents=True)
        (checkout.state / folder / "logs").mkdir()
        (checkout.state / folder / "Pulumi.a.yaml").write_text(STACK)
    clear(NODE, Progress(), checkout)
    left = {folder.name: sorted(entry.name for entry in folder.iterdir()) for folder in checkout.state.iterdir()}
    assert left == {
        "a@@onerun": ["logs"],
        "a@@another": ["Pulumi.a.yaml", "logs", "state"],
        "a": ["Pulumi.a.yaml", "logs", "state"],
    }
