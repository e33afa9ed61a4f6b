"""PostgreSQL restarted, and away for a minute, under load."""

from functools import partial

from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import failures, under_load


def test_database(stack: Deployment) -> None:
    """No call fails once the SDK has retried for as long as the database was away."""
    with under_load(stack, "database") as (drill, effects):
        drill.event("restart PostgreSQL", partial(actions.delete, stack, "postgres"), needed=True, recovery=10)
        drill.event("PostgreSQL away for 60 s", partial(actions.away, stack, 60.0), needed=True, recovery=10)
    assert failures(effects) == {}
