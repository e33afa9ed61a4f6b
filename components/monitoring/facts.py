"""What the rules need to know of a stack."""

from collections.abc import Iterator
from typing import Final

from components.monitoring.rules import RuleFacts
from settings import SelfHostedSettings, Settings
from settings.cloudnative_pg import CloudNativePg
from settings.monitoring.amazon import Amazon
from settings.monitoring.models import ByOperator
from settings.monitoring.watched import Watched
from settings.sizes import SERVICE_NAMES, ServiceName
from settings.tls import CertManager
from settings.visibility import OpenSearch, Postgres

_RUNBOOKS: Final = "docs/runbooks"


def rule_facts(settings: Settings, said: Watched) -> RuleFacts:
    """`said` is what the stack file says of its monitoring."""
    server = settings if isinstance(settings, SelfHostedSettings) else None
    return RuleFacts(
        installation=settings.name,
        facts=frozenset(_facts(settings, said)),
        expected=SERVICE_NAMES if server else (),
        replicated=_replicated(server) if server else (),
        shards=server.backend.shards if server else 0,
        overrides=said.alerts,
        runbooks=said.runbooks or _RUNBOOKS,
        objectives=said.objectives,
        grafana=said.grafana if isinstance(said, ByOperator | Amazon) else None,
    )


def _replicated(settings: SelfHostedSettings) -> list[ServiceName]:
    return [service for service in SERVICE_NAMES if settings.service(service).replicas > 1]


def _facts(settings: Settings, said: Watched) -> Iterator[str]:
    if any(workload.metrics_port for workload in settings.workloads):
        yield "sdk"
    if isinstance(said, ByOperator) and said.kube_state_metrics:
        yield "kube-state-metrics"
    if isinstance(said, ByOperator) and said.cloud:
        yield "cloud"
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
    if settings.asks_postgres():
        yield "postgres-exporter"
    if settings.asks_search():
        yield "elasticsearch-exporter"
        if not isinstance(settings.visibility, OpenSearch) or settings.visibility.nodes > 1:
            yield "search-copies"
    if isinstance(settings.database, CloudNativePg):
        yield "cloudnative-pg"
    if isinstance(settings.tls, CertManager) and isinstance(said, ByOperator):
        yield "cert-manager"
