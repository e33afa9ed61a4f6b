"""Leaf certificates and database passwords made anew, twice each, by `make up` under load. The machine evaluates the
program, applies it and serves the load at once, so latencies hold the engine's own work too."""

import re
import time
from functools import partial

from tests.cluster.served import pods, serial
from tests.cluster.stack import Deployment, until
from tests.drills.drill import failures, under_load

SYNC_SECONDS = 240.0  # the kubelet brings a changed Secret to its pods within two of its minutes


def test_rotate(stack: Deployment) -> None:
    """No call fails, no pod restarts; new connections meet the new certificate, the old passwords are refused."""
    before = pods(stack)
    with under_load(stack, "rotate") as (drill, effects):
        for number in ("first", "second"):
            drill.event(f"leafs, {number} time", partial(rotate_leafs, stack))
        for number in ("first", "second"):
            drill.event(f"passwords, {number} time", partial(rotate_passwords, stack))
    assert pods(stack) == before
    assert failures(effects) == {}


def rotate_leafs(stack: Deployment) -> None:
    """Returns when the frontend serves another certificate than before."""
    old = served(stack)
    count_up(stack, "rotation")
    stack.up()
    until("the frontend serves its new certificate", lambda: served(stack) != old, SYNC_SECONDS)


def rotate_passwords(stack: Deployment) -> None:
    """Returns when the pods' files have the new passwords, and every connection of before is gone: new ones are made
    with the new password."""
    old = password(stack)
    count_up(stack, "passwordRotation")
    stack.up()
    assert password(stack) != old
    time.sleep(SYNC_SECONDS / 2)
    stack.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'temporal%'")


def count_up(stack: Deployment, key: str) -> None:
    """Raises the number of that key in the stack file."""
    text = stack.file.read_text()
    stack.file.write_text(re.sub(rf"\b{key}: (\d+)", lambda found: f"{key}: {int(found[1]) + 1}", text))


def served(stack: Deployment) -> int:
    """The certificate on a new connection to the frontend."""
    host, port = stack.outputs["externalAddress"].split(":")
    return serial(host, int(port))


def password(stack: Deployment) -> str:
    """The password of the server's user, as it stands in its Secret."""
    secret: str = stack.get("secret", "temporal-postgres-users")["data"]["temporal"]
    return secret
