"""Evicting the pods of each service one by one under load, as a drained node does. The proof ends at one node: the
evicted pods come back on the same one."""

from functools import partial

from components.server.temporal_server import ROLL_ORDER
from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import failures, under_load


def test_evict(stack: Deployment) -> None:
    """No call fails."""
    with under_load(stack, "evict") as (drill, effects):
        for service in ROLL_ORDER:
            drill.event(f"evict {service}", partial(actions.evict, stack, service), worst=250)
    assert failures(effects) == {}
