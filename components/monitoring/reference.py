"""Where the metrics of a stack are, as its outputs tell applications."""

from components.kubernetes import Installation
from components.monitoring.bundled import places
from contract import MetricsReference, SecretReference
from settings import SelfHostedSettings, Settings
from settings.monitoring.models import ByOperator, Nobody
from settings.tls import Provided


def metrics_reference(settings: Settings, installation: Installation) -> MetricsReference | None:
    """None for a stack that nobody watches."""
    said = settings.monitoring
    if isinstance(said, Nobody):
        return None
    if isinstance(said, ByOperator):
        return MetricsReference(kind=said.kind, installation=installation.name, grafana=said.grafana or "")
    return MetricsReference(
        kind=said.kind,
        installation=installation.name,
        prometheus=_url(installation, places.PROMETHEUS),
        client=SecretReference(namespace=installation.namespace, name=_certificate(settings)),
        grafana=_url(installation, places.GRAFANA) if said.grafana else "",
    )


def _url(installation: Installation, called: str) -> str:
    return f"https://{installation.dns(called)}:{places.PORTS[called]}"


def _certificate(settings: Settings) -> str:
    given = (
        settings.tls.monitoring
        if isinstance(settings, SelfHostedSettings) and isinstance(settings.tls, Provided)
        else None
    )
    return given or places.CERTIFICATE
