"""Proves which changes of a deployed stack are refused, and in which words. Where the facts about what is deployed come
from is the program's.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import SelfHostedSettings
from settings.immutables import Deployed, cautions, common_refusals, first_refusals, refusals
from tests.settings.cases import Case

TABLE = yaml.safe_load(Path(__file__).with_name("immutables.yaml").read_text())
COMMON = {"name": "orders", "backend": "self-hosted"}
FACTS = {
    "shards": 512,
    "databases": ("temporal", "visibility"),
    "server_version": "1.32.2",
    "search_attributes": {},
    "archival": "",
    "aws": {},
    "rds": {},
    "operated": {},
    "visibility": "postgres",
    "move": "",
    "stage": "",
}


@pytest.mark.parametrize("case", TABLE, ids=[str(case["deployed"]) for case in TABLE])
def test_a_change_is_refused_in_one_exact_line(case: dict[str, Any]) -> None:
    facts: dict[str, Any] = {**COMMON, **FACTS, **case["deployed"]}
    common = {name: facts.pop(name) for name in COMMON}
    settings = Case(stack=case.get("stack", "existing"), set=case.get("set", {})).load()
    found = common_refusals(**common, settings=settings)
    if isinstance(settings, SelfHostedSettings):
        found += refusals(Deployed(**{**facts, "databases": tuple(facts["databases"])}), settings)
    assert found == [f"  {line}" for line in case["lines"]]


RDS = yaml.safe_load(Path(__file__).with_name("immutables-rds.yaml").read_text())
DATABASE = {
    "identifier": "temporal-orders",
    "type": "instance",
    "engineVersion": "17",
    "masterUser": "temporaladmin",
    "port": "5433",
    "storage": "gp3 100Gi",
    "restore": "",
    "deletionProtection": "on",
}
"""What the stack `rds` deploys."""


@pytest.mark.parametrize("case", RDS, ids=[str(number) for number in range(len(RDS))])
def test_a_database_in_rds_is_changed_refused_or_warned_of(case: dict[str, Any]) -> None:
    """`lines` are refusals, `warnings` what is said of a change that is allowed."""
    known: dict[str, Any] = {
        **FACTS,
        "databases": ("temporal", "temporal_visibility"),
        "rds": {**DATABASE, **case.get("deployed", {})},
    }
    deployed, settings = Deployed(**known), Case(stack="rds", set=case["set"]).load_server()
    assert refusals(deployed, settings) == [f"  {line}" for line in case.get("lines", ())]
    assert cautions(deployed, settings) == case.get("warnings", [])


def test_a_first_password_is_of_rds_own() -> None:
    kept = {"kind": "kept", "secret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master-a1B2c3"}
    [line] = first_refusals(Case(stack="rds", set={"database.masterPassword": kept}).load_server())
    assert line == (
        "  temporal:database.masterPassword.kind: found 'kept'; allowed: 'managed' for a database that is made, for "
        "its first password is RDS' own. Take it over when it is there (docs/aws.md)"
    )
    restored = {"kind": "snapshot", "snapshot": "before"}
    changes = {"database.masterPassword": kept, "database.restore": restored}
    assert first_refusals(Case(stack="rds", set=changes).load_server()) == []
    assert first_refusals(Case(stack="rds").load_server()) == []


OPERATED = yaml.safe_load(Path(__file__).with_name("immutables-operated.yaml").read_text())


@pytest.mark.parametrize("case", OPERATED, ids=[str(number) for number in range(len(OPERATED))])
def test_a_cluster_of_an_operator_is_changed_refused_or_warned_of(case: dict[str, Any]) -> None:
    """`lines` are refusals, `warnings` what is said of a change that is allowed."""
    known: dict[str, Any] = {
        **FACTS,
        "databases": ("temporal", "temporal_visibility"),
        "operated": {"kind": "zalando", "version": "16", "storage": "20Gi", **case.get("deployed", {})},
    }
    deployed = Deployed(**known)
    said = {"database.version": "16"} | case["set"] if "database" not in case["set"] else case["set"]
    settings = Case(stack=case.get("stack", "zalando"), set=said).load_server()
    assert refusals(deployed, settings) == [f"  {line}" for line in case.get("lines", ())]
    assert cautions(deployed, settings) == case.get("warnings", [])
