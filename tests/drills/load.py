"""Steady load, as an application makes it: knows Temporal only by its environment.

Runs as a process of its own: `python load.py RATE` starts RATE executions a second, whether earlier ones have ended or
not, until its standard input closes; then waits for the rest and prints one JSON line for each:
`{"at": start, "call": seconds of the start call, "total": seconds to the result, "error": null or what failed}`.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.envconfig import ClientConfig
from temporalio.service import RetryConfig
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "drill"
PATIENCE_SECONDS = 300
# The SDK's own retries, long enough for a database that is away for a minute; the default gives up after 10 s.
RETRIES = RetryConfig(max_interval_millis=1000, max_elapsed_time_millis=240_000, max_retries=1000)


@activity.defn
async def step(number: int) -> int:
    """Returns its argument."""
    return number


@workflow.defn
class Order:
    """One activity, retried until it succeeds."""

    @workflow.run
    async def run(self, number: int) -> int:
        """Returns `number`."""
        return await workflow.execute_activity(
            step,
            number,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=1)
            ),
        )


async def execute(client: Client, prefix: str, number: int) -> dict[str, Any]:
    """One execution from its start to its result."""
    at = time.time()
    began = time.monotonic()
    call, error = None, None
    try:
        handle = await client.start_workflow(Order.run, number, id=f"{prefix}-{number}", task_queue=QUEUE)
        call = time.monotonic() - began
        result = await handle.result()
        error = None if result == number else f"returned {result} instead of {number}"
    except Exception as failure:  # every failure of a call is what is counted
        error = f"{type(failure).__name__}: {failure}"
    return {"at": at, "call": call, "total": time.monotonic() - began, "error": error}


async def main(rate: float) -> None:
    """Runs the load and prints what became of each execution."""
    client = await Client.connect(**ClientConfig.load_client_connect_config(), retry_config=RETRIES)
    prefix = f"drill-{uuid.uuid4()}"
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=[Order],
        activities=[step],
        workflow_runner=UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=timedelta(seconds=5),
    ):
        await execute(client, f"{prefix}-first", 0)
        print("started", flush=True)
        running: list[asyncio.Task[dict[str, Any]]] = []
        began = time.monotonic()
        while not stop.is_set():
            running.append(asyncio.create_task(execute(client, prefix, len(running) + 1)))
            await asyncio.sleep(max(0.0, began + len(running) / rate - time.monotonic()))
        async with asyncio.timeout(PATIENCE_SECONDS):
            ended = await asyncio.gather(*running)
    print("\n".join(json.dumps(execution) for execution in ended), flush=True)
    os._exit(0)  # the SDK's native threads now and then crash an interpreter that is shutting down


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
