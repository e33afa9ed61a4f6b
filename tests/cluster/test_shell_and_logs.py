"""`make shell` and `make logs` on the real cluster: what its tools and its pods say, and that nothing stays behind."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys

from commands.tests_node import NODE
from tests.cluster.stack import ROOT, Deployment, until

SHELLS = ("pods", "-l", "app.kubernetes.io/name=temporal-shell")


def begin(platform: Deployment, stdin: int, stdout: int, **variables: str) -> subprocess.Popen[str]:
    """`make shell`, going on, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "commands", "shell"],
        cwd=ROOT,
        env={**os.environ, **NODE, "STACK": str(platform.file), **variables},
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def no_shells(platform: Deployment) -> bool:
    return not platform.get(*SHELLS)["items"]


def test_both_tools_reach_the_server(platform: Deployment) -> None:
    """With the environment alone; standard input and the exit code are the command's; no pod stays."""
    script = """
        temporal operator cluster health
        temporal workflow count --query "WorkflowType = 'smoke'"
        echo $TEMPORAL_NAMESPACE $TEMPORAL_CLI_NAMESPACE
        tdbg shard describe --shard-id 1 | grep -c rangeId
        cat
        exit 7
    """
    process = begin(platform, subprocess.PIPE, subprocess.PIPE, COMMAND=script, NAMESPACE="orders")
    out, err = process.communicate("from outside\n", timeout=180)
    assert process.returncode == 7, err
    assert out.splitlines() == ["SERVING", "Total: 0", "orders orders", "1", "from outside"], err
    until("no pod of a shell is left", lambda: no_shells(platform), 30)


def test_the_pod_is_confined_and_has_no_rights(platform: Deployment) -> None:
    """The namespace enforces `restricted`; beyond that there is no token, and the root is read-only."""
    script = "id -u; ls /var/run/secrets 2>&1; touch /etc/x 2>&1; touch $HOME/x && echo home"
    ran = platform.command("shell", COMMAND=script)
    lines = ran.out.splitlines()
    assert (lines[0], lines[-1]) == ("1000", "home"), ran.err
    assert "No such file" in lines[1]
    assert "Read-only" in lines[2]


def test_a_terminal_has_a_shell_and_its_loss_ends_it(platform: Deployment) -> None:
    """The prompt says where one is; a hangup takes the pod away."""
    ours, theirs = pty.openpty()
    process = begin(platform, theirs, theirs)
    os.close(theirs)
    os.write(ours, b"temporal operator cluster health\n")
    shown = ""
    while "SERVING" not in shown:
        assert select.select([ours], [], [], 120.0)[0], shown
        shown += os.read(ours, 1000).decode()
    assert "platform/default $ " in shown
    assert not no_shells(platform)
    process.send_signal(signal.SIGHUP)
    os.close(ours)
    assert process.wait(timeout=60) == 130
    until("no pod of a shell is left", lambda: no_shells(platform), 30)


def test_an_image_that_cannot_be_pulled_is_told(platform: Deployment) -> None:
    """The newest job names an image that is nowhere: said in the kubelet's words, and nothing stays."""
    jobs = [job for job in platform.get("jobs")["items"] if "temporal-schema-" in job["metadata"]["name"]]
    template = jobs[0]["spec"]["template"]
    template["metadata"] = {}
    template["spec"]["containers"][0]["image"] = "nowhere.invalid/temporalio/admin-tools:0"
    labels = {"app.kubernetes.io/instance": "platform"}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "newest", "namespace": "platform", "labels": labels},
        "spec": {"suspend": True, "template": template},
    }
    platform.kubectl("apply", "-f", "-", stdin=json.dumps(job))
    try:
        ran = platform.command("shell", COMMAND="true")
    finally:
        platform.kubectl("-n", "platform", "delete", "job", "newest")
    assert ran.code == 1
    last = ran.err.splitlines()[-1]
    assert re.search(r"make shell: the pod of the shell does not start: (ErrImagePull|ImagePullBackOff)", last), ran.err
    assert "nowhere.invalid" in last
    until("no pod of a shell is left", lambda: no_shells(platform), 30)


def test_logs_of_a_service_before_its_restart_too(platform: Deployment) -> None:
    """Each line begins with the pod; the container before the restart is marked off."""
    (pod,) = platform.get("pods", "-l", "app.kubernetes.io/name=temporal-matching")["items"]
    name = pod["metadata"]["name"]
    platform.kubectl("-n", "platform", "exec", name, "--", "kill", "1")

    def restarted() -> bool:
        status = platform.get("pod", name)["status"]["containerStatuses"][0]
        return bool(status["restartCount"] == 1 and status["ready"])

    until("matching restarted", restarted, 180)
    ran = platform.command("logs", SERVICE="matching", SINCE="1h")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    head = rf"--- pod {name}, container matching, restarted 1 times, last after .*\. Before that:"
    assert re.fullmatch(head, lines[0])
    end = lines.index(f"--- pod {name}, container matching, until here")
    said = [*lines[1:end], *lines[end + 1 :]]
    assert {line.partition(" ")[0] for line in said} == {f"[pod/{name}/matching]"}
    assert any("topp" in line for line in lines[1:end])  # what a server says when it is told to go
    assert len(said) > end


def test_logs_of_the_server_and_of_jobs(platform: Deployment) -> None:
    """All five services by default; jobs from their beginning."""
    ran = platform.command("logs", SINCE="2h")
    services = {match[1] for match in re.finditer(r"^\[pod/\S+/(\S+)\] ", ran.out, re.MULTILINE)}
    assert services == {"frontend", "internal-frontend", "history", "matching", "worker"}
    assert "namespace orders: retention 48h\n" in platform.command("logs", SERVICE="jobs").out
