"""Alerts in reality: each fault is made on a real stack, and the message is waited for at the webhook, with the time
that it took; the coming back of the database and of the search store is waited for, too.

Times to hold are ten seconds here, minutes in a stack that says nothing; what a fault takes to be seen is the server's
and Prometheus' own.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.envconfig import ClientConfigProfile
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.cluster import sinks
from tests.cluster.monitored import NAME, Monitored, monitored_stack
from tests.cluster.stack import until

SOON: Final = {"for": "10s"}
ALERTS: Final[dict[str, Any]] = {
    "TemporalCertificateExpiring": SOON,
    "HighWorkflowFailureRate": SOON,
    "WorkflowExecutionTimeout": SOON,
    "TemporalTaskQueueBacklogOld": {**SOON, "threshold": "10s"},
    "TemporalTaskQueueNoPollers": SOON,
    "TemporalArchivalFailing": SOON,
    "TemporalPersistenceErrorRatioHigh": SOON,
    "TemporalSearchMetricsMissing": SOON,
    "TemporalSearchStoreDown": SOON,
}
CHANGES: Final[dict[str, Any]] = {
    "tls": {"kind": "generated", "leafDays": 10},
    "archival": {"kind": "in-cluster", "storage": "1Gi"},
    "visibility": {"kind": "opensearch", "storage": "1Gi"},
    "namespaces": [{"name": "default", "retention": "3d", "archival": True}],
    "backend": {
        "kind": "self-hosted",
        "shards": 16,
        "dynamicConfig": {"history.archivalProcessorArchiveDelay": [{"value": "1s"}]},
    },
}
"""Certificates that end within the two weeks of which the server warns; an archive that is written at once."""
QUEUE: Final = "alerts"


@workflow.defn
class Fails:
    """Fails, or succeeds."""

    @workflow.run
    async def run(self, fails: bool) -> str:  # noqa: FBT001 - an input of a workflow
        if fails:
            raise ApplicationError("as it was told", non_retryable=True)
        return "done"


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """The stack with shorter times."""
    with monitored_stack(tmp_path_factory.mktemp("told"), ALERTS, CHANGES) as found:
        yield found


def _told(monitored: Monitored, alert: str, status: str = "FIRING") -> str | None:
    """The first message of the webhook about an alert."""
    head = "[RESOLVED]" if status == "RESOLVED" else f"[{status}]"
    for text in sinks.told(monitored.told, sinks.SLACK):
        [attachment] = json.loads(text)["attachments"]
        is_resolved = attachment["title"].startswith("[RESOLVED]")
        if f"runbooks/{alert}.md" in attachment["text"] and is_resolved == (head == "[RESOLVED]"):
            return str(attachment["text"])
    return None


def _seen(monitored: Monitored, alert: str, since: float, seconds: float) -> str:
    """The message, once it is there; says how long it took."""
    text: str = until(f"{alert} is told", lambda: _told(monitored, alert), seconds)
    print(f"{alert}: told {time.monotonic() - since:.0f} s after the fault: {text.splitlines()[0]}")
    return text


async def _client(monitored: Monitored) -> Client:
    profile = ClientConfigProfile.load(disable_file=True, override_env_vars=monitored.stack.client())
    return await Client.connect(**profile.to_client_connect_config())


async def _run(monitored: Monitored, count: int, *, fails: bool) -> None:
    """So many workflows with a worker, one after the other."""
    client = await _client(monitored)
    async with Worker(client, task_queue=QUEUE, workflows=[Fails], workflow_runner=UnsandboxedWorkflowRunner()):
        for _ in range(count):
            running = await client.start_workflow(Fails.run, fails, id=os.urandom(8).hex(), task_queue=QUEUE)
            try:
                await running.result()
            except WorkflowFailureError:
                assert fails


async def _start(monitored: Monitored, count: int, queue: str, timeout: timedelta | None) -> None:
    """So many workflows that nobody works on."""
    client = await _client(monitored)
    for _ in range(count):
        await client.start_workflow("Anything", id=os.urandom(8).hex(), task_queue=queue, execution_timeout=timeout)


@contextmanager
def _without(monitored: Monitored, kind: str, name: str) -> Iterator[None]:
    """While it has no pod."""
    scale = ("-n", NAME, "scale", kind, name)
    monitored.stack.kubectl(*scale, "--replicas=0")
    try:
        yield
    finally:
        monitored.stack.kubectl(*scale, "--replicas=1")
        monitored.stack.kubectl("-n", NAME, "rollout", "status", f"{kind}/{name}", "--timeout=180s")


def test_certificates_that_end_soon(monitored: Monitored) -> None:
    _seen(monitored, "TemporalCertificateExpiring", time.monotonic(), 300)


def test_a_backlog_that_nobody_works_on(monitored: Monitored) -> None:
    """First its age, then that nobody polls, which the server says after two minutes and for further tasks alone."""
    since = time.monotonic()
    asyncio.run(_start(monitored, 3, "nobody", None))
    assert "default/nobody" in _seen(monitored, "TemporalTaskQueueBacklogOld", since, 240)

    def told() -> str | None:
        asyncio.run(_start(monitored, 1, "nobody", None))
        return _told(monitored, "TemporalTaskQueueNoPollers")

    until("TemporalTaskQueueNoPollers is told", told, 420)
    _seen(monitored, "TemporalTaskQueueNoPollers", since, 1)


def test_workflows_that_fail(monitored: Monitored) -> None:
    since = time.monotonic()
    asyncio.run(_run(monitored, 30, fails=True))
    assert "default: " in _seen(monitored, "HighWorkflowFailureRate", since, 240)


def test_workflows_that_time_out(monitored: Monitored) -> None:
    since = time.monotonic()
    asyncio.run(_start(monitored, 20, "nobody-either", timedelta(seconds=1)))
    assert "default: " in _seen(monitored, "WorkflowExecutionTimeout", since, 240)


def test_an_archive_that_is_away(monitored: Monitored) -> None:
    with _without(monitored, "statefulset", "temporal-archive"):
        since = time.monotonic()
        asyncio.run(_run(monitored, 10, fails=False))
        _seen(monitored, "TemporalArchivalFailing", since, 420)


def test_a_search_store_that_is_away(monitored: Monitored) -> None:
    """First its figures are missed, then nothing was written for five minutes; and that it is back."""
    with _without(monitored, "statefulset", "temporal-opensearch"):
        since = time.monotonic()
        _seen(monitored, "TemporalSearchMetricsMissing", since, 180)

        def told() -> str | None:
            asyncio.run(_start(monitored, 1, "nobody-at-all", None))
            return _told(monitored, "TemporalSearchStoreDown")

        until("TemporalSearchStoreDown is told", told, 600)
        _seen(monitored, "TemporalSearchStoreDown", since, 1)
    since = time.monotonic()
    for alert in ("TemporalSearchMetricsMissing", "TemporalSearchStoreDown"):
        until(f"the end of {alert} is told", partial(_told, monitored, alert, "RESOLVED"), 480)
        print(f"{alert}: resolved {time.monotonic() - since:.0f} s after the search store is back")


def test_a_database_that_is_away(monitored: Monitored) -> None:
    """And that it is back."""
    with _without(monitored, "statefulset", "temporal-postgres"):
        since = time.monotonic()
        _seen(monitored, "TemporalPersistenceErrorRatioHigh", since, 300)
    since = time.monotonic()
    until("it is told", lambda: _told(monitored, "TemporalPersistenceErrorRatioHigh", "RESOLVED"), 480)
    print(f"TemporalPersistenceErrorRatioHigh: resolved {time.monotonic() - since:.0f} s after the database is back")
