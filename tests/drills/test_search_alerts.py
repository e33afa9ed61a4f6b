"""Alerts of a search store in reality: it is taken away, and the messages are waited for at the webhook, with the time
that they took; so are those of its coming back.

Times to hold are ten seconds here, minutes in a stack that says nothing.
"""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import pytest

from tests.cluster.monitored import Monitored, monitored_stack
from tests.cluster.stack import until
from tests.drills.telling import SOON, heard, message, start_workflows, without

ALERTS: Final[dict[str, Any]] = {"TemporalSearchMetricsMissing": SOON, "TemporalSearchStoreDown": SOON}
CHANGES: Final[dict[str, Any]] = {"visibility": {"kind": "opensearch", "storage": "1Gi"}}
QUIET: Final = 'count(elasticsearch_cluster_health_status) unless on () count(ALERTS{alertname=~"TemporalSearch.+"})'


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """The stack with shorter times."""
    with monitored_stack(tmp_path_factory.mktemp("told"), ALERTS, CHANGES) as found:
        yield found


def test_a_search_store_that_is_away(monitored: Monitored) -> None:
    """First its figures are missed, then nothing was written for five minutes; and that it is back. While the stack was
    made its figures may have been missed, too."""
    until("nothing is wrong", lambda: monitored.query(QUIET), 180)
    before = heard(monitored)
    with without(monitored, "statefulset", "temporal-opensearch"):
        since = time.monotonic()
        for alert in ALERTS:
            until(f"{alert} is told", partial(_told, monitored, alert, before), 600)
            print(f"{alert}: told {time.monotonic() - since:.0f} s after the fault")
        before = heard(monitored)
    since = time.monotonic()
    for alert in ALERTS:
        until(f"the end of {alert} is told", partial(message, monitored, alert, "RESOLVED", before), 480)
        print(f"{alert}: resolved {time.monotonic() - since:.0f} s after the search store is back")


def _told(monitored: Monitored, alert: str, before: int) -> str | None:
    """A message of after the fault. Something is to be written all the time."""
    asyncio.run(start_workflows(monitored, 1, "nobody-at-all", None))
    return message(monitored, alert, since=before)
