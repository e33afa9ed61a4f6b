"""Proves which changes of a deployed stack are refused, and in which words. Where the facts about what is deployed come
from is the program's.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from settings import SelfHostedSettings
from settings.application_database_facts import application_facts, application_warnings
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
    common, known = {name: facts.pop(name) for name in COMMON}, facts.pop("applicationDatabases", {})
    settings = Case(stack=case.get("stack", "existing"), set=case.get("set", {})).load()
    found = common_refusals(**common, databases=known, settings=settings)
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


APPLICATIONS = yaml.safe_load(Path(__file__).with_name("immutables-application-databases.yaml").read_text())
SHOP = {
    **DATABASE,
    "identifier": "temporal-orders-shop",
    "deletionProtection": "off",
    "database": "shop_db",
    "account": "123456789012",
    "region": "eu-central-1",
    "key": "created",
}
"""What the stack `databases` deploys as its first one."""


@pytest.mark.parametrize("case", APPLICATIONS, ids=[str(number) for number in range(len(APPLICATIONS))])
def test_a_database_of_an_application_is_changed_refused_or_warned_of(case: dict[str, Any]) -> None:
    """`lines` are refusals, `warnings` what is said of a change that is allowed."""
    known = {"shop": {**SHOP, **case.get("deployed", {})}, **case.get("besides", {})}
    settings = Case(stack="databases", set=case["set"], drop=case.get("drop", ())).load()
    assert common_refusals("orders", "cloud", known, settings) == [f"  {line}" for line in case.get("lines", ())]
    assert [*application_warnings(known, settings)] == case.get("warnings", [])


def test_what_is_known_of_a_database_is_what_it_is() -> None:
    settings = Case(stack="databases").load()
    assert application_facts(settings.application_databases[0], settings) == SHOP
    bills = application_facts(settings.application_databases[1], settings)
    assert (bills["identifier"], bills["type"], bills["database"]) == ("temporal-orders-bills", "aurora", "bills")


def test_a_first_password_of_an_application_is_of_rds_own() -> None:
    kept = {"kind": "kept", "secret": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master-a1B2c3"}
    case = Case(stack="databases", set={"applicationDatabases.0.server.masterPassword": kept})
    assert first_refusals(case.load()) == [
        (
            "  temporal:applicationDatabases[0].server.masterPassword.kind: found 'kept'; allowed: 'managed' for a "
            "database that is made, for its first password is RDS' own. Take it over when it is there (docs/aws.md)"
        )
    ]
    assert first_refusals(Case(stack="databases").load()) == []
