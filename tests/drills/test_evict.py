"""Evicting the pods of each service one by one under load, as a drained node does. The proof ends at one node: the
evicted pods come back on the same one."""

from functools import partial

from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import failures, under_load
from tests.drills.test_roll import ORDER


def test_evict(stack: Deployment) -> None:
    """No call fails."""
    with under_load(stack, "evict") as (drill, effects):
        for service in ORDER:
            drill.event(f"evict {service}", partial(actions.evict, stack, service), worst=250)
    assert failures(effects) == {}
