"""Starts executions with search attributes, as an application does: knows Temporal only by its environment.

`python searchable.py COUNT`: the execution N has CaseId `case-<N modulo 50>` and Amount N; nobody works on them.
"""

import asyncio
import os
import sys
import uuid

from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.envconfig import ClientConfig

CASE, AMOUNT = SearchAttributeKey.for_keyword("CaseId"), SearchAttributeKey.for_int("Amount")
AT_ONCE = 20


async def main(count: int) -> None:
    """Starts them, some at once."""
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    prefix, slots = f"searchable-{uuid.uuid4()}", asyncio.Semaphore(AT_ONCE)

    async def start(number: int) -> None:
        case, amount = SearchAttributePair(CASE, f"case-{number % 50}"), SearchAttributePair(AMOUNT, number)
        async with slots:
            await client.start_workflow(
                "Searchable",
                id=f"{prefix}-{number}",
                task_queue="nobody",
                search_attributes=TypedSearchAttributes([case, amount]),
            )

    await asyncio.gather(*(start(number) for number in range(count)))
    os._exit(0)  # the SDK's native threads now and then crash an interpreter that is shutting down


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
