"""What a search costs: run by `make bench` against a deployed stack, which it knows by its environment alone."""

import asyncio
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Sequence

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

EXECUTIONS = 10_000
PROBES = 200
PAGE = 100
_TYPE = "SearchFigures"
_AT_ONCE = 50
_QUEUE = "nobody"  # no worker: they stay open


def main() -> None:
    """Prints a JSON object: seconds as `median` and `p99` of `searchable` and `list`, and the number of executions."""
    print(json.dumps(asyncio.run(_figures())))
    sys.stdout.flush()
    os._exit(0)  # the SDK's native threads now and then crash an interpreter that is shutting down


async def _figures() -> dict[str, object]:
    client = await Client.connect(**ClientConfig.load_client_connect_config(disable_file=True))
    await _fill(client)
    searchable = [await _until_found(client) for _ in range(PROBES)]
    listed = [await _list(client) for _ in range(PROBES)]
    return {
        "executions": EXECUTIONS,
        "searchable": _summary(searchable),
        "list": _summary(listed),
    }


async def _fill(client: Client) -> None:
    prefix, slots = f"figures-{uuid.uuid4().hex[:8]}", asyncio.Semaphore(_AT_ONCE)

    async def start(number: int) -> None:
        async with slots:
            await client.start_workflow(_TYPE, id=f"{prefix}-{number}", task_queue=_QUEUE)

    await asyncio.gather(*(start(number) for number in range(EXECUTIONS)))
    while (await client.count_workflows(f"WorkflowType = '{_TYPE}'")).count < EXECUTIONS:
        await asyncio.sleep(0.5)


async def _until_found(client: Client) -> float:
    """Seconds from the answer to a start until a count finds it."""
    id_ = f"probe-{uuid.uuid4()}"
    await client.start_workflow("SearchProbe", id=id_, task_queue=_QUEUE)
    started = time.monotonic()
    while not (await client.count_workflows(f"WorkflowId = '{id_}'")).count:
        await asyncio.sleep(0.01)
    return time.monotonic() - started


async def _list(client: Client) -> float:
    """Seconds that one page takes."""
    pages = client.list_workflows(f"WorkflowType = '{_TYPE}'", page_size=PAGE, limit=PAGE)
    started = time.monotonic()
    found = [execution.id async for execution in pages]
    if len(found) != PAGE:
        raise RuntimeError(f"a page of {PAGE} holds {len(found)}")
    return time.monotonic() - started


def _summary(seconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"median": cuts[49], "p99": cuts[98]}


if __name__ == "__main__":
    main()
