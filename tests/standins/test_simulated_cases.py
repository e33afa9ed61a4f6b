"""The table of cases through the simulated kubernetes plugin and the real engine."""

from pathlib import Path

import pytest

from tests.standins import case_table
from tests.standins.engine import SIMULATED, Engine

pytestmark = pytest.mark.engine

PROVIDERS = {
    "main": {"enableServerSideApply": True, "enableConfigMapMutable": True, "enableSecretMutable": True},
    "ordinary": {"enableServerSideApply": True},
}


@pytest.fixture(scope="module")
def table() -> case_table.Table:
    return case_table.load(PROVIDERS)


def test_every_step_of_every_case(tmp_path: Path, table: case_table.Table) -> None:
    """Operations and changed paths are those of the table, and nothing secret stands in the state.

    The same table is held against a real API server, and against the official plugin where there is one, by
    tests/cluster/test_standin_cases.py. What objects become in a cluster is not shown here.
    """
    engine = Engine(tmp_path / "stack", SIMULATED)
    first, second, third = table.steps
    first.check(engine.up(first.document))
    second.check(engine.preview(second.document))
    second.check(engine.up(second.document))
    third.check(engine.up(third.document))
    state = engine.state_text()
    assert [text for text in table.hidden if text in state] == []
    assert set(engine.destroy(third.document).operations.values()) == {"delete"}
    assert engine.state() == {}
