"""Facts of stacks for the tests of rules."""

from collections.abc import Mapping

from components.monitoring.rules import RuleFacts
from settings.monitoring.alerts import FACTS
from settings.monitoring.objectives import Objectives
from settings.monitoring.overrides import Override
from settings.sizes import SERVICE_NAMES


def everything(overrides: Mapping[str, Override] | None = None) -> RuleFacts:
    """A stack in which every fact holds, so that it has every alert."""
    return RuleFacts(
        installation="legal-ai",
        facts=frozenset(FACTS),
        expected=SERVICE_NAMES,
        replicated=("frontend", "history", "matching"),
        shards=512,
        overrides=overrides or {},
        runbooks="https://example.com/runbooks",
        grafana="https://grafana.example.com",
        objectives=Objectives(),
    )
