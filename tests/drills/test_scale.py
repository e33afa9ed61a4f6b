"""Scaling history from 1 to 3 and back under load: every change moves shards."""

from functools import partial

from tests.cluster.stack import Deployment
from tests.drills import actions
from tests.drills.drill import failures, under_load


def test_scale(stack: Deployment) -> None:
    """No call fails."""
    before = len(actions.pods(stack, "history"))
    actions.scale(stack, "history", 1)
    with under_load(stack, "scale") as (drill, effects):
        drill.event("history from 1 to 3", partial(actions.scale, stack, "history", 3), worst=250)
        drill.event("history from 3 to 1", partial(actions.scale, stack, "history", 1), worst=250)
    actions.scale(stack, "history", before)
    assert failures(effects) == {}
