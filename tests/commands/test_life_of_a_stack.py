"""The commands with the real engine and a provider whose steps can be held; no cluster.

Proves order, interrupts, repair and what a person reads. What happens in a cluster is proved in tests/cluster.
"""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.commands.checkout import Checkout, end, until

SMOKE = (
    "smoke: TEMPORAL_ADDRESS TEMPORAL_NAMESPACE TEMPORAL_TLS TEMPORAL_TLS_CLIENT_CERT_PATH "
    "TEMPORAL_TLS_CLIENT_KEY_PATH TEMPORAL_TLS_SERVER_CA_CERT_PATH TEMPORAL_TLS_SERVER_NAME\n"
)
pytestmark = pytest.mark.engine

NOTE = "no official plugin for kubernetes, random, tls on this machine"


def test_up_outputs_down(checkout: Checkout) -> None:
    """Deployed, deployed again without a change, asked, taken down twice; the committed files stay as they were."""
    written = checkout.committed()
    first = checkout.run("up", STACK="small")
    assert first.code == 0, first.err
    assert json.loads(first.out)["namespaces"] == ["default", "orders"]
    assert "changes: 2 create\n" in first.err
    assert SMOKE in first.err
    assert first.err.count(NOTE) == 1

    again = checkout.run("up", STACK="small", WARNS="few shards")
    assert again.code == 0, again.err
    assert "] no changes\n" in again.err
    assert again.err.count("] warning: few shards\n") == 1
    assert "warning" not in first.err

    outputs = checkout.run("outputs", STACK="small")
    assert json.loads(outputs.out)["hidden"] == "[secret]"
    assert "hunter2" not in first.err + first.out + again.err + outputs.err + outputs.out
    assert json.loads(checkout.run("outputs", STACK="small", SHOW_SECRETS="1").out)["hidden"] == "hunter2"
    assert outputs.err == ""

    down = checkout.run("down", STACK="small")
    assert down.code == 0, down.err
    assert "stack small is down" in down.err
    assert sorted(entry.name for entry in checkout.folder("small").iterdir()) == ["claim", "logs"]
    twice = checkout.run("down", STACK="small")
    assert (twice.code, twice.out) == (0, "")
    assert "stack small is not deployed from this checkout: nothing to do" in twice.err
    assert checkout.committed() == written


def test_passphrase_and_copy_are_private(deployed: Checkout) -> None:
    """The state folder is the person's alone; the engine's copy keeps its salt from run to run."""
    folder = deployed.folder("small")
    assert (folder.stat().st_mode & 0o777, (folder / "passphrase").stat().st_mode & 0o777) == (0o700, 0o600)
    copy = (folder / "Pulumi.small.yaml").read_text()
    assert copy.count("encryptionsalt: ") == 1
    assert deployed.run("outputs", STACK="small").code == 0
    assert (folder / "Pulumi.small.yaml").read_text() == copy


def test_failed_step(checkout: Checkout) -> None:
    """The reason, the log's place, what to do."""
    ran = checkout.run("up", STACK="small", MANNER="fails")
    assert ran.code == 1
    assert ran.err.endswith(
        "make up: the deployment failed.\n"
        "second: the thing cannot be made\n"
        "Everything that was said: .state/small/logs/up.log.\n"
        "Mend the cause, then `make up` again: it goes on from here.\n"
    ), ran.err
    assert "the thing cannot be made" in (checkout.folder("small") / "logs" / "up.log").read_text()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"REFUSES": "Pulumi.small.yaml: temporal:sise: unknown key"}, "Pulumi.small.yaml: temporal:sise: unknown key"),
        ({"BREAKS": "1"}, "ValueError: a mistake in the program (raised in {root}/__main__.py, line 22)"),
    ],
)
def test_program_that_ends_early(checkout: Checkout, variables: dict[str, str], message: str) -> None:
    """A refusal shows its own text alone; a mistake shows the exception and its place, never a traceback."""
    ran = checkout.run("preview", STACK="small", **variables)
    assert ran.code == 1
    assert message.format(root=checkout.root) in ran.err
    assert "Traceback" not in ran.err
    assert "unhandled error" not in ran.err


def test_interrupt_ends_the_step(checkout: Checkout) -> None:
    """Ctrl-C during a step: the engine ends it in order, exit code 130, no lock and no open operation stay."""
    process = checkout.begin("up", STACK="small", MANNER="waits")
    until("the provider waits", (checkout.root / "waiting").exists)
    ran = end(process, signal.SIGINT)
    assert ran.code == 130, ran.err
    assert "stopping after the step at hand" in ran.err
    assert ran.err.endswith("make up: stopped. Run it again to continue.\n")
    assert "Traceback" not in ran.err
    assert left(checkout) == ([], [])


