"""Every alert fires, stays quiet and resolves: promtool's unit tests over the rules of a stack that has them all.

`rules/<group>.yaml` has promtool's own format. What is the same at every alert, labels and annotations that no series
changes, is added here: a file says only labels that come from series, and the description as it is read.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.monitoring.rules import rule_groups
from settings.monitoring.alerts import CATALOGUE
from tests.monitoring.examples import everything
from tests.monitoring.tools import promtool

_FILES = sorted((Path(__file__).parent / "rules").glob("*.yaml"))
_ALWAYS = {"Watchdog"}
_MINUTES = {"s": 1 / 60, "m": 1, "h": 60, "d": 1440}


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_promtool_agrees(file: Path, tmp_path: Path) -> None:
    said = run(file, tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_alert_is_seen_quiet_firing_and_resolved(name: str) -> None:
    """All three in one scenario, so that what resolves is what fired."""
    seen = [
        [bool(test["exp_alerts"]) for test in sorted(tests, key=lambda test: _minutes(test["eval_time"]))]
        for tests in _tests_of(name)
    ]
    wanted = r"1+" if name in _ALWAYS else r".*01+0.*"
    assert [whole for whole in seen if re.fullmatch(wanted, "".join(str(int(fires)) for fires in whole))], seen


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_file_is_about_alerts_of_its_group(file: Path) -> None:
    wrong = [name for name in _alert_names(file) if CATALOGUE[name].group != file.stem]
    assert not wrong


def run(file: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What promtool says of a file, with the rules beside it in a folder of its own."""
    groups = list(_wanted(file.stem))
    (folder / "rules.yaml").write_text(json.dumps({"groups": groups}))
    (folder / "test.yaml").write_text(json.dumps(_whole(yaml.safe_load(file.read_text()), groups)))
    return subprocess.run(
        [promtool(), "test", "rules", folder / "test.yaml"], capture_output=True, text=True, check=False
    )


def _wanted(group: str) -> Iterator[dict[str, Any]]:
    """The alerts of a group, and what is recorded for them: to evaluate all for each scenario would take minutes."""
    groups = rule_groups(everything())
    alerts = [each for each in groups if each["name"] == f"temporal.{group}"]
    expressions = " ".join(rule["expr"] for each in alerts for rule in each["rules"])
    for each in groups:
        if any(rule["record"] in expressions for rule in each["rules"] if "record" in rule):
            yield each
    yield from alerts


def _whole(said: dict[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    rules = {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}
    for scenario in said["tests"]:
        for test in scenario.get("alert_rule_test", []):
            rule = rules[test["alertname"]]
            for alert in test["exp_alerts"]:
                alert["exp_labels"] = rule["labels"] | alert.get("exp_labels", {})
                alert["exp_annotations"] = rule["annotations"] | alert["exp_annotations"]
    order = [group["name"] for group in groups]  # left out, the order is random: what is recorded before what reads it
    return {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "group_eval_order": order, **said}


def _tests_of(name: str) -> Iterator[list[dict[str, Any]]]:
    for file in _FILES:
        for scenario in yaml.safe_load(file.read_text())["tests"]:
            if found := [test for test in scenario.get("alert_rule_test", []) if test["alertname"] == name]:
                yield found


def _alert_names(file: Path) -> set[str]:
    scenarios = yaml.safe_load(file.read_text())["tests"]
    return {test["alertname"] for scenario in scenarios for test in scenario.get("alert_rule_test", [])}


def _minutes(time: str) -> float:
    parts = re.findall(r"([0-9]+)([smhd])", time)
    assert "".join(number + unit for number, unit in parts) == time
    return sum(int(number) * _MINUTES[unit] for number, unit in parts)
