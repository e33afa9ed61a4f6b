"""A worker that knows nothing of its connection: the environment says it (`ClientConfig`)."""

import asyncio
import os
import signal
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker, WorkerDeploymentConfig

TASK_QUEUE = "greetings"


@activity.defn
async def greet(name: str) -> str:
    """What takes time or may fail is an activity."""
    return f"Hello, {name}!"


@workflow.defn
class Greeting:
    """Greets one name."""

    @workflow.run
    async def run(self, name: str) -> str:
        """The greeting."""
        return await workflow.execute_activity(greet, name, start_to_close_timeout=timedelta(seconds=10))


def version() -> WorkerDeploymentConfig | None:
    """What Temporal Worker Controller says of this pod; None where nobody rolls out versions."""
    name, build = os.environ.get("TEMPORAL_DEPLOYMENT_NAME"), os.environ.get("TEMPORAL_WORKER_BUILD_ID")
    if not name or not build:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=name, build_id=build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def main() -> None:
    """Works until Kubernetes stops the pod, then finishes what is under way."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    async with Worker(
        client, task_queue=TASK_QUEUE, workflows=[Greeting], activities=[greet], deployment_config=version()
    ):
        print(f"working on {TASK_QUEUE} of {client.namespace}", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
