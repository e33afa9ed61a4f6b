"""Rules of one installation: which alerts a stack has, what each says, and that it sees no other installation."""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from components.monitoring.rules import applying, rule_groups
from settings.monitoring.alerts import CATALOGUE
from settings.monitoring.objectives import Objectives, Within
from settings.monitoring.overrides import Override
from tests.monitoring.examples import everything
from tests.monitoring.tools import promtool

_OF_THE_CLUSTER = re.compile("kube_|kubelet_|container_|certmanager_|cnpg_")


def test_a_rule_has_labels_to_route_by_and_links_to_follow() -> None:
    (rule,) = _rules("TemporalFrontendLatencyP99High")
    assert rule["for"] == "10m"
    assert rule["labels"] == {
        "severity": "warning",
        "component": "temporal",
        "installation": "legal-ai",
        "namespace": "legal-ai",
    }
    assert rule["annotations"] == {
        "summary": "Temporal's frontend is slow.",
        "description": "One in a hundred calls of {{ $labels.operation }} takes {{ $value | humanizeDuration }} or "
        "longer (limit 5s). Look at the database's latency first.",
        "runbook_url": "https://example.com/runbooks/TemporalFrontendLatencyP99High.md",
        "dashboard_url": "https://grafana.example.com/d/temporal-cluster-overview?var-installation=legal-ai",
    }


def test_an_override_is_in_the_expression_and_in_what_it_says() -> None:
    override = Override.model_validate({"threshold": "250ms", "for": "1m", "severity": "critical"})
    (rule,) = _rules("TemporalFrontendLatencyP99High", override)
    assert "> 0.25 and on (operation)" in rule["expr"]
    assert "(limit 250ms)" in rule["annotations"]["description"]
    assert (rule["for"], rule["labels"]["severity"]) == ("1m", "critical")


def test_an_alert_that_is_switched_off_is_no_rule() -> None:
    assert not _rules("TemporalFrontendLatencyP99High", Override(enabled=False))


def test_without_grafana_no_dashboard_is_named() -> None:
    annotations = [
        rule["annotations"]
        for group in rule_groups(replace(everything(), grafana=None))
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert annotations
    assert not [said for said in annotations if "dashboard_url" in said]


def test_every_alert_applies_where_every_fact_holds() -> None:
    assert [alert.name for alert in applying(everything())] == list(CATALOGUE)


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_alert_is_no_rule_without_a_fact_it_needs(name: str) -> None:
    whole = everything()
    for fact in CATALOGUE[name].needs:
        assert name not in [alert.name for alert in applying(replace(whole, facts=whole.facts - {fact}))]


def test_with_temporal_cloud_nothing_of_a_server_is_recorded() -> None:
    groups = rule_groups(replace(everything(), facts=frozenset({"cloud"})))
    assert [group["name"] for group in groups] == [
        "temporal.cloud.recording",
        "temporal.availability",
        "temporal.cloud",
    ]


def test_every_selector_sees_this_installation_alone() -> None:
    seen = 0
    for group in rule_groups(everything()):
        for rule in group["rules"]:
            for name, matchers in selectors(rule["expr"]):
                seen += 1
                allowed = ['installation="legal-ai"']
                if _OF_THE_CLUSTER.match(name):
                    allowed = ['namespace="legal-ai"', 'exported_namespace="legal-ai"']
                assert [found for found in matchers if found in allowed], (rule, name)
    assert seen > len(CATALOGUE)


def test_nothing_is_left_to_fill_in() -> None:
    assert not re.findall(r"<[a-z]+>", json.dumps(rule_groups(everything())))


def test_promtool_takes_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(json.dumps({"groups": rule_groups(everything())}))
    done = subprocess.run(
        [promtool(), "check", "rules", "--lint-fatal", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("within", "bound"), [("500ms", 'le="0.5"'), ("100ms", 'le="0.1"'), ("1s", 'le=~"1|1.0"'), ("10s", 'le=~"10|10.0"')]
)
def test_what_is_promised_is_what_is_recorded(within: Within, bound: str) -> None:
    """A bound of a whole second is written in either of two ways."""
    objectives = Objectives(availability="99.95%", latency="95%", within=within)
    groups = rule_groups(replace(everything(), objectives=objectives))
    rules = [rule for group in groups if group["name"].startswith("temporal.slo.") for rule in group["rules"]]
    said = {
        (rule["record"], rule["labels"]["slo"]): rule["expr"] for rule in rules if rule["expr"].startswith("vector")
    }
    assert said == {
        ("slo:objective:ratio", "temporal-frontend-availability"): "vector(0.9995)",
        ("slo:error_budget:ratio", "temporal-frontend-availability"): "vector(0.0005)",
        ("slo:objective:ratio", "temporal-frontend-latency"): "vector(0.95)",
        ("slo:error_budget:ratio", "temporal-frontend-latency"): "vector(0.05)",
        **{("slo:time_period:days", f"temporal-frontend-{slo}"): "vector(30)" for slo in ("availability", "latency")},
    }
    bounds = {match for rule in rules for match in re.findall(r'le=~?"[^"]*"', rule["expr"])}
    assert bounds == {bound}


def selectors(expr: str) -> list[tuple[str, list[str]]]:
    """Name and matchers of each selector of an expression."""
    found: list[tuple[str, list[str]]] = []
    pending = [promql_parser.parse(expr)]
    while pending:
        node = pending.pop()
        if isinstance(node, promql_parser.VectorSelector):
            found.append((node.name or "", [_matcher(each) for each in node.matchers.matchers]))
        pending += [
            child
            for attribute in ("expr", "lhs", "rhs", "vector_selector")
            if (child := getattr(node, attribute, None)) is not None
        ]
        pending += list(getattr(node, "args", None) or [])
    return found


def _matcher(matcher: promql_parser.Matcher) -> str:
    operator = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}[str(matcher.op).rpartition(".")[2]]
    return f'{matcher.name}{operator}"{matcher.value}"'


def _rules(name: str, override: Override | None = None) -> list[dict[str, Any]]:
    groups = rule_groups(everything({name: override} if override else None))
    return [rule for group in groups for rule in group["rules"] if rule.get("alert") == name]
