"""`temporal:monitoring: {kind: bundled}`: a Prometheus, an Alertmanager and a Grafana of the stack's own."""

from typing import Annotated, Literal

from settings.facts import changing
from settings.monitoring.deployed import STORAGE, Deployed, Stored
from settings.scalars import Bytes, Duration
from settings.sizes import Part


class Prometheus(Stored):
    """One Prometheus with a volume. It serves TLS to whoever shows a certificate of the stack's monitoring."""

    storage: Annotated[Bytes, STORAGE] = "20Gi"
    """Size of the volume."""
    retention: Annotated[Duration, changing("rolling", "Prometheus restarts")] = "15d"
    """How long it keeps what it has read. It also drops the oldest when the volume is nine tenths full."""


class Alertmanager(Stored):
    """One Alertmanager with a volume for silences. It serves TLS to whoever shows a certificate of the stack's
    monitoring."""

    storage: Annotated[Bytes, STORAGE] = "1Gi"
    """Size of the volume."""


class Grafana(Stored):
    """One Grafana with the dashboards. It serves TLS; people sign in as `admin` with the password in the Secret
    temporal-grafana-admin."""

    storage: Annotated[Bytes, STORAGE] = "1Gi"
    """Size of the volume, for what people add."""


class Bundled(Deployed):
    """Prometheus and Alertmanager of the stack's own, in its Kubernetes namespace. Nobody else may read the metrics,
    where the cluster's network enforces policies."""

    kind: Annotated[Literal["bundled"], changing("replaced", "its objects go; the server's pods restart")]
    """This way's name."""
    prometheus: Prometheus = Prometheus()
    """What reads and keeps metrics, and evaluates rules."""
    alertmanager: Alertmanager = Alertmanager()
    """What tells people."""
    grafana: Grafana | None = None
    """What shows dashboards; not deployed when left out."""

    def parts(self) -> dict[Part, Stored]:
        """What is deployed, by its key."""
        shown: dict[Part, Stored] = {"grafana": self.grafana} if self.grafana else {}
        return {"prometheus": self.prometheus, "alertmanager": self.alertmanager, **shown}
