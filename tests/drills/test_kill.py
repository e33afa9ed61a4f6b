"""Deleting a pod of each part, then killing its processes without a word, under load."""

from functools import partial

from components.server.temporal_server import ROLL_ORDER
from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import failures, under_load


def test_kill(stack: Deployment) -> None:
    """No call fails."""
    with under_load(stack, "kill") as (drill, effects):
        for service in ROLL_ORDER:
            drill.event(f"delete a pod of {service}", partial(actions.delete, stack, service), worst=250)
        for service in ROLL_ORDER:
            kill = partial(actions.kill, stack, service)
            drill.event(f"kill a pod of {service}", kill, worst=2000, recovery=15)
    assert failures(effects) == {}
