"""What drills of alerts share: faults in a monitored stack, and messages about them at the webhook."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.envconfig import ClientConfigProfile
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.cluster import sinks
from tests.cluster.monitored import NAME, Monitored
from tests.cluster.stack import until

SOON: Final = {"for": "10s"}
"""Of an alert, as the stack file has it."""
QUEUE: Final = "alerts"


@workflow.defn
class Fails:
    """Fails, or succeeds."""

    @workflow.run
    async def run(self, fails: bool) -> str:  # noqa: FBT001 - an input of a workflow
        if fails:
            raise ApplicationError("as it was told", non_retryable=True)
        return "done"


def heard(monitored: Monitored) -> int:
    """How many messages the webhook has got so far."""
    return len(sinks.told(monitored.told, sinks.SLACK))


def message(monitored: Monitored, alert: str, status: str = "FIRING", since: int = 0) -> str | None:
    """The first message of the webhook about an alert, leaving out the first `since` messages."""
    head = "[RESOLVED]" if status == "RESOLVED" else f"[{status}]"
    for text in sinks.told(monitored.told, sinks.SLACK)[since:]:
        [attachment] = json.loads(text)["attachments"]
        is_resolved = attachment["title"].startswith("[RESOLVED]")
        if f"runbooks/{alert}.md" in attachment["text"] and is_resolved == (head == "[RESOLVED]"):
            return str(attachment["text"])
    return None


def seen(monitored: Monitored, alert: str, since: float, seconds: float) -> str:
    """The message, once it is there; says how long it took."""
    text: str = until(f"{alert} is told", lambda: message(monitored, alert), seconds)
    print(f"{alert}: told {time.monotonic() - since:.0f} s after the fault: {text.splitlines()[0]}")
    return text


async def _client(monitored: Monitored) -> Client:
    profile = ClientConfigProfile.load(disable_file=True, override_env_vars=monitored.stack.client())
    return await Client.connect(**profile.to_client_connect_config())


async def run_workflows(monitored: Monitored, count: int, *, fails: bool) -> None:
    """So many workflows with a worker, one after the other."""
    client = await _client(monitored)
    async with Worker(client, task_queue=QUEUE, workflows=[Fails], workflow_runner=UnsandboxedWorkflowRunner()):
        for _ in range(count):
            running = await client.start_workflow(Fails.run, fails, id=os.urandom(8).hex(), task_queue=QUEUE)
            try:
                await running.result()
            except WorkflowFailureError:
                assert fails


async def start_workflows(monitored: Monitored, count: int, queue: str, timeout: timedelta | None) -> None:
    """So many workflows that nobody works on."""
    client = await _client(monitored)
    for _ in range(count):
        await client.start_workflow("Anything", id=os.urandom(8).hex(), task_queue=queue, execution_timeout=timeout)


@contextmanager
def without(monitored: Monitored, kind: str, name: str) -> Iterator[None]:
    """While it has no pod."""
    scale = ("-n", NAME, "scale", kind, name)
    monitored.stack.kubectl(*scale, "--replicas=0")
    try:
        yield
    finally:
        monitored.stack.kubectl(*scale, "--replicas=1")
        monitored.stack.kubectl("-n", NAME, "rollout", "status", f"{kind}/{name}", "--timeout=180s")
