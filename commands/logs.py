"""`make logs`: what the pods of one part of a stack say, each line after its pod's name."""

import re
import subprocess
import sys
from typing import Any

from commands import kubectl, session, stackfile
from commands.environment import choice, switch, variable
from commands.errors import CommandError
from commands.kubectl import Kubectl
from commands.stackfile import Stack
from embedded.progress import Progress

_SERVER = ("frontend", "internal-frontend", "history", "matching", "worker")
_JOBS = "jobs"
_EXPORTERS = ("postgres-exporter", "elasticsearch-exporter")
_MONITORING = ("prometheus", "alertmanager", "grafana", "agent", *_EXPORTERS)
_PARTS = (*_SERVER, "ui", "postgres", "opensearch", "archive", *_MONITORING, _JOBS)
_SINCE = re.compile(r"[1-9][0-9]{0,5}[smh]")
_DEFAULT_SINCE = "10m"


def main() -> int:
    """Prints the logs of SERVICE (default: the server's services) since SINCE; with FOLLOW=1 goes on until Ctrl-C."""
    part = choice("SERVICE", _PARTS, "") if variable("SERVICE") else None
    since, follow = _since(part), switch("FOLLOW")
    progress = Progress()
    stack = session.deployed(stackfile.resolve())
    tool = kubectl.of(stack, progress)
    selector = _selector(part, stack)
    pods = sorted(tool.read("pods", "--selector", selector)["items"], key=_name)
    if not pods:
        raise CommandError(
            f"stack {stack.name} has no pod of {part or 'the server'} in Kubernetes namespace {stack.installation}. "
            f"What is there: kubectl get pods --namespace {stack.installation}"
        )
    options = ["--prefix", "--all-containers", *([f"--since={since}"] if since else [])]
    if follow:
        for pod in pods:
            _tell_previous(tool, pod, options)
        return _follow(tool, selector, len(pods), options)
    return min(_tell(tool, pod, options) for pod in pods)  # one that could be read is enough


def _since(part: str | None) -> str | None:
    """SINCE; left out, ten minutes, but everything of jobs, which ran when they were deployed."""
    since = variable("SINCE")
    if since is None:
        return None if part == _JOBS else _DEFAULT_SINCE
    if not _SINCE.fullmatch(since):
        raise CommandError(f"SINCE={since}: a whole number with s, m or h is wanted, such as 30s, 10m or 2h.")
    return since


def _selector(part: str | None, stack: Stack) -> str:
    names = ", ".join(f"temporal-{name}" for name in (_SERVER if part is None else (part,)))
    which = "batch.kubernetes.io/job-name" if part == _JOBS else f"app.kubernetes.io/name in ({names})"
    return f"{which},app.kubernetes.io/instance={stack.installation}"


def _tell(tool: Kubectl, pod: dict[str, Any], options: list[str]) -> int:
    _tell_previous(tool, pod, options)
    return _call(tool, [_name(pod), *options])


def _tell_previous(tool: Kubectl, pod: dict[str, Any], options: list[str]) -> None:
    """What a container that restarted said before, between two lines that say so."""
    for status in pod["status"].get("containerStatuses", []):
        if status["restartCount"] == 0:
            continue
        ended = status.get("lastState", {}).get("terminated", {})
        why = f"{ended.get('reason', 'an unknown reason')}, exit code {ended.get('exitCode', 'unknown')}"
        where = f"pod {_name(pod)}, container {status['name']}"
        print(f"--- {where}, restarted {status['restartCount']} times, last after {why}. Before that:", flush=True)
        others = [option for option in options if option != "--all-containers"]
        _write(_said(tool, [_name(pod), "--container", status["name"], "--previous", *others]))
        print(f"--- {where}, until here", flush=True)


def _follow(tool: Kubectl, selector: str, pods: int, options: list[str]) -> int:
    """All at once, as it comes. Pods that start later are not followed; the end of all pods is the end."""
    limit = f"--max-log-requests={max(5, 4 * pods)}"
    try:
        return _call(tool, ["--selector", selector, "--follow", "--ignore-errors", limit, *options])
    except KeyboardInterrupt:
        return 0


def _call(tool: Kubectl, arguments: list[str]) -> int:
    """kubectl writes to our own streams. A pod that has no log yet is its complaint there, and no reason to stop."""
    return subprocess.run(tool.command("logs", *arguments), env=dict(tool.environment), check=False).returncode


def _said(tool: Kubectl, arguments: list[str]) -> bytes:
    command = tool.command("logs", *arguments)
    return subprocess.run(command, env=dict(tool.environment), stdout=subprocess.PIPE, check=False).stdout


def _write(said: bytes) -> None:
    """Whoever was killed may have been in the middle of a line."""
    sys.stdout.buffer.write(said if said.endswith(b"\n") or not said else said + b"\n")
    sys.stdout.flush()


def _name(pod: dict[str, Any]) -> str:
    return str(pod["metadata"]["name"])
