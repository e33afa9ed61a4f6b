"""A worker as an application would write it: all that it knows of its surroundings is in its environment."""

import asyncio
import os
import signal
import tempfile
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from tracing import interceptors

VOLUME = Path("/app/data")


def journal_file() -> Path:
    """On the volume, where there is one. Not looked for when the file is loaded: workflows load it, too."""
    return (VOLUME if VOLUME.exists() else Path(tempfile.gettempdir())) / "journal"


@activity.defn
async def note(line: str) -> list[str]:
    """Adds a line to the journal on the volume; returns all of it."""
    file = journal_file()
    with file.open("a") as journal:
        journal.write(f"{line}\n")
    return file.read_text().splitlines()


@activity.defn
async def outlast() -> int:
    """Goes on for seconds after the worker was told to end; returns the number of its attempt."""
    await activity.wait_for_worker_shutdown()
    await asyncio.sleep(3)
    return activity.info().attempt


@workflow.defn
class Note:
    @workflow.run
    async def run(self, line: str) -> list[str]:
        return await workflow.execute_activity(note, line, start_to_close_timeout=timedelta(seconds=30))


@workflow.defn
class Outlast:
    @workflow.run
    async def run(self) -> int:
        return await workflow.execute_activity(outlast, start_to_close_timeout=timedelta(seconds=120))


async def main() -> None:
    """Works until SIGTERM, then ends what is under way."""
    address = os.environ.get("TEMPORAL_METRICS_ADDRESS")
    metrics = PrometheusConfig(bind_address=address) if address else None
    runtime = Runtime(telemetry=TelemetryConfig(metrics=metrics))
    config = ClientConfig.load_client_connect_config()
    client = await Client.connect(**config, runtime=runtime, interceptors=interceptors())
    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    worker = Worker(
        client,
        task_queue=os.environ["TEMPORAL_TASK_QUEUE"],
        workflows=[Note, Outlast],
        activities=[note, outlast],
        max_concurrent_activities=int(os.environ.get("TEMPORAL_MAX_CONCURRENT_ACTIVITIES", "100")),
        graceful_shutdown_timeout=timedelta(seconds=int(os.environ["TEMPORAL_GRACEFUL_SHUTDOWN_SECONDS"])),
    )
    async with worker:
        await ending.wait()


if __name__ == "__main__":
    asyncio.run(main())
