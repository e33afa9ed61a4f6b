"""Where the metrics of a stack are, as its outputs tell applications."""

from components.handles import MetricsStore
from components.kubernetes import Installation
from components.later import later
from components.monitoring.own import places
from contract import MetricsReference, SecretReference, WorkspaceReference
from settings import SelfHostedSettings, Settings
from settings.monitoring.amazon import Amazon
from settings.monitoring.models import ByOperator, Nobody
from settings.tls import Provided


def metrics_reference(
    settings: Settings, installation: Installation, store: MetricsStore | None
) -> MetricsReference | None:
    """None for a stack that nobody watches. `store` is the workspace of one that has one."""
    said = settings.monitoring
    if isinstance(said, Nobody):
        return None
    if isinstance(said, Amazon):
        return MetricsReference(
            kind=said.kind,
            installation=installation.name,
            workspace=_workspace(store) if store else None,
            grafana=said.grafana or "",
        )
    if isinstance(said, ByOperator):
        return MetricsReference(kind=said.kind, installation=installation.name, grafana=said.grafana or "")
    return MetricsReference(
        kind=said.kind,
        installation=installation.name,
        prometheus=_url(installation, places.PROMETHEUS),
        client=SecretReference(namespace=installation.namespace, name=_certificate(settings)),
        grafana=_url(installation, places.GRAFANA) if said.grafana else "",
    )


def _workspace(store: MetricsStore) -> WorkspaceReference:
    return WorkspaceReference(url=later(store.url), arn=later(store.arn), region=store.region, topic=store.topic)


def _url(installation: Installation, called: str) -> str:
    return f"https://{installation.dns(called)}:{places.PORTS[called]}"


def _certificate(settings: Settings) -> str:
    given = (
        settings.tls.monitoring
        if isinstance(settings, SelfHostedSettings) and isinstance(settings.tls, Provided)
        else None
    )
    return given or places.CERTIFICATE
