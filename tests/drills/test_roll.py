"""Rolling each service, one after the other, under load."""

from functools import partial

from components.server.temporal_server import ROLL_ORDER
from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import failures, under_load


def test_roll(stack: Deployment) -> None:
    """No call fails in either; ours stays below twice its steady p99, and 250 ms at worst."""
    with under_load(stack, "roll") as (drill, effects):
        for service in ROLL_ORDER:
            drill.event(f"roll {service}", partial(actions.roll, stack, service), worst=250)
    assert failures(effects) == {}
