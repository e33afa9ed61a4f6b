"""`temporal:traces`: where traces are sent, and how many."""

from typing import Annotated, Final

from settings.base import Model
from settings.checks import Number, Text
from settings.facts import changing
from settings.references import SecretKey

_TOLD: Final = changing("rolling", "the server's pods and the workloads restart")

FOLDER: Final = "/etc/temporal/traces"
"""Where pods find the authority of who takes traces."""

Collector = Annotated[
    str,
    Text(
        r"https?://[a-z0-9]([-.a-z0-9]{0,252}):[1-9][0-9]{0,4}",
        "https://, or http:// for no TLS, then host and port, without path",
        ("https://collector.observability.svc:4317",),
    ),
]


class Traces(Model):
    """Spans of the server and of workloads, by OTLP over gRPC. Those of the server tell ids of workflows and names of
    calls, nothing of what is in them."""

    endpoint: Annotated[Collector, _TOLD]
    """Who takes them: an OpenTelemetry Collector, Grafana Alloy, Tempo, Jaeger. OTLP over gRPC mostly has port 4317."""
    ca: SecretKey | None = None
    """Authority of its certificate, PEM; a public one when left out. The Secret has to be in the installation's
    namespace and in those of applications with workloads."""
    headers: SecretKey | None = None
    """Headers that let the sender in, written `name=value,other=value`; none when left out. The Secret has to be in the
    same namespaces."""
    ratio: Annotated[float, Number(0, 1), changing("rolling", "the server's pods and the workloads restart")] = 0.01
    """Share of traces that is sent, by whoever begins a trace: the others follow. One in a hundred when left out: every
    poll of a worker begins one in the server. With 0 the server sends only its part of traces that callers began."""
