"""`make logs` with a made-up kubectl: which pods it asks for, and in which order.

What kubectl prints of real pods is seen on the cluster.
"""

import signal
from pathlib import Path
from typing import Any

import pytest

from commands import logs
from commands.errors import CommandError
from tests.commands.checkout import Checkout, end, until
from tests.commands.made_up import MadeUp

SERVER = "temporal-frontend, temporal-internal-frontend, temporal-history, temporal-matching, temporal-worker"
HERE = "app.kubernetes.io/instance=small"


def pod(name: str, **containers: int) -> dict[str, Any]:
    """A pod and how often its containers restarted."""
    ended = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}
    statuses = [
        {"name": container, "restartCount": count, "lastState": ended if count else {}}
        for container, count in containers.items()
    ]
    return {"metadata": {"name": name}, "status": {"containerStatuses": statuses} if statuses else {}}


@pytest.fixture
def cluster(deployed: Checkout, tmp_path: Path) -> MadeUp:
    made = MadeUp.make(deployed, tmp_path / "kubectl")
    made.answer("pods", {"items": [pod("history-b", history=0), pod("history-a", history=0)]})
    return made


@pytest.mark.parametrize(
    ("variables", "selector", "since"),
    [
        ({}, f"app.kubernetes.io/name in ({SERVER}),{HERE}", " --since=10m"),
        ({"SERVICE": "history"}, f"app.kubernetes.io/name in (temporal-history),{HERE}", " --since=10m"),
        ({"SERVICE": "ui", "SINCE": "2h"}, f"app.kubernetes.io/name in (temporal-ui),{HERE}", " --since=2h"),
        ({"SERVICE": "jobs"}, f"batch.kubernetes.io/job-name,{HERE}", ""),
        ({"SERVICE": "jobs", "SINCE": "30s"}, f"batch.kubernetes.io/job-name,{HERE}", " --since=30s"),
    ],
    ids=["server", "service", "since", "jobs", "jobs since"],
)
def test_the_pods_of_a_part_one_after_the_other(
    cluster: MadeUp, variables: dict[str, str], selector: str, since: str
) -> None:
    ran = cluster.run("logs", **variables)
    assert (ran.code, ran.err) == (0, "")
    reading = [f"logs {name} --prefix --all-containers{since}" for name in ("history-a", "history-b")]
    assert cluster.calls() == [f"get pods --selector {selector} --output json", *reading]
    assert ran.out.splitlines() == [
        f"[pod/{name}] {call}" for name, call in zip(("history-a", "history-b"), reading, strict=True)
    ]


def test_before_a_restart(cluster: MadeUp) -> None:
    """Only the container that restarted, before what it says now; one that has not started yet has no status."""
    cluster.answer("pods", {"items": [pod("postgres-0", postgres=2, reload=0), pod("postgres-1")]})
    ran = cluster.run("logs", SERVICE="postgres")
    previous = "logs postgres-0 --container postgres --previous --prefix --since=10m"
    assert ran.out.splitlines() == [
        "--- pod postgres-0, container postgres, restarted 2 times, last after OOMKilled, exit code 137. Before that:",
        f"[pod/postgres-0] {previous}",
        "--- pod postgres-0, container postgres, until here",
        "[pod/postgres-0] logs postgres-0 --prefix --all-containers --since=10m",
        "[pod/postgres-1] logs postgres-1 --prefix --all-containers --since=10m",
    ]


@pytest.mark.parametrize(
    ("said", "written"), [(b"a\nhalf a", b"a\nhalf a\n"), (b"a\n", b"a\n"), (b"", b"")], ids=["cut", "whole", "nothing"]
)
def test_a_line_that_was_cut_off_is_a_line(said: bytes, written: bytes, capfdbinary: Any) -> None:
    """What comes after a container that was killed begins on a line of its own."""
    logs._write(said)
    assert capfdbinary.readouterr().out == written


