"""Proves that a Temporal works: one worker, 100 executions, every result checked, every one found by a search.

Connects only by what the environment says, which is what `make env` prints. Each execution runs an activity, a second
one that fails at its first attempt, a timer, and waits for a signal; a query after its end replays it.
"""

import asyncio
import os
import statistics
import sys
import time
import traceback
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import NoReturn

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from commands.errors import CommandError

EXECUTIONS = 100
SECONDS = 120.0
SEARCH_SECONDS = 60.0
_STEPS = ["activity", "retry", "timer", "signal"]


@dataclass(frozen=True)
class Result:
    doubled: int
    attempts: int
    signalled: str
    slept: bool


@activity.defn(name="smoke-double")
async def double(number: int) -> int:
    return number * 2


@activity.defn(name="smoke-second-attempt")
async def second_attempt() -> int:
    """Fails once; returns the number of the attempt that succeeds."""
    attempt = activity.info().attempt
    if attempt == 1:
        raise ApplicationError("the first attempt fails on purpose", category=ApplicationErrorCategory.BENIGN)
    return attempt


@workflow.defn(name="smoke")
class Smoke:
    def __init__(self) -> None:
        self._steps: list[str] = []
        self._signalled: str | None = None

    @workflow.run
    async def run(self, number: int) -> Result:
        doubled = await workflow.execute_activity(double, number, start_to_close_timeout=timedelta(seconds=30))
        self._steps.append("activity")
        attempts = await workflow.execute_activity(
            second_attempt,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=100)),
        )
        self._steps.append("retry")
        before = workflow.now()
        await workflow.sleep(timedelta(milliseconds=200))
        slept = workflow.now() - before >= timedelta(milliseconds=200)
        self._steps.append("timer")
        await workflow.wait_condition(lambda: self._signalled is not None)
        self._steps.append("signal")
        return Result(doubled, attempts, self._signalled or "", slept)

    @workflow.signal
    def finish(self, word: str) -> None:
        self._signalled = word

    @workflow.query
    def steps(self) -> list[str]:
        return self._steps


def main() -> NoReturn:
    """Prints one line with counts and latencies, or in words what failed: no connection, a wrong result, no end within
    120 s. Ends the process itself: the SDK's native threads now and then crash or hang the interpreter's exit."""
    code = 1
    try:
        print(asyncio.run(_bounded()))
        code = 0
    except KeyboardInterrupt:
        code = 130
    except CommandError as error:
        print(error, file=sys.stderr)
    except Exception:  # whatever it is must be told before the process ends here
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def prove(client: Client, executions: int = EXECUTIONS) -> str:
    """Runs the executions on a task queue of its own and checks each one; returns the line that tells of it.

    Raises:
        CommandError: an execution ended otherwise than it must.
    """
    run = uuid.uuid4().hex[:12]
    queue = f"smoke-{run}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Smoke],
        activities=[double, second_attempt],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        started = time.monotonic()
        latencies = await asyncio.gather(*(_execute(client, queue, f"{queue}-{n}", n) for n in range(executions)))
        seconds = time.monotonic() - started
    found = await _found(client, queue, executions)
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return (
        f"{len(latencies)} of {executions} workflow executions completed and checked in {seconds:.1f} s "
        f"(each: 2 activities, 1 retry, 1 timer, 1 signal, 1 query; p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s), "
        f"all found by a search {found:.1f} s later"
    )


async def _found(client: Client, queue: str, executions: int) -> float:
    """Seconds until a search finds all of them. A store that takes records and finds none says so nowhere else.

    Raises:
        CommandError: it found fewer within 60 s, or refused to search.
    """
    started = time.monotonic()
    count: int | str = 0
    while time.monotonic() - started < SEARCH_SECONDS:
        try:
            count = (await client.count_workflows(f"TaskQueue = '{queue}' AND ExecutionStatus = 'Completed'")).count
        except RPCError as error:
            count = str(error)
        if count == executions:
            return time.monotonic() - started
        await asyncio.sleep(0.2)
    told = f"a search finds {count} of them" if isinstance(count, int) else f"a search fails: {count}"
    raise CommandError(
        f"{executions} executions completed, but {told} after {SEARCH_SECONDS:.0f} s. Look at the store that is "
        "searched (temporal:visibility): does it answer, is it full, what do the pods of history say of visibility?"
    )


async def _bounded() -> str:
    where = f"{os.environ.get('TEMPORAL_ADDRESS')}, namespace {os.environ.get('TEMPORAL_NAMESPACE')}"
    try:
        async with asyncio.timeout(SECONDS):
            try:
                # A file that the environment names holds an API key; one of the person's own is nobody's business here.
                has_file = "TEMPORAL_CONFIG_FILE" in os.environ
                client = await Client.connect(**ClientConfig.load_client_connect_config(disable_file=not has_file))
            except RuntimeError as error:
                raise CommandError(
                    f"no connection to {where}: {error}. Look at the frontend's pods and logs."
                ) from error
            return await prove(client)
    except RPCError as error:
        raise CommandError(
            f"a call to {where} failed: {error.status.name}, {error}. Look at the pods of the frontend and history, "
            "and at their logs (make logs)."
        ) from None
    except TimeoutError:
        raise CommandError(
            f"the executions at {where} did not end within {SECONDS:.0f} s. "
            "Look at the pods of history and matching: are they ready, does the database answer?"
        ) from None


async def _execute(client: Client, queue: str, id_: str, number: int) -> float:
    started = time.monotonic()
    handle = await client.start_workflow(
        Smoke.run, number, id=id_, task_queue=queue, execution_timeout=timedelta(seconds=SECONDS)
    )
    word = f"word {number}"
    await handle.signal(Smoke.finish, word)
    found = await handle.result()
    seconds = time.monotonic() - started
    # The second attempt is made to succeed; activities run at least once, so a loaded machine may need a third.
    expected = Result(doubled=number * 2, attempts=max(2, found.attempts), signalled=word, slept=True)
    if found != expected:
        raise CommandError(f"execution {id_} returned {found}; expected {expected}.")
    await _check_steps(handle)
    return seconds


async def _check_steps(handle: WorkflowHandle[Smoke, Result]) -> None:
    steps = await _answer(handle)
    if steps != _STEPS:
        raise CommandError(f"execution {handle.id} went through {steps}; expected {_STEPS}.")


async def _answer(handle: WorkflowHandle[Smoke, Result]) -> list[str]:
    """Asks until it is answered: a busy server now and then cancels a query,
    and the SDK does not try again."""
    while True:
        try:
            return await handle.query(Smoke.steps)
        except RPCError as error:
            if error.status is not RPCStatusCode.CANCELLED:
                raise
