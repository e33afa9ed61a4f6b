"""A dynamic setting changed by `make up` under load."""

import json

from tests.cluster.served import pods
from tests.cluster.stack import Deployment, until
from tests.drills.drill import failures, under_load

LIMIT = "[{value: 1024, constraints: {namespace: default}}]"
# The server looks at the error's limit only above the warning's (CheckEventBlobSizeLimit of common/util.go).
SETTING = f"    dynamicConfig: {{limit.blobSize.error: {LIMIT}, limit.blobSize.warn: {LIMIT}}}\n"
SYNC_SECONDS = 240.0


def test_dynamic_config(stack: Deployment) -> None:
    """Inputs above 1 KiB are refused once the setting says so; no pod was made anew, no other call fails."""
    text = stack.file.read_text()
    before = pods(stack)

    def change() -> None:
        stack.file.write_text(text.replace("    shards: 16\n", f"    shards: 16\n{SETTING}"))
        stack.up()
        until("an input of 2 KiB is refused", lambda: not takes(stack, 2048), SYNC_SECONDS)

    assert takes(stack, 2048)
    with under_load(stack, "dynamic-config") as (drill, effects):
        drill.event("limit.blobSize of a namespace", change)
    assert pods(stack) == before
    assert failures(effects) == {}


def takes(stack: Deployment, size: int) -> bool:
    """Whether an execution with an input of that size may start."""
    words = ("workflow", "start", "--type", "Nobody", "--task-queue", "nobody", "--input", json.dumps("x" * size))
    ran = stack.try_temporal(*words)
    assert ran.code == 0 or "exceeds limit" in ran.err, ran.err
    return ran.code == 0
