"""`make shell`: a shell inside the cluster in which `temporal` and `tdbg` work at once.

It runs in a pod of the admin-tools image that is made for the session and removed at its end, also after Ctrl-C or a
lost terminal; Kubernetes ends one that was left behind after eight hours.
"""

import json
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from commands import env, kubectl, outputs, session, stackfile
from commands.environment import variable
from commands.errors import CommandError
from commands.kubectl import Kubectl
from commands.stackfile import Stack
from embedded.progress import Progress

_LONGEST_SECONDS = 8 * 3600
_START_SECONDS = 300.0
_POLL_SECONDS = 0.5
_COMPONENT = "temporal-shell"
_IMAGE = "/admin-tools:"
_CLIENT = "/etc/temporal/client"
_HOME = "/tmp"  # noqa: S108 - the pod's own
_HOPELESS = (
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
)
"""What a container waits for in vain."""
_AS_JOBS = ("securityContext", "imagePullSecrets", "affinity", "nodeSelector", "priorityClassName", "tolerations")
"""What the pod takes over from the jobs' pods: that they ran shows that such a pod can."""


def main() -> int:
    """Opens a shell, or runs COMMAND with this process's standard input and gives its exit code."""
    command = variable("COMMAND")
    if command is None and not sys.stdin.isatty():
        raise CommandError(
            "there is no terminal for a shell. Without one, say what to run: "
            "make shell COMMAND='temporal operator cluster health'"
        )
    progress = Progress()
    stack = session.deployed(stackfile.resolve())
    found = outputs.read(stack, progress)
    if found.get("backend") == "cloud":
        raise CommandError(
            f"stack {stack.name} uses Temporal Cloud: nothing of Temporal runs in its cluster. Use the command here: "
            'eval "$(make -s env)", then temporal workflow list'
        )
    environment = _environment(found, _namespace(found["namespaces"], stack), stack)
    tool = kubectl.of(stack, progress)
    signal.signal(signal.SIGHUP, _hung_up)
    pod = _manifest(_job_pod(tool, stack), found["client"]["name"], environment, stack)
    with _running(tool, pod, progress) as name:
        if command is None:
            progress.say(f"a shell in pod {stack.installation}/{name}, until `exit`; try: temporal workflow list")
            return _attached(tool, ["--stdin", "--tty", name, "--", "sh"])
        return _attached(tool, ["--stdin", name, "--", "sh", "-c", command])


def _namespace(known: Sequence[str], stack: Stack) -> str:
    """NAMESPACE; left out, `default`, or the first one where the stack has no namespace of that name."""
    if variable("NAMESPACE") is None and env.DEFAULT_NAMESPACE not in known:
        return known[0] if known else env.DEFAULT_NAMESPACE
    return env.chosen_namespace([*known], stack)


def _environment(found: Mapping[str, Any], namespace: str, stack: Stack) -> dict[str, str]:
    """What `temporal` reads, and the same in the names that `tdbg` has for it (tools/tdbg/app.go of the server)."""
    certificate, key, authority = f"{_CLIENT}/tls.crt", f"{_CLIENT}/tls.key", f"{_CLIENT}/ca.crt"
    return {
        "TEMPORAL_ADDRESS": found["address"],
        "TEMPORAL_NAMESPACE": namespace,
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_CLIENT_CERT_PATH": certificate,
        "TEMPORAL_TLS_CLIENT_KEY_PATH": key,
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": authority,
        "TEMPORAL_TLS_SERVER_NAME": found["tlsServerName"],
        "TEMPORAL_CLI_ADDRESS": found["address"],
        "TEMPORAL_CLI_NAMESPACE": namespace,
        "TEMPORAL_CLI_TLS_CERT": certificate,
        "TEMPORAL_CLI_TLS_KEY": key,
        "TEMPORAL_CLI_TLS_CA": authority,
        "TEMPORAL_CLI_TLS_SERVER_NAME": found["tlsServerName"],
        "USER": "temporal",
        "HOME": _HOME,
        "PS1": f"{stack.name}/{namespace} $ ",
    }


def _job_pod(tool: Kubectl, stack: Stack) -> dict[str, Any]:
    """The pod of the newest job that runs the admin-tools image."""
    jobs = tool.read("jobs", "--selector", f"app.kubernetes.io/instance={stack.installation}")["items"]
    fitting = [job for job in jobs if _IMAGE in job["spec"]["template"]["spec"]["containers"][0]["image"]]
    if not fitting:
        raise CommandError(
            f"no job of Kubernetes namespace {stack.installation} tells which admin-tools image the stack uses: "
            "they were removed by hand. `make up` makes them again."
        )
    newest = max(fitting, key=lambda job: str(job["metadata"]["creationTimestamp"]))
    spec: dict[str, Any] = newest["spec"]["template"]["spec"]
    return spec


