"""Starts one workflow execution with the profile of a TOML file, and prints its result.

TEMPORAL_CONFIG_FILE names the file, TEMPORAL_PROFILE the profile in it; every SDK and the CLI read both.
"""

import asyncio
import uuid

from temporalio.client import Client
from temporalio.envconfig import ClientConfig


async def main() -> None:
    """Needs a worker, such as the one in ../kubernetes."""
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    print(
        await client.execute_workflow("Greeting", "Temporal", id=f"greeting-{uuid.uuid4()}", task_queue="greetings"),
        flush=True,
    )


if __name__ == "__main__":
    asyncio.run(main())
