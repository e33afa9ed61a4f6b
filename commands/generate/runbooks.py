"""The text of docs/runbooks/README.md: what people wrote in `runbooks.md` beside this file, with a table of the alerts
of each subject."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from commands.generate.markdown import table
from settings.monitoring.alerts import CATALOGUE, Alert

TEMPLATE: Final = Path(__file__).with_name("runbooks.md")
_HEAD: Final = ("alert", "severity", "after", "threshold", "says")
_TITLES: Final = {
    "slo": "Promises",
    "availability": "Availability",
    "api": "Calls",
    "persistence": "Persistence",
    "history": "History",
    "workflows": "Workflows",
    "taskqueues": "Task queues",
    "visibility": "Visibility",
    "search": "Search store",
    "archival": "Archival",
    "certificates": "Certificates",
    "database": "PostgreSQL",
    "workers": "Workers",
    "cloud": "Temporal Cloud",
}


def document() -> str:
    """The whole text. Raises KeyError for a group without a title."""
    groups = {name: list(alerts) for name, alerts in groupby(CATALOGUE.values(), key=lambda alert: alert.group)}
    if untitled := groups.keys() - _TITLES.keys():
        raise KeyError(f"no title for {', '.join(sorted(untitled))}")
    parts = ["\n".join([f"## {title}", "", *table(_HEAD, _rows(groups[name]))]) for name, title in _TITLES.items()]
    return TEMPLATE.read_text().replace("<!-- made: alerts -->", "\n\n".join(parts))


def _rows(alerts: list[Alert]) -> Iterator[tuple[str, ...]]:
    for alert in alerts:
        threshold = alert.threshold.value if alert.threshold else ""
        after = "at once" if alert.for_ == "0s" else alert.for_
        yield f"[{alert.name}]({alert.name}.md)", alert.severity, after, threshold, alert.summary
