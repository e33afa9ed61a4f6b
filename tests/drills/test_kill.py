"""Deleting a pod of each part, then killing its processes without a word, under load."""

from functools import partial

from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import under_load
from tests.drills.test_roll import ORDER


def test_kill(stack: Deployment) -> None:
    """No call fails in either; ours takes 2 s at worst, and works again within 15 s of a kill."""
    with under_load(stack, "kill") as (drill, effects):
        for service in ORDER:
            drill.event(f"delete a pod of {service}", partial(actions.delete, stack, service))
        for service in ORDER:
            drill.event(f"kill a pod of {service}", partial(actions.kill, stack, service))
    assert {e.event: e.failed for e in effects if e.failed} == {}
    if stack.namespace == "chart":
        return
    assert {e.event: e.recovery for e in effects if e.recovery > 15} == {}
    assert {e.event: e.during.worst for e in effects if e.during.worst > 2000} == {}
