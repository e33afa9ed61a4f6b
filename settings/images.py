"""`temporal:images`: where images come from."""

from typing import Annotated

from settings.base import Model
from settings.facts import changing
from settings.scalars import Digest, ObjectName, RegistryPath

_ROLLING = changing("rolling", "pods of the image restart")


class Digests(Model):
    """Content digests. A tag can be moved, a digest cannot; it must be the digest of the version in use."""

    server: Annotated[Digest | None, _ROLLING] = None
    """Of temporalio/server."""
    admin_tools: Annotated[Digest | None, changing("nothing", "jobs run again")] = None
    """Of temporalio/admin-tools."""
    ui: Annotated[Digest | None, _ROLLING] = None
    """Of temporalio/ui."""
    postgres: Annotated[Digest | None, _ROLLING] = None
    """Of library/postgres."""
    opensearch: Annotated[Digest | None, _ROLLING] = None
    """Of opensearchproject/opensearch."""
    versitygw: Annotated[Digest | None, _ROLLING] = None
    """Of versity/versitygw."""
    prometheus: Annotated[Digest | None, _ROLLING] = None
    """Of prom/prometheus."""
    alertmanager: Annotated[Digest | None, _ROLLING] = None
    """Of prom/alertmanager."""
    grafana: Annotated[Digest | None, _ROLLING] = None
    """Of grafana/grafana."""
    postgres_exporter: Annotated[Digest | None, _ROLLING] = None
    """Of prometheuscommunity/postgres-exporter."""
    elasticsearch_exporter: Annotated[Digest | None, _ROLLING] = None
    """Of prometheuscommunity/elasticsearch-exporter."""


class Images(Model):
    """Upstream images, from their own registry or a mirror."""

    registry: Annotated[RegistryPath | None, _ROLLING] = None
    """Mirror that replaces docker.io: images are then <registry>/temporalio/server and so on."""
    pull_secrets: Annotated[tuple[ObjectName, ...], changing("rolling", "all pods restart")] = ()
    """Secrets of type kubernetes.io/dockerconfigjson in the installation's namespace."""
    digests: Digests = Digests()
    """Digests that pods must run."""
