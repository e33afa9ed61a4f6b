"""PostgreSQL restarted, and away for a minute, under load."""

from functools import partial

from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import under_load


def test_database(stack: Deployment) -> None:
    """No call fails once the SDK has retried for as long as the database was away; within 10 s of its return all is as
    before."""
    with under_load(stack, "database") as (drill, effects):
        drill.event("restart PostgreSQL", partial(actions.delete, stack, "postgres"), needed=True)
        drill.event("PostgreSQL away for 60 s", partial(actions.away, stack, 60.0), needed=True)
    assert {e.event: e.failed for e in effects if e.failed} == {}
    if stack.namespace == "chart":
        return
    assert {e.event: e.recovery for e in effects if e.recovery > 10} == {}
