"""Proves by amtool who is told of which alert, in Alertmanager's own reading of the file that a bundled one gets."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.monitoring import routes
from components.monitoring.amazon.definition import definition
from components.monitoring.bundled.alertmanager_configuration import configuration
from settings import load_text
from settings.monitoring.alerts import CATALOGUE
from settings.monitoring.amazon import Amazon
from settings.monitoring.models import ByOperator
from settings.monitoring.notifications import Notifications
from tests.monitoring.tools import amtool
from tests.settings.cases import STACKS


def _notifications() -> Notifications:
    said = load_text("watched", STACKS["watched"]).monitoring
    assert isinstance(said, ByOperator)
    assert said.notifications is not None
    return said.notifications


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a stack that has every kind of route."""
    found = tmp_path_factory.mktemp("routes") / "alertmanager.yml"
    found.write_text(configuration(_notifications()))
    return found


def _amtool(*words: str) -> str:
    return subprocess.run([str(amtool()), *words], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("notifications", [None, _notifications()], ids=["nobody", "everybody"])
def test_alertmanager_takes_it(tmp_path: Path, notifications: Notifications | None) -> None:
    (tmp_path / "alertmanager.yml").write_text(configuration(notifications))
    assert "SUCCESS" in _amtool("check-config", str(tmp_path / "alertmanager.yml"))


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (["alertname=TemporalHistoryDown", "severity=critical"], ["email-1", "pagerduty-2", "webhook-3"]),
        (["alertname=TemporalShardChurn", "severity=warning"], ["slack-0", "email-1", "webhook-3"]),
        (["alertname=TemporalSyncMatchRateLow", "severity=info"], ["nobody"]),
        (["alertname=Watchdog", "severity=info"], ["dead-man"]),
        (["alertname=SomebodyElses", "severity=page"], ["nobody"]),
    ],
    ids=["critical", "warning", "info", "watchdog", "strange"],
)
def test_who_is_told(file: Path, labels: Sequence[str], told: Sequence[str]) -> None:
    found = _amtool("config", "routes", "test", f"--config.file={file}", "component=temporal", *labels)
    assert found.strip().split(",") == [*told]


def test_the_alerts_that_routes_name_are_in_the_catalogue() -> None:
    """What is implied by others, and what the dead man's switch hears."""
    content: Any = yaml.safe_load(configuration(_notifications()))
    implying = {name for name in CATALOGUE if re.fullmatch(routes.IMPLYING, name)}
    assert implying == {
        "TemporalFrontendDown",
        "TemporalHistoryDown",
        "TemporalMatchingDown",
        "TemporalPersistenceErrorRatioHigh",
    }
    assert routes.WATCHDOG in CATALOGUE
    assert content["inhibit_rules"][1]["source_matchers"] == [f'alertname =~ "{routes.IMPLYING}"']


@pytest.fixture(scope="module")
def unwrapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Amazon's Alertmanager gets, without its wrapper."""
    said = load_text("amazon", STACKS["amazon"]).monitoring
    assert isinstance(said, Amazon)
    wrapped: Any = yaml.safe_load(definition(said.notifications, "arn:aws:sns:eu-central-1:123456789012:own"))
    found = tmp_path_factory.mktemp("amazon") / "alertmanager.yml"
    found.write_text(wrapped["alertmanager_config"])
    return found


def test_alertmanager_takes_what_is_in_amazons_wrapper(unwrapped: Path) -> None:
    assert "SUCCESS" in _amtool("check-config", str(unwrapped))


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (["alertname=TemporalHistoryDown", "severity=critical"], ["sns-0", "sns-1"]),
        (["alertname=TemporalShardChurn", "severity=warning"], ["sns-0"]),
        (["alertname=Watchdog", "severity=info"], ["nobody"]),
    ],
    ids=["critical", "warning", "info"],
)
def test_whom_amazons_tells(unwrapped: Path, labels: Sequence[str], told: Sequence[str]) -> None:
    found = _amtool("config", "routes", "test", f"--config.file={unwrapped}", "component=temporal", *labels)
    assert found.strip().split(",") == [*told]


def test_every_bundled_route_by_sns_names_its_topic(tmp_path: Path) -> None:
    topic = "arn:aws:sns:eu-west-1:123456789012:on-call"
    said = Notifications.model_validate_json(f'{{"routes": [{{"kind": "sns", "topic": "{topic}"}}]}}')
    (tmp_path / "alertmanager.yml").write_text(configuration(said))
    assert "SUCCESS" in _amtool("check-config", str(tmp_path / "alertmanager.yml"))
    with pytest.raises(ValueError, match="the stack's own"):
        configuration(Notifications.model_validate_json('{"routes": [{"kind": "sns"}]}'))
