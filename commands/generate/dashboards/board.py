"""What a dashboard is made of, as plain data; `build.py` makes Grafana's JSON of it.

Queries are written with a few marks, so that no panel can forget what they stand for:

- `<here>`: the series of the chosen installation.
- `<kubernetes>`: the same for series that are told by the Kubernetes namespace, such as kube-state-metrics'. Behind
  `exported_` it names that label.
- `<namespaces>`: the chosen Temporal namespaces.
- `[R]`: Grafana's range for rates, four scrapes at least.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MARKS = {
    "<here>": 'installation=~"$installation"',
    "<kubernetes>": 'namespace=~"$installation"',
    "<namespaces>": 'temporal_namespace=~"$temporal_namespace"',
    "[R]": "[$__rate_interval]",
}
_QUANTILES = (0.5, 0.95, 0.99)
Source = Literal["prometheus", "loki"]
Kind = Literal["timeseries", "stat", "table", "logs"]


@dataclass(frozen=True)
class Query:
    """One query of a panel, in the language of the panel's source."""

    expression: str
    legend: str = ""
    """The name of a series, such as `{{operation}}`; tables and logs need none."""


@dataclass(frozen=True)
class Panel:
    """One panel."""

    title: str
    unit: str
    """One of Grafana's units, such as `s`, `reqps` or `percentunit`."""
    description: str
    """What is normal and when to worry."""
    queries: tuple[Query, ...]
    kind: Kind = "timeseries"
    source: Source = "prometheus"
    stacked: bool = False
    alert: str = ""
    """The alert whose threshold is drawn, none if empty. The figure is the catalogue's, not what a stack has chosen."""


@dataclass(frozen=True)
class Row:
    """Panels below one heading."""

    title: str
    panels: tuple[Panel, ...]
    across: int = 3
    """How many stand side by side; what is left over for the last line fills it."""
    height: int = 8


@dataclass(frozen=True)
class Choice:
    """A variable whose values a query finds; all of them are chosen at first."""

    name: str
    label: str
    query: str
    """`label_values(series, label)`."""
    several: bool = True
    """False for exactly one value."""


@dataclass(frozen=True)
class Words:
    """A variable that a person chooses from fixed values, of which all are chosen at first."""

    name: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Typed:
    """A variable that a person types."""

    name: str
    label: str
    default: str


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[Choice | Words | Typed, ...] = ()
    """Beside the source of the metrics and the installation, which every dashboard has."""
    sources: Sequence[Source] = ("prometheus",)


INSTALLATION = Choice(
    "installation", "Installation", 'label_values(up{job=~"temporal-.+"}, installation)', several=False
)
NAMESPACES = Choice(
    "temporal_namespace", "Temporal namespace", "label_values(service_requests{<here>}, temporal_namespace)"
)


def quantiles(buckets: str) -> tuple[Query, ...]:
    """The median, the 95th and the 99th percentile of one sum of buckets."""
    return tuple(Query(f"histogram_quantile({quantile}, {buckets})", f"p{quantile * 100:g}") for quantile in _QUANTILES)


def share(part: str, whole: str) -> str:
    """A share that is zero, not nothing, before the first event: a counter is absent until then."""
    return f"({part} or 0 * {whole}) / {whole}"


def rendered(text: str) -> str:
    """The text with every mark replaced."""
    for mark, meaning in MARKS.items():
        text = text.replace(mark, meaning)
    return text
