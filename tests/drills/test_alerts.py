"""Alerts in reality: each fault is made on a real stack, and the message is waited for at the webhook, with the time
that it took; the database's coming back is waited for, too.

Times to hold are ten seconds here, minutes in a stack that says nothing; what a fault takes to be seen is the server's
and Prometheus' own. A search store that is down is test_search_alerts.py's.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.cluster.monitored import Monitored, monitored_stack
from tests.cluster.stack import until
from tests.drills.telling import SOON, heard, message, run_workflows, seen, start_workflows, without

ALERTS: Final[dict[str, Any]] = {
    "TemporalCertificateExpiring": SOON,
    "HighWorkflowFailureRate": SOON,
    "WorkflowExecutionTimeout": SOON,
    "TemporalTaskQueueBacklogOld": {**SOON, "threshold": "10s"},
    "TemporalTaskQueueNoPollers": SOON,
    "TemporalArchivalFailing": SOON,
    "TemporalMatchingDown": SOON,
    "TemporalPersistenceErrorRatioHigh": SOON,
}
CHANGES: Final[dict[str, Any]] = {
    "tls": {"kind": "generated", "leafDays": 10},
    "archival": {"kind": "in-cluster", "storage": "1Gi"},
    "namespaces": [{"name": "default", "retention": "3d", "archival": True}],
    "backend": {
        "kind": "self-hosted",
        "shards": 16,
        "dynamicConfig": {"history.archivalProcessorArchiveDelay": [{"value": "1s"}]},
    },
}
"""Certificates that end within the two weeks of which the server warns; an archive that is written at once."""


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """The stack with shorter times."""
    with monitored_stack(tmp_path_factory.mktemp("told"), ALERTS, CHANGES) as found:
        yield found


def test_certificates_that_end_soon(monitored: Monitored) -> None:
    seen(monitored, "TemporalCertificateExpiring", time.monotonic(), 300)


def test_a_backlog_that_nobody_works_on(monitored: Monitored) -> None:
    """First its age, then that nobody polls, which the server says after two minutes and for further tasks alone."""
    since = time.monotonic()
    asyncio.run(start_workflows(monitored, 3, "nobody", None))
    assert "default/nobody" in seen(monitored, "TemporalTaskQueueBacklogOld", since, 240)

    def told() -> str | None:
        asyncio.run(start_workflows(monitored, 1, "nobody", None))
        return message(monitored, "TemporalTaskQueueNoPollers")

    until("TemporalTaskQueueNoPollers is told", told, 420)
    seen(monitored, "TemporalTaskQueueNoPollers", since, 1)


def test_workflows_that_fail(monitored: Monitored) -> None:
    since = time.monotonic()
    asyncio.run(run_workflows(monitored, 30, fails=True))
    assert "default: " in seen(monitored, "HighWorkflowFailureRate", since, 240)


def test_workflows_that_time_out(monitored: Monitored) -> None:
    since = time.monotonic()
    asyncio.run(start_workflows(monitored, 20, "nobody-either", timedelta(seconds=1)))
    assert "default: " in seen(monitored, "WorkflowExecutionTimeout", since, 240)


def test_an_archive_that_is_away(monitored: Monitored) -> None:
    with without(monitored, "statefulset", "temporal-archive"):
        since = time.monotonic()
        asyncio.run(run_workflows(monitored, 10, fails=False))
        seen(monitored, "TemporalArchivalFailing", since, 420)


def test_a_service_that_is_down(monitored: Monitored) -> None:
    """While the stack was made it may have been told, too."""
    before = heard(monitored)
    with without(monitored, "deployment", "temporal-matching"):
        since = time.monotonic()
        until("TemporalMatchingDown is told", lambda: message(monitored, "TemporalMatchingDown", since=before), 240)
        print(f"TemporalMatchingDown: told {time.monotonic() - since:.0f} s after the fault")


def test_a_database_that_is_away(monitored: Monitored) -> None:
    """And that it is back."""
    with without(monitored, "statefulset", "temporal-postgres"):
        since = time.monotonic()
        seen(monitored, "TemporalPersistenceErrorRatioHigh", since, 300)
    since = time.monotonic()
    until("it is told", lambda: message(monitored, "TemporalPersistenceErrorRatioHigh", "RESOLVED"), 480)
    print(f"TemporalPersistenceErrorRatioHigh: resolved {time.monotonic() - since:.0f} s after the database is back")
