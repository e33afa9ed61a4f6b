"""Locks and open operations as the engine writes them; processes and ways that runs leave."""

import json
import os
import socket
import subprocess
from pathlib import Path

import pytest

from commands import forward, processes, stack_state, stackfile
from commands.errors import CommandError
from commands.forward import Service
from commands.kubectl import Kubectl
from commands.stackfile import Stack
from tests.commands.checkout import until


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack without any state."""
    monkeypatch.delenv("CONTEXT", raising=False)
    source = tmp_path / "Pulumi.small.yaml"
    source.write_text("config: {temporal:kubernetes: {context: k}}\n")
    return stackfile.read("small", source, tmp_path / "state")


def lock(stack: Stack, name: str, content: str) -> Path:
    file = stack_state.backend(stack) / ".pulumi/locks/organization/temporal/small" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def content(pid: int, host: str) -> str:
    return json.dumps({"pid": pid, "username": "ada", "hostname": host, "timestamp": "2026-01-02T03:04:05.6Z"})


def test_lock_of_another_host_is_held(stack: Stack) -> None:
    """Nobody here can know whether it is alive."""
    lock(stack, "a", content(1, "elsewhere"))
    (found,) = stack_state.locks(stack)
    assert found.held()
    assert found.holder == "ada@elsewhere, pid 1, since 2026-01-02 03:04 UTC"


def test_lock_of_this_host_follows_its_process(stack: Stack) -> None:
    """A number that another program uses now, a process that is gone and a half-written file do not count."""
    lock(stack, "a", content(os.getpid(), socket.gethostname()))
    lock(stack, "b", content(2**22 + 1, socket.gethostname()))
    lock(stack, "c", '{"pid": 1')
    assert [found.held() for found in stack_state.locks(stack)] == [False, False, False]


def test_open_operations(stack: Stack) -> None:
    """What a killed run was at."""
    assert stack_state.pending_operations(stack) == []
    assert not stack_state.exists(stack)
    file = stack_state.backend(stack) / ".pulumi/stacks/temporal/small.json"
    file.parent.mkdir(parents=True)
    latest = {"resources": [{}], "pending_operations": [{"resource": {"urn": "urn:x::a"}, "type": "creating"}]}
    file.write_text(json.dumps({"checkpoint": {"latest": latest}}))
    assert stack_state.exists(stack)
    assert stack_state.pending_operations(stack) == ["urn:x::a"]


def test_claim_is_one_at_a_time_and_ends_with_its_holder(stack: Stack) -> None:
    """The second is told who the first is; afterwards it gets it."""
    with (
        stack_state.claim(stack),
        pytest.raises(CommandError, match=rf"at work on stack small \(pid {os.getpid()}\)"),
        stack_state.claim(stack),
    ):
        pass
    with stack_state.claim(stack):
        pass


def test_only_marked_processes_are_ended(tmp_path: Path) -> None:
    """One process of this state, one of another; only the first one ends, by force if it must."""
    stubborn = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]
    with (
        subprocess.Popen(stubborn, env={processes.MARK: str(tmp_path)}, stdout=subprocess.PIPE) as ours,
        subprocess.Popen(["sleep", "60"], env={processes.MARK: f"{tmp_path}x"}) as other,
    ):
        assert ours.stdout is not None
        ours.stdout.readline()
        ended = processes.end_marked(processes.MARK, tmp_path, deadline=0.2)
        assert ours.pid in ended
        assert ours.wait(timeout=10) == -9
        assert other.poll() is None
        other.kill()


def kubectl(folder: Path, script: str) -> Kubectl:
    file = folder / "kubectl"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return Kubectl((str(file), "--context", "k", "--kubeconfig", "/node"), {"PATH": "/usr/bin:/bin"})


def test_way_is_opened_and_closed(stack: Stack, tmp_path: Path) -> None:
    """The port is the one kubectl names; the way stays open after the command and ends with `down`."""
    script = 'echo "$@"; echo "Forwarding from 127.0.0.1:40123 -> 7233"; exec sleep 60'
    opened = forward._open(kubectl(tmp_path, script), stack, Service("temporal-frontend", "local", 7233))
    assert opened == "127.0.0.1:40123"
    said = (stack.logs / "forward.log").read_text().splitlines()[0]
    assert said == (
        "--context k --kubeconfig /node port-forward --address 127.0.0.1 --namespace local "
        "service/temporal-frontend :7233"
    )
    (pid,) = processes.marked(forward.MARK, stack.folder)
    forward.end(stack.folder)
    until("it is gone", lambda: pid not in processes.marked(forward.MARK, stack.folder))


def test_way_that_cannot_be_opened(stack: Stack, tmp_path: Path) -> None:
    """kubectl's own words are told."""
    script = 'echo "error: services \\"temporal-frontend\\" not found" >&2; exit 1'
    with pytest.raises(CommandError) as caught:
        forward._open(kubectl(tmp_path, script), stack, Service("temporal-frontend", "local", 7233))
    assert str(caught.value) == (
        'kubectl opened no way to service local/temporal-frontend in k: error: services "temporal-frontend" not found'
    )
