"""What every way of watching a stack has."""

from typing import Annotated, Final, Literal

from settings.base import Model
from settings.checks import Text
from settings.facts import changing
from settings.monitoring.notifications import Notifications
from settings.monitoring.objectives import Objectives
from settings.monitoring.overrides import AlertName, Override
from settings.monitoring.postgres import PostgresLogin
from settings.monitoring.search import SearchMonitor
from settings.scalars import Duration

_SERVED: Final = changing("rolling", "the server's pods restart")
_RULES: Final = changing("nothing", "the rules are loaded again")

Framework = Literal["tally", "opentelemetry"]

Place = Annotated[
    str,
    Text(
        r"""https?://[^\s"'<>`|\\]{1,400}[^\s"'<>`|\\/]""",
        "a URL with https:// or http://, not ending with '/'",
        ("https://grafana.example.com",),
    ),
]


class Watched(Model):
    """What every way of watching has."""

    framework: Annotated[Framework, _SERVED] = "tally"
    """The library that the server counts with. Names and labels are the same with either; tally is the server's own
    default and knows no limit of series, opentelemetry keeps series apart that differ in their labels only."""
    interval: Annotated[Duration, changing("nothing", "Prometheus follows it")] = "30s"
    """How often metrics are read."""
    alerts: Annotated[dict[AlertName, Override], _RULES] = {}
    """What is different from the catalogue of alerts (docs/runbooks), by an alert's name."""
    objectives: Objectives = Objectives()
    """What the frontend promises. Nothing with Temporal Cloud, which has promises of its own."""
    runbooks: Annotated[Place | None, _RULES] = None
    """Where the folder docs/runbooks is published, for the links in alerts; when left out, they name the file in this
    repository."""
    postgres: PostgresLogin | None = None
    """Who reads the figures of an existing database or of Zalando's; nobody when left out. A database in the cluster
    gets a user for that, other kinds tell by themselves."""
    search: SearchMonitor | None = None
    """Who reads the figures of an existing OpenSearch or Elasticsearch; nobody when left out. One in the cluster has a
    user for that, a domain of Amazon OpenSearch Service tells by itself."""
    notifications: Notifications | None = None
    """Who is told of alerts. Left out, they are only to be seen."""
