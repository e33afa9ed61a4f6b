"""Facts of stacks for the tests of rules."""

from collections.abc import Mapping
from decimal import Decimal

from components.monitoring.recording import Objectives
from components.monitoring.rules import RuleFacts
from settings.monitoring.alerts import FACTS
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
        objectives=Objectives(availability=Decimal("0.999"), latency=Decimal("0.99")),
    )