def test_engine_killed(checkout: Checkout) -> None:
    """SIGKILL of the engine in the middle of a step leaves a lock, an open operation and processes.

    The next run repairs that, says so, and ends well.
    """
    process = checkout.begin("up", STACK="small", MANNER="waits")
    until("the provider waits", (checkout.root / "waiting").exists)
    os.kill(engine_pid(checkout), signal.SIGKILL)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Pulumi was killed (signal 9). `make up` again repairs what that left." in err
    locks, pending = left(checkout)
    assert (len(locks), len(pending)) == (1, 1)

    again = checkout.run("up", STACK="small")
    assert again.code == 0, again.err
    assert "removing the lock of an interrupted run" in again.err
    assert "looking up what became of interrupted operations: second" in again.err
    assert "changes: 1 create, 1 same\n" in again.err
    assert left(checkout) == ([], [])
    assert marked(checkout) == []


def test_command_killed(checkout: Checkout) -> None:
    """SIGKILL of the command ends the engine, too; the next run goes on, whatever that left, and leaves no process."""
    process = checkout.begin("up", STACK="small", MANNER="waits")
    until("the provider waits", (checkout.root / "waiting").exists)
    engine = engine_pid(checkout)
    process.kill()
    process.communicate(timeout=300)
    until("the engine is gone", lambda: not Path(f"/proc/{engine}").exists())
    again = checkout.run("up", STACK="small")
    assert again.code == 0, again.err
    assert left(checkout) == ([], [])
    assert marked(checkout) == []


def test_second_command_leaves_the_first_alone(checkout: Checkout) -> None:
    """While one command works on a stack another one says who, and changes nothing."""
    process = checkout.begin("up", STACK="small", MANNER="waits")
    until("the provider waits", (checkout.root / "waiting").exists)
    second = checkout.run("up", STACK="small")
    assert second.err == (
        f"make up: another command is at work on stack small (pid {process.pid}). Wait for it to end, then repeat.\n"
    )
    (checkout.root / "go").touch()
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert json.loads(out)["namespaces"] == ["default", "orders"]


def test_engine_run_by_hand_holds_the_stack(deployed: Checkout) -> None:
    """A living `pulumi` that is not ours holds the lock: its process is named, the lock stays."""
    checkout = deployed
    impostor = checkout.root / "pulumi"
    impostor.symlink_to("/bin/sleep")
    with subprocess.Popen([impostor, "60"]) as other:
        lock = checkout.folder("small") / "backend/.pulumi/locks/organization/temporal/small/1.json"
        lock.parent.mkdir(parents=True, exist_ok=True)
        content = {"pid": other.pid, "username": "ada", "hostname": os.uname().nodename}
        lock.write_text(json.dumps({**content, "timestamp": "2026-01-02T03:04:05.678901234Z"}))
        ran = checkout.run("up", STACK="small")
        assert ran.err == (
            f"make up: another run of Pulumi holds stack small: ada@{os.uname().nodename}, pid {other.pid}, since "
            f"2026-01-02 03:04 UTC. Wait for it to end, or stop it (kill -INT {other.pid} on {os.uname().nodename}), "
            f"then repeat. If that machine is gone, delete {lock}.\n"
        )
        assert lock.exists()
        other.kill()


def test_down_without_the_node(checkout: Checkout) -> None:
    """The node a stack lived on is gone: its state is dropped, and that is said."""
    checkout.pretend_deployed("local@@absent")
    ran = checkout.run("down", STACK="local")
    assert ran.code == 0, ran.err
    assert "the embedded node is not running: forgetting the state of stack local" in ran.err
    assert not (checkout.folder("local@@absent") / "backend").exists()


def test_outputs_of_a_run_that_never_ended(checkout: Checkout) -> None:
    """The state knows the stack, but nothing was exported yet."""
    checkout.pretend_deployed("local@@absent")
    ran = checkout.run("outputs")
    assert ran.err == "make outputs: stack local has no outputs: its last `make up` did not finish. Repeat it.\n"
    assert ran.code == 1


def left(checkout: Checkout) -> tuple[list[Path], list[str]]:
    """Lock files and the URNs of open operations."""
    backend = checkout.folder("small") / "backend" / ".pulumi"
    state = json.loads((backend / "stacks" / "temporal" / "small.json").read_text())["checkpoint"]["latest"]
    pending = [operation["resource"]["urn"] for operation in state.get("pending_operations") or []]
    return list(backend.glob("locks/*/*/small/*.json")), pending


def marked(checkout: Checkout) -> list[str]:
    """Processes that a run on the stack's state started and that are still there."""
    mark = f"TEMPORAL_PLATFORM_RUN={checkout.folder('small')}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in entry.read_bytes().split(b"\0"):
                found.append(entry.parent.name)
        except OSError:
            continue
    return found


def engine_pid(checkout: Checkout) -> int:
    """The engine that holds the stack."""
    (lock,) = left(checkout)[0]
    return int(json.loads(lock.read_text())["pid"])