def _manifest(
    job: Mapping[str, Any], client_secret: str, environment: Mapping[str, str], stack: Stack
) -> dict[str, Any]:
    """A pod that sleeps until it is removed; shells are started in it."""
    container = job["containers"][0]
    labels = {
        "app.kubernetes.io/name": _COMPONENT,
        "app.kubernetes.io/instance": stack.installation,
        "app.kubernetes.io/part-of": "temporal",
        "app.kubernetes.io/managed-by": "make",
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{_COMPONENT}-{secrets.token_hex(4)}", "labels": labels},
        "spec": {
            **{key: job[key] for key in _AS_JOBS if key in job},
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": _LONGEST_SECONDS,
            "containers": [
                {
                    "name": "shell",
                    "image": container["image"],
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["sh", "-c", f"trap exit TERM; sleep {_LONGEST_SECONDS} & wait"],
                    "workingDir": _HOME,
                    "env": [{"name": name, "value": value} for name, value in environment.items()],
                    "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "512Mi"}},
                    "securityContext": container["securityContext"],
                    "volumeMounts": [
                        {"name": "client", "mountPath": _CLIENT, "readOnly": True},
                        {"name": "home", "mountPath": _HOME},
                    ],
                }
            ],
            "volumes": [
                {"name": "client", "secret": {"secretName": client_secret, "defaultMode": 0o440}},
                {"name": "home", "emptyDir": {}},
            ],
        },
    }


@contextmanager
def _running(tool: Kubectl, pod: Mapping[str, Any], progress: Progress) -> Iterator[str]:
    """The pod's name while it runs; afterwards it is gone."""
    name = pod["metadata"]["name"]
    try:
        with progress.step(f"starting pod {name}"):
            tool.ask("create", "--filename", "-", given=json.dumps(pod))
            _wait(tool, name)
        yield name
    finally:
        with _undisturbed():
            _remove(tool, name, progress)


def _wait(tool: Kubectl, name: str) -> None:
    """Raises CommandError with the pod's own words when it does not start."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        status = tool.read("pod", name)["status"]
        state: dict[str, Any] = next((each["state"] for each in status.get("containerStatuses", [])), {})
        if "running" in state:
            return
        waiting = state.get("waiting", {})
        if waiting.get("reason") in _HOPELESS or "terminated" in state or time.monotonic() > deadline:
            raise CommandError(f"the pod of the shell does not start: {_words(tool, name, status)}")
        time.sleep(_POLL_SECONDS)


def _words(tool: Kubectl, name: str, status: Mapping[str, Any]) -> str:
    """What Kubernetes says of a pod that does not run: its containers, its scheduling, its events."""
    states = [each["state"] for each in status.get("containerStatuses", [])]
    told = [detail for state in states for detail in state.values()]
    scheduled = [each for each in status.get("conditions", []) if each["type"] == "PodScheduled"]
    told += [each for each in scheduled if each["status"] != "True"]
    events = tool.read("events", "--field-selector", f"involvedObject.name={name},type=Warning")["items"]
    told += sorted(events, key=lambda event: str(event["metadata"]["creationTimestamp"]))
    said = [": ".join(filter(None, [each.get("reason"), each.get("message")])) for each in told]
    return "; ".join(dict.fromkeys(filter(None, said))) or "nobody says why"


def _attached(tool: Kubectl, arguments: Sequence[str]) -> int:
    """The exit code of a command in the pod, which has this process's terminal and streams."""
    child: subprocess.Popen[bytes] | None = None
    try:
        with _postponed():  # a stop in the midst of it would leave a process that nobody knows
            child = subprocess.Popen(tool.command("exec", *arguments), env=dict(tool.environment))
        return child.wait()
    except KeyboardInterrupt:
        if child:
            child.terminate()  # not killed: it puts the terminal back in order
            child.wait()
        raise


def _remove(tool: Kubectl, name: str, progress: Progress) -> None:
    try:
        tool.ask("delete", "pod", name, "--ignore-not-found", "--now", "--wait=false")
    except CommandError as error:
        progress.say(
            f"pod {name} is left behind: {error}. Remove it with `kubectl delete pod {name}`; "
            f"Kubernetes ends it after {_LONGEST_SECONDS // 3600} hours."
        )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """While open, nobody's Ctrl-C, end or hangup reaches this process."""
    with _handled(signal.SIG_IGN):
        yield


@contextmanager
def _postponed() -> Iterator[None]:
    """While open, Ctrl-C, end and hangup are only noted; one that came raises KeyboardInterrupt at the end."""
    came: list[int] = []
    with _handled(lambda number, _frame: came.append(number)):
        yield
    if came:
        raise KeyboardInterrupt


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """While open, that is done on Ctrl-C, end and hangup."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, usual in previous.items():
            signal.signal(number, usual)


def _hung_up(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
