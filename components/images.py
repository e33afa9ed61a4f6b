"""Which image a pod runs: upstream's, from a mirror if the stack has one, held by digest if it names one."""

from dataclasses import dataclass
from typing import Final

import versions
from settings.images import Images

_DOCKER_HUB: Final = "docker.io"


@dataclass(frozen=True, kw_only=True)
class ImageSource:
    """The images of one installation."""

    settings: Images
    """Mirror, pull secrets, digests."""
    server_version: str
    """Version of the server and of its schema tools."""

    @property
    def server(self) -> str:
        """Temporal's server."""
        return self._named(f"temporalio/server:{self.server_version}", self.settings.digests.server)

    @property
    def admin_tools(self) -> str:
        """Temporal's CLI and schema tools."""
        return self._named(f"temporalio/admin-tools:{self.server_version}", self.settings.digests.admin_tools)

    @property
    def ui(self) -> str:
        """Temporal's Web UI."""
        return self._named(f"temporalio/ui:{versions.TEMPORAL_UI}", self.settings.digests.ui)

    @property
    def postgres(self) -> str:
        """PostgreSQL with psql."""
        return self._named(f"library/postgres:{versions.POSTGRES}", self.settings.digests.postgres)

    @property
    def opensearch(self) -> str:
        """OpenSearch with its security plugin."""
        return self._named(f"opensearchproject/opensearch:{versions.OPENSEARCH}", self.settings.digests.opensearch)

    @property
    def versitygw(self) -> str:
        """An S3 server on a volume."""
        return self._named(f"versity/versitygw:v{versions.VERSITYGW}", self.settings.digests.versitygw)

    @property
    def prometheus(self) -> str:
        """Reads and keeps metrics."""
        return self._named(f"prom/prometheus:v{versions.PROMETHEUS}", self.settings.digests.prometheus)

    @property
    def alertmanager(self) -> str:
        """Tells people of alerts."""
        return self._named(f"prom/alertmanager:v{versions.ALERTMANAGER}", self.settings.digests.alertmanager)

    @property
    def grafana(self) -> str:
        """Shows dashboards."""
        return self._named(f"grafana/grafana:{versions.GRAFANA}", self.settings.digests.grafana)

    @property
    def postgres_exporter(self) -> str:
        """Tells Prometheus how PostgreSQL is."""
        name = f"prometheuscommunity/postgres-exporter:v{versions.POSTGRES_EXPORTER}"
        return self._named(name, self.settings.digests.postgres_exporter)

    @property
    def elasticsearch_exporter(self) -> str:
        """Tells Prometheus how OpenSearch or Elasticsearch is."""
        name = f"prometheuscommunity/elasticsearch-exporter:v{versions.ELASTICSEARCH_EXPORTER}"
        return self._named(name, self.settings.digests.elasticsearch_exporter)

    def _named(self, name: str, digest: str | None) -> str:
        return f"{self.settings.registry or _DOCKER_HUB}/{name}" + (f"@{digest}" if digest else "")
