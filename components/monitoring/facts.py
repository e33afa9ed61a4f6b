"""What the rules need to know of a stack."""

from collections.abc import Iterator
from typing import Final

from components.monitoring.rules import AlertOverride, RuleFacts
from settings import SelfHostedSettings, Settings
from settings.cloudnative_pg import CloudNativePg
from settings.monitoring.alerts import CATALOGUE
from settings.monitoring.models import ByOperator
from settings.monitoring.overrides import Override
from settings.monitoring.thresholds import Threshold
from settings.monitoring.watched import Watched
from settings.sizes import SERVICE_NAMES, ServiceName
from settings.tls import CertManager
from settings.visibility import Postgres

_RUNBOOKS: Final = "docs/runbooks"


def rule_facts(settings: Settings, said: Watched) -> RuleFacts:
    """`said` is what the stack file says of its monitoring."""
    overrides = {name: _override(name, override) for name, override in said.alerts.items()}
    runbooks = said.runbooks or _RUNBOOKS
    grafana = said.grafana if isinstance(said, ByOperator) else None
    facts = frozenset(_facts(settings, said))
    if not isinstance(settings, SelfHostedSettings):
        return RuleFacts(
            installation=settings.name, facts=facts, overrides=overrides, runbooks=runbooks, grafana=grafana
        )
    return RuleFacts(
        installation=settings.name,
        facts=facts,
        expected=SERVICE_NAMES,
        replicated=_replicated(settings),
        shards=settings.backend.shards,
        overrides=overrides,
        runbooks=runbooks,
        grafana=grafana,
    )


def _replicated(settings: SelfHostedSettings) -> list[ServiceName]:
    return [service for service in SERVICE_NAMES if settings.service(service).replicas > 1]


def _facts(settings: Settings, said: Watched) -> Iterator[str]:
    if any(workload.metrics_port for workload in settings.workloads):
        yield "sdk"
    if isinstance(said, ByOperator) and said.kube_state_metrics:
        yield "kube-state-metrics"
    if not isinstance(settings, SelfHostedSettings):
        return
    yield "self-hosted"
    yield "certificates"
    if _replicated(settings):
        yield "replicated"
    if not isinstance(settings.visibility, Postgres):
        yield "search"
    if settings.archival:
        yield "archival"
    if isinstance(settings.database, CloudNativePg):
        yield "cloudnative-pg"
    if isinstance(settings.tls, CertManager) and isinstance(said, ByOperator):
        yield "cert-manager"


def _override(name: str, said: Override) -> AlertOverride:
    own = CATALOGUE[name].threshold
    threshold = Threshold.of(said.threshold, own.unit) if own and said.threshold is not None else None
    return AlertOverride(enabled=said.enabled, threshold=threshold, for_=said.lasting, severity=said.severity)
