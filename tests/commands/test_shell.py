"""`make shell` with a made-up kubectl: the pod it makes, what reaches the command, and that nothing stays behind.

That Kubernetes takes the pod, and that `temporal` and `tdbg` work in it, is seen on the cluster.
"""

import os
import pty
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands import shell
from commands.kubectl import Kubectl
from tests.commands.checkout import Checkout, end, until
from tests.commands.made_up import MadeUp

CONFINED = {"runAsNonRoot": True, "runAsUser": 1000, "fsGroup": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
NO_RIGHTS = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
RUNNING = {"containerStatuses": [{"name": "shell", "state": {"running": {}}}]}


def job(image: str, made: str, **more: Any) -> dict[str, Any]:
    container = {"name": "schema", "image": image, "securityContext": NO_RIGHTS, "command": ["sh"], "env": []}
    spec = {"securityContext": CONFINED, "containers": [container], "restartPolicy": "Never", **more}
    return {"metadata": {"creationTimestamp": made}, "spec": {"template": {"spec": spec}}}


@pytest.fixture
def cluster(deployed: Checkout, tmp_path: Path) -> MadeUp:
    """Jobs of two versions of admin-tools and one of something else; pods start at once."""
    made = MadeUp.make(deployed, tmp_path / "kubectl")
    jobs = [
        job("mirror/temporalio/admin-tools:2", "2026-02-01T00:00:00Z", imagePullSecrets=[{"name": "login"}]),
        job("mirror/temporalio/admin-tools:1", "2026-01-01T00:00:00Z"),
        job("mirror/library/postgres:15", "2026-03-01T00:00:00Z"),
    ]
    made.answer("jobs", {"items": jobs})
    made.answer("pod", {"status": RUNNING})
    made.answer("events", {"items": []})
    return made


def test_a_command_has_the_streams_and_its_exit_code_is_ours(cluster: MadeUp) -> None:
    ran = cluster.run("shell", given="from outside\n", COMMAND="cat; echo wrong >&2; exit 7")
    assert (ran.code, ran.out) == (7, "from outside\n")
    assert "wrong\n" in ran.err
    name = cluster.created()["metadata"]["name"]
    assert cluster.calls() == [
        "get jobs --selector app.kubernetes.io/instance=small --output json",
        "create --filename -",
        f"get pod {name} --output json",
        f"exec --stdin {name} -- sh -c cat; echo wrong >&2; exit 7",
        f"delete pod {name} --ignore-not-found --now --wait=false",
    ]


def test_the_pod(cluster: MadeUp) -> None:
    """As the newest job's of that image: confined, no token; the operator's certificate; what both tools read."""
    assert cluster.run("shell", COMMAND="true", NAMESPACE="orders").code == 0
    pod = cluster.created()
    assert pod["metadata"]["labels"] == {
        "app.kubernetes.io/name": "temporal-shell",
        "app.kubernetes.io/instance": "small",
        "app.kubernetes.io/part-of": "temporal",
        "app.kubernetes.io/managed-by": "make",
    }
    spec = pod["spec"]
    (container,) = spec.pop("containers")
    assert spec == {
        "securityContext": CONFINED,
        "imagePullSecrets": [{"name": "login"}],
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "activeDeadlineSeconds": 28800,
        "volumes": [
            {"name": "client", "secret": {"secretName": "temporal-client-operator", "defaultMode": 0o440}},
            {"name": "home", "emptyDir": {}},
        ],
    }
    assert (container["image"], container["securityContext"]) == ("mirror/temporalio/admin-tools:2", NO_RIGHTS)
    client = "/etc/temporal/client"
    assert {each["name"]: each["value"] for each in container["env"]} == {
        "TEMPORAL_ADDRESS": "temporal-frontend.small:7233",
        "TEMPORAL_NAMESPACE": "orders",
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_CLIENT_CERT_PATH": f"{client}/tls.crt",
        "TEMPORAL_TLS_CLIENT_KEY_PATH": f"{client}/tls.key",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": f"{client}/ca.crt",
        "TEMPORAL_TLS_SERVER_NAME": "frontend of small",
        "TEMPORAL_CLI_ADDRESS": "temporal-frontend.small:7233",
        "TEMPORAL_CLI_NAMESPACE": "orders",
        "TEMPORAL_CLI_TLS_CERT": f"{client}/tls.crt",
        "TEMPORAL_CLI_TLS_KEY": f"{client}/tls.key",
        "TEMPORAL_CLI_TLS_CA": f"{client}/ca.crt",
        "TEMPORAL_CLI_TLS_SERVER_NAME": "frontend of small",
        "USER": "temporal",
        "HOME": "/tmp",  # noqa: S108
        "PS1": "small/orders $ ",
    }
    assert container["volumeMounts"] == [
        {"name": "client", "mountPath": client, "readOnly": True},
        {"name": "home", "mountPath": "/tmp"},  # noqa: S108
    ]


def test_a_shell_has_the_terminal(cluster: MadeUp) -> None:
    ours, theirs = pty.openpty()
    process = cluster.begin("shell", {}, stdin=theirs, stdout=theirs)
    os.write(ours, b"test -t 0 && exit 7\n")
    assert process.wait(timeout=120) == 7
    os.close(ours)
    os.close(theirs)
    name = cluster.created()["metadata"]["name"]
    assert cluster.calls("exec") == [f"exec --stdin --tty {name} -- sh"]
    assert cluster.calls()[-1].startswith(f"delete pod {name} ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_no_pod_stays_behind_a_session_that_is_stopped(cluster: MadeUp, number: signal.Signals) -> None:
    process = cluster.begin("shell", {"COMMAND": "exec sleep 300"})
    until("the command runs", lambda: cluster.calls("exec"), 60)
    assert end(process, number).code == 130
    name = cluster.created()["metadata"]["name"]
    assert cluster.calls()[-1] == f"delete pod {name} --ignore-not-found --now --wait=false"


def test_no_command_stays_behind_that_was_just_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between the start of kubectl and the moment from which its process is known."""
    started: list[subprocess.Popen[bytes]] = []

    def start(_words: list[str], **_more: Any) -> subprocess.Popen[bytes]:
        child = popen(["sleep", "60"])
        started.append(child)
        signal.raise_signal(signal.SIGINT)
        return child

    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(KeyboardInterrupt):
        shell._attached(Kubectl(words=(), environment={}), ["pod", "--", "sh"])
    assert [child.returncode for child in started] == [-signal.SIGTERM]


def test_no_pod_stays_behind_when_it_is_stopped_before_it_starts(cluster: MadeUp) -> None:
    cluster.answer("pod", {"status": {"phase": "Pending"}})
    process = cluster.begin("shell", {"COMMAND": "true"})
    until("the pod is looked at twice", lambda: len(cluster.calls("get pod")) > 1, 60)
    assert end(process, signal.SIGINT).code == 130
    assert cluster.calls("exec") == []
    assert cluster.calls()[-1].startswith("delete pod temporal-shell-")


@pytest.mark.parametrize(
    ("state", "events", "words"),
    [
        ({"waiting": {"reason": "ErrImagePull", "message": "no such tag"}}, [], "ErrImagePull: no such tag"),
        (
            {"waiting": {"reason": "ImagePullBackOff"}},
            [("Failed", "unauthorized", "2"), ("FailedMount", 'secret "x" not found', "1")],
            'ImagePullBackOff; FailedMount: secret "x" not found; Failed: unauthorized',
        ),
        ({"terminated": {"reason": "Error", "exitCode": 1}}, [], "Error"),
    ],
    ids=["image", "events", "ended"],
)
def test_a_pod_that_does_not_start_is_told_in_its_own_words(
    cluster: MadeUp, state: dict[str, Any], events: list[tuple[str, str, str]], words: str
) -> None:
    cluster.answer("pod", {"status": {"containerStatuses": [{"name": "shell", "state": state}]}})
    items = [{"reason": r, "message": m, "metadata": {"creationTimestamp": t}} for r, m, t in events]
    cluster.answer("events", {"items": items})
    ran = cluster.run("shell", COMMAND="true")
    assert ran.err.splitlines()[-1] == f"make shell: the pod of the shell does not start: {words}"
    assert ran.code == 1
    assert cluster.calls()[-1].startswith("delete pod temporal-shell-")


def test_no_terminal(cluster: MadeUp) -> None:
    ran = cluster.run("shell")
    assert ran.err == (
        "make shell: there is no terminal for a shell. Without one, say what to run: "
        "make shell COMMAND='temporal operator cluster health'\n"
    )
    assert (ran.code, cluster.calls()) == (1, [])


def test_not_deployed(checkout: Checkout) -> None:
    ran = checkout.run("shell", STACK="small", COMMAND="true")
    assert ran.err == "make shell: stack small is not deployed from this checkout. Run first: make up STACK=small\n"
    assert ran.code == 1


def test_unknown_namespace(cluster: MadeUp) -> None:
    ran = cluster.run("shell", COMMAND="true", NAMESPACE="payments")
    assert ran.err == (
        "make shell: stack small has no Temporal namespace 'payments'. Choose one: NAMESPACE=default|orders\n"
    )
    assert cluster.calls() == []


def test_nothing_tells_the_image(cluster: MadeUp) -> None:
    cluster.answer("jobs", {"items": []})
    ran = cluster.run("shell", COMMAND="true")
    assert ran.err == (
        "make shell: no job of Kubernetes namespace small tells which admin-tools image the stack uses: "
        "they were removed by hand. `make up` makes them again.\n"
    )


def test_what_kubernetes_refuses_is_told(cluster: MadeUp) -> None:
    cluster.fails("create", 'Error from server (Forbidden): pods is forbidden: User "ada" cannot create\n')
    ran = cluster.run("shell", COMMAND="true")
    assert ran.err.splitlines()[-1] == (
        'make shell: kubectl create: Error from server (Forbidden): pods is forbidden: User "ada" cannot create'
    )
    assert ran.code == 1


def test_a_pod_that_cannot_be_removed_is_named(cluster: MadeUp) -> None:
    cluster.fails("delete", "the connection was lost\n")
    ran = cluster.run("shell", COMMAND="exit 3")
    name = cluster.created()["metadata"]["name"]
    assert ran.code == 3
    assert ran.err.splitlines()[-1].partition("] ")[2] == (
        f"pod {name} is left behind: kubectl delete: the connection was lost. Remove it with "
        f"`kubectl delete pod {name}`; Kubernetes ends it after 8 hours."
    )


def test_a_stack_without_a_namespace_of_the_default_name(cluster: MadeUp) -> None:
    state = cluster.checkout.folder("small") / "backend/.pulumi/stacks/temporal/small.json"
    state.write_text(state.read_text().replace('"default"', '"payments"'))
    assert cluster.run("shell", COMMAND="true").code == 0
    environment = {each["name"]: each["value"] for each in cluster.created()["spec"]["containers"][0]["env"]}
    assert environment["TEMPORAL_NAMESPACE"] == "payments"
