"""How a program of a stack's own monitoring is asked whether it is well: by a command inside its container, which has
the certificate that it wants to be shown."""

from typing import Final

import pulumi_kubernetes as k8s

from components.monitoring.own import places

OWN_CLIENT: Final = f"--http.config.file={places.CONFIG}/client.yml"


def command(*words: str) -> k8s.core.v1.ExecActionArgs:
    """These words, in the container."""
    return k8s.core.v1.ExecActionArgs(command=list(words))


def own_url(called: str) -> str:
    """Where the program that is `called` so answers, seen from inside its container."""
    return f"https://localhost:{places.PORTS[called]}"


def prometheus_is_ready(called: str) -> k8s.core.v1.ExecActionArgs:
    """For a Prometheus, whether it keeps what it reads or sends it on."""
    return command("promtool", "check", "ready", OWN_CLIENT, f"--url={own_url(called)}")
