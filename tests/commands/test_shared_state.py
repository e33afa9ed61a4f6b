"""The state in a backend of the person's own, with the real engine: it is there, and nothing of it in the checkout.

The backend is a folder: that the engine reaches buckets and keys on AWS is proved nowhere here.
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.checkout import Checkout

pytestmark = pytest.mark.engine


def _shared(folder: Path) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    return {
        "STACK": "small",
        "PULUMI_BACKEND_URL": f"file://{folder}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": "known to the team",
    }


def test_another_checkout_goes_on_with_it(checkout: Checkout, tmp_path: Path) -> None:
    """Deployed here, nothing to change there, its secrets read there, taken down there."""
    shared, committed = _shared(tmp_path / "states"), checkout.committed()
    first = checkout.run("up", **shared)
    assert first.code == 0, first.err
    assert "changes: 2 create\n" in first.err
    assert not (checkout.folder("small") / "backend").exists()
    assert not (checkout.folder("small") / "passphrase").exists()
    shutil.rmtree(checkout.root / ".state")

    again = checkout.run("up", **shared)
    assert again.code == 0, again.err
    assert "] no changes\n" in again.err
    outputs = checkout.run("outputs", SHOW_SECRETS="1", **shared)
    assert json.loads(outputs.out)["hidden"] == "hunter2"
    live = checkout.run("preview", LIVE="1", FORMAT="json", **shared)
    assert json.loads(live.out)["changes"] == {"create": 0, "update": 0, "replace": 0, "delete": 0, "same": 2}
    shutil.rmtree(checkout.root / ".state")

    down = checkout.run("down", **shared)
    assert down.code == 0, down.err
    assert "stack small is down" in down.err
    gone = checkout.run("outputs", **shared)
    assert (gone.code, gone.err) == (
        1,
        "make outputs: stack small has no outputs: its last `make up` did not finish. Repeat it.\n",
    )
    assert checkout.committed() == committed


def test_a_run_that_was_killed_is_settled(checkout: Checkout, tmp_path: Path) -> None:
    """What it was working on stands in the state that everybody shares, and the next run looks it up."""
    shared = _shared(tmp_path / "states")
    assert checkout.run("up", **shared).code == 0
    (state,) = (tmp_path / "states").glob(".pulumi/stacks/*/small.json")
    content = json.loads(state.read_text())
    latest = content["checkpoint"]["latest"]
    second = next(each for each in latest["resources"] if each["urn"].endswith("::second"))
    latest["pending_operations"] = [{"resource": second, "type": "updating"}]
    state.write_text(json.dumps(content))
    ran = checkout.run("up", **shared)
    assert ran.code == 0, ran.err
    assert "looking up what became of interrupted operations: second" in ran.err


def test_secrets_need_somebody_who_encrypts_them_for_all(checkout: Checkout, tmp_path: Path) -> None:
    shared = _shared(tmp_path / "states")
    del shared["PULUMI_CONFIG_PASSPHRASE"]
    ran = checkout.run("up", **shared)
    assert ran.code == 1
    assert ran.err.endswith(
        f"make up: {checkout.root}/Pulumi.small.yaml does not say who encrypts secrets of the state, which others are "
        "to read too: give it a line `secretsprovider: awskms://alias/…?region=…` (make bootstrap tells which), or set "
        "PULUMI_CONFIG_PASSPHRASE_FILE.\n"
    )


@pytest.mark.parametrize("target", ["up", "outputs", "down"])
def test_two_states_are_refused(deployed: Checkout, tmp_path: Path, target: str) -> None:
    """Nobody goes on with one while the other is the true one."""
    shared = _shared(tmp_path / "states")
    ran = deployed.run(target, **shared)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"make {target}: stack small has its state in {deployed.folder('small')}, and PULUMI_BACKEND_URL names "
        f"{shared['PULUMI_BACKEND_URL']}. Move it (docs/aws.md, A state that moves), or unset PULUMI_BACKEND_URL.\n"
    )


def test_the_second_of_two_is_refused_with_the_name_of_the_first(checkout: Checkout, tmp_path: Path) -> None:
    """The engine's own lock, which everybody sees who uses the state; here nobody can tell whether its run is alive."""
    shared = _shared(tmp_path / "states")
    assert checkout.run("up", **shared).code == 0
    lock = tmp_path / "states" / ".pulumi/locks/organization/temporal/small/first.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    content = {"pid": 4, "username": "ada", "hostname": "elsewhere", "timestamp": "2026-01-02T03:04:05Z"}
    lock.write_text(json.dumps(content))
    ran = checkout.run("up", **shared)
    assert ran.code == 1
    assert "the stack is currently locked by 1 lock(s)" in ran.err
    assert "created by ada@elsewhere (pid 4)" in ran.err
    assert lock.exists()
