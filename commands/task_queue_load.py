"""Task queues as applications use them: run by `make bench` against a deployed stack, which it knows by its
environment alone. `python -m commands.task_queue_load FIRST END` uses those from FIRST to END - 1, each once.
"""

import asyncio
import os
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from google.protobuf.duration_pb2 import Duration
from temporalio.api.command.v1 import Command
from temporalio.api.command.v1 import (
    CompleteWorkflowExecutionCommandAttributes as Completed,
)
from temporalio.api.command.v1 import ScheduleActivityTaskCommandAttributes as Scheduled
from temporalio.api.common.v1 import ActivityType
from temporalio.api.enums.v1 import CommandType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollActivityTaskQueueRequest,
    PollActivityTaskQueueResponse,
    PollWorkflowTaskQueueRequest,
    PollWorkflowTaskQueueResponse,
    RespondActivityTaskCompletedRequest,
    RespondWorkflowTaskCompletedRequest,
)
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

Task = TypeVar("Task", PollActivityTaskQueueResponse, PollWorkflowTaskQueueResponse)
_AT_ONCE = 20
_IDENTITY = "bench"


def main() -> None:
    """Returns once the last workflow is completed."""
    first, end = map(int, sys.argv[1:])
    asyncio.run(_use(range(first, end)))
    sys.stdout.flush()
    os._exit(0)  # the SDK's native threads now and then crash an interpreter that is shutting down


async def _use(numbers: range) -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config(disable_file=True))
    slots = asyncio.Semaphore(_AT_ONCE)

    async def use(number: int) -> None:
        async with slots:
            await _one(client, f"queue-{number}")

    await asyncio.gather(*map(use, numbers))


async def _one(client: Client, name: str) -> None:
    """A workflow with an activity, both on this queue."""
    queue, service = TaskQueue(name=name), client.workflow_service
    handle = await client.start_workflow("T", id=f"{name}-{uuid.uuid4()}", task_queue=name)
    minute = Duration(seconds=60)
    activity = Scheduled(
        activity_id="1", activity_type=ActivityType(name="A"), task_queue=queue, start_to_close_timeout=minute
    )
    await _decide(
        client,
        queue,
        Command(
            command_type=CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
            schedule_activity_task_command_attributes=activity,
        ),
    )
    asked = PollActivityTaskQueueRequest(namespace=client.namespace, task_queue=queue, identity=_IDENTITY)
    task = await _polled(lambda: service.poll_activity_task_queue(asked))
    await service.respond_activity_task_completed(
        RespondActivityTaskCompletedRequest(namespace=client.namespace, task_token=task.task_token, identity=_IDENTITY)
    )
    await _decide(
        client,
        queue,
        Command(
            command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
            complete_workflow_execution_command_attributes=Completed(),
        ),
    )
    await handle.result(rpc_timeout=timedelta(seconds=30))


async def _polled(poll: Callable[[], Awaitable[Task]]) -> Task:
    """The task, after as many polls as it takes: one ends empty after a minute, and a busy server cancels some."""
    while True:
        try:
            if (task := await poll()).task_token:
                return task
        except RPCError as error:
            if error.status != RPCStatusCode.CANCELLED:
                raise


async def _decide(client: Client, queue: TaskQueue, command: Command) -> None:
    service = client.workflow_service
    asked = PollWorkflowTaskQueueRequest(namespace=client.namespace, task_queue=queue, identity=_IDENTITY)
    task = await _polled(lambda: service.poll_workflow_task_queue(asked))
    await service.respond_workflow_task_completed(
        RespondWorkflowTaskCompletedRequest(
            namespace=client.namespace, task_token=task.task_token, identity=_IDENTITY, commands=[command]
        )
    )


if __name__ == "__main__":
    main()
