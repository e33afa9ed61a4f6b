"""Rolling each service, one after the other, under load."""

from functools import partial

from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import under_load

ORDER = ("frontend", "internal-frontend", "matching", "worker", "history")


def test_roll(stack: Deployment) -> None:
    """No call fails in either; ours stays below twice its steady p99, and 250 ms at worst."""
    with under_load(stack, "roll") as (drill, effects):
        for service in ORDER:
            drill.event(f"roll {service}", partial(actions.roll, stack, service))
    print(*effects, sep="\n")
    assert [effect.failed for effect in effects] == [0] * len(ORDER)
    if stack.namespace == "chart":
        return
    assert {e.event: e.during.worst for e in effects if e.during.worst > 250} == {}
    assert {e.event: e.during.p99 for e in effects if e.during.p99 > 2 * e.before.p99} == {}
