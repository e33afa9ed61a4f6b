"""Proves which changes of a deployed stack are refused, and in which words. Where the facts about what is deployed come
from is the program's.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.immutables import Deployed, refusals
from tests.settings.cases import Case

TABLE = yaml.safe_load(Path(__file__).with_name("immutables.yaml").read_text())
FACTS = {
    "name": "orders",
    "shards": 512,
    "databases": ("temporal", "visibility"),
    "server_version": "1.32.2",
    "search_attributes": {},
    "archival": "",
    "aws": {},
    "visibility": "postgres",
    "move": "",
    "stage": "",
}


@pytest.mark.parametrize("case", TABLE, ids=[str(case["deployed"]) for case in TABLE])
def test_a_change_is_refused_in_one_exact_line(case: dict[str, Any]) -> None:
    facts: dict[str, Any] = {**FACTS, **case["deployed"]}
    deployed = Deployed(**{**facts, "databases": tuple(facts["databases"])})
    settings = Case(stack=case.get("stack", "existing"), set=case.get("set", {})).load()
    assert refusals(deployed, settings) == [f"  {line}" for line in case["lines"]]
