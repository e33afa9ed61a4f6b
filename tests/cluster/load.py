"""A program as an application team would write it: knows Temporal only by its environment.

Runs as a process of its own: `python load.py EXECUTIONS SECONDS` starts that many executions evenly over those seconds
and prints one JSON line when all have ended. Each runs two activities, a second apart, and returns what they returned.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

Result = TypeVar("Result")
QUEUE = "load"
PATIENCE_SECONDS = 180


@activity.defn
async def step(number: int) -> int:
    """Returns its argument."""
    return number


@workflow.defn
class Order:
    """Two activities, each retried until it succeeds."""

    @workflow.run
    async def run(self, number: int) -> list[int]:
        """Returns number * 10 + 1 and number * 10 + 2."""
        done = []
        for part in (1, 2):
            done.append(
                await workflow.execute_activity(
                    step,
                    number * 10 + part,
                    start_to_close_timeout=timedelta(seconds=10),
                    retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=2)),
                )
            )
            await workflow.sleep(timedelta(seconds=1))
        return done


async def patiently(call: Callable[[], Awaitable[Result]]) -> Result:
    """The call's result; repeated like a patient client does while the server answers with an error."""
    began = time.monotonic()
    while True:
        try:
            return await call()
        except RPCError:
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise
            await asyncio.sleep(0.5)


async def execute(client: Client, prefix: str, number: int) -> tuple[bool, int, float]:
    """One execution from start to end: (right result, completed activities in its history, seconds)."""
    began = time.monotonic()
    id_ = f"{prefix}-{number}"
    existing = WorkflowIDConflictPolicy.USE_EXISTING
    handle = await patiently(
        lambda: client.start_workflow(Order.run, number, id=id_, task_queue=QUEUE, id_conflict_policy=existing)
    )
    result = await patiently(handle.result)
    history = await patiently(handle.fetch_history)
    completed = sum(event.HasField("activity_task_completed_event_attributes") for event in history.events)
    return result == [number * 10 + 1, number * 10 + 2], completed, time.monotonic() - began


async def main(executions: int, seconds: float) -> None:
    """Runs the load and prints the counts."""
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    prefix = f"load-{uuid.uuid4()}"
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[Order],
        activities=[step],
        workflow_runner=UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=timedelta(seconds=5),
    ):
        print("started", flush=True)
        running = []
        for number in range(executions):
            running.append(asyncio.create_task(execute(client, prefix, number)))
            await asyncio.sleep(seconds / executions)
        results = await asyncio.gather(*running)
    right, completed, elapsed = zip(*results, strict=True)
    print(
        json.dumps({"right": sum(right), "activities": sum(completed), "slowest": round(max(elapsed), 1)}), flush=True
    )
    os._exit(0)  # the SDK's native threads now and then crash an interpreter that is shutting down


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