def test_following(cluster: MadeUp) -> None:
    cluster.answer("pods", {"items": [pod("worker-a", worker=1), pod("worker-b", worker=0)]})
    ran = cluster.run("logs", SERVICE="worker", FOLLOW="1", SINCE="1m")
    assert ran.code == 0
    following = f"--selector app.kubernetes.io/name in (temporal-worker),{HERE} --follow --ignore-errors"
    assert cluster.calls("logs") == [
        "logs worker-a --container worker --previous --prefix --since=1m",
        f"logs {following} --max-log-requests=8 --prefix --all-containers --since=1m",
    ]


def test_the_end_of_following(cluster: MadeUp) -> None:
    """Ctrl-C is how it ends, so it is no failure."""
    kubectl = cluster.folder / "bin" / "kubectl"
    kubectl.write_text(kubectl.read_text().replace("  logs) echo", "  logs) exec sleep 300; echo"))
    process = cluster.begin("logs", {"FOLLOW": "1"})
    until("it follows", lambda: cluster.calls("logs"), 60)
    ran = end(process, signal.SIGINT)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_pod_without_a_log_is_no_reason_to_stop(cluster: MadeUp) -> None:
    kubectl = cluster.folder / "bin" / "kubectl"
    kubectl.write_text(kubectl.read_text().replace("  logs) echo", "  logs) [ $2 = history-b ] || exit 1; echo"))
    ran = cluster.run("logs", SERVICE="history")
    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    cluster.fails("logs", "forbidden\n")
    ran = cluster.run("logs", SERVICE="history")
    assert (ran.code, ran.out, ran.err) == (1, "", "forbidden\nforbidden\n")


def test_a_stack_whose_first_up_failed(cluster: MadeUp) -> None:
    """It has no outputs yet, and this is when logs are wanted."""
    state = cluster.checkout.folder("small") / "backend/.pulumi/stacks/temporal/small.json"
    state.write_text(state.read_text().replace('"outputs"', '"lost"'))
    assert cluster.run("logs").code == 0


def test_no_pods(cluster: MadeUp) -> None:
    cluster.answer("pods", {"items": []})
    for variables, part in (({}, "the server"), ({"SERVICE": "ui"}, "ui")):
        ran = cluster.run("logs", **variables)
        assert ran.err == (
            f"make logs: stack small has no pod of {part} in Kubernetes namespace small. "
            "What is there: kubectl get pods --namespace small\n"
        )
        assert (ran.code, ran.out) == (1, "")


def test_what_kubectl_cannot_read(cluster: MadeUp) -> None:
    cluster.fails("get", "Unable to connect to the server: dial tcp 127.0.0.1:1\n")
    ran = cluster.run("logs")
    assert ran.err == "make logs: kubectl get: Unable to connect to the server: dial tcp 127.0.0.1:1\n"
    assert ran.code == 1


@pytest.mark.parametrize("since", ["10", "0m", "1d", "-5m", "1h30m", "ten"])
def test_wrong_since(monkeypatch: pytest.MonkeyPatch, since: str) -> None:
    """Refused before anything is asked."""
    monkeypatch.setenv("SINCE", since)
    with pytest.raises(CommandError) as caught:
        logs.main()
    assert str(caught.value) == f"SINCE={since}: a whole number with s, m or h is wanted, such as 30s, 10m or 2h."


def test_wrong_service(cluster: MadeUp) -> None:
    ran = cluster.run("logs", SERVICE="temporal-history")
    assert ran.err == (
        "make logs: SERVICE=temporal-history is unknown. "
        "Known: frontend, internal-frontend, history, matching, worker, ui, postgres, opensearch, archive, "
        "prometheus, alertmanager, grafana, agent, postgres-exporter, elasticsearch-exporter, jobs.\n"
    )
    assert cluster.calls() == []


def test_not_deployed(checkout: Checkout) -> None:
    ran = checkout.run("logs", STACK="small")
    assert ran.err == "make logs: stack small is not deployed from this checkout. Run first: make up STACK=small\n"
