"""Proves that every expression of the rules asks for what there is, and that texts use labels that the result has."""

import json
import re
import tomllib
from typing import Any

import pytest

from commands.catalogue import FOLDER as CATALOGUES
from components.monitoring.rules import rule_groups
from settings.catalogue import minor_of
from tests.monitoring import promql
from tests.monitoring.examples import everything
from tests.monitoring.metrics import FOLDER, metrics
from versions import SERVERS

RULES: list[dict[str, Any]] = [rule for group in rule_groups(everything()) for rule in group["rules"]]
YOUNGER = {"1.31": {("TemporalTasksDropped", "tasks_dropped")}}
"""Alerts that a server of this minor version cannot fire, and the metric that it lacks."""
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}


def _name(rule: dict[str, Any]) -> str:
    """An outcome or a promise has several records of one name."""
    own = rule["labels"].get("outcome") or rule["labels"].get("slo") or ""
    return f"{rule.get('alert') or rule['record']} {own}".strip()


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_every_rule_asks_for_what_there_is(rule: dict[str, Any]) -> None:
    assert promql.findings(rule["expr"]) == []


@pytest.mark.parametrize("name", ALERTS)
def test_what_is_said_uses_labels_that_there_are(name: str) -> None:
    said = " ".join(ALERTS[name]["annotations"].values())

    assert (
        set(re.findall(r"\$labels\.(\w+)", said)) <= promql.labels(ALERTS[name]["expr"]) | ALERTS[name]["labels"].keys()
    )


def test_what_is_recorded_is_what_queries_may_use() -> None:
    recorded: dict[str, set[str]] = {}
    for rule in RULES:
        if "record" in rule:
            recorded.setdefault(rule["record"], set()).update(promql.labels(rule["expr"]), rule["labels"])

    said = tomllib.loads((FOLDER / "recorded.toml").read_text())["gauges"]
    assert {name: sorted(labels) for name, labels in recorded.items()} == {
        name: sorted({*labels, "installation"}) for name, labels in said.items()
    }


@pytest.mark.parametrize("minor", sorted({minor_of(version) for version in SERVERS}))
def test_what_alerts_ask_for_is_emitted_by_every_server(minor: str) -> None:
    """An alert on what this server does not emit yet would never fire, and nobody would know."""
    emitted = {
        name
        for name, metric in json.loads((CATALOGUES / minor / "metrics.json").read_text())["metrics"].items()
        if metric["used"]
    }
    asked = {
        (name, metric)
        for name, rule in ALERTS.items()
        for metric in promql.names(rule["expr"])
        if metrics()[metric].family == "server"
    }

    assert {(name, metric) for name, metric in asked if metric not in emitted} == YOUNGER.get(minor, set())


@pytest.mark.parametrize("label", ["outcome", "slo"])
def test_the_values_of_what_is_recorded_are_those_that_queries_may_name(label: str) -> None:
    assert {rule["labels"][label] for rule in RULES if label in rule["labels"]} == promql.VALUES[label]
