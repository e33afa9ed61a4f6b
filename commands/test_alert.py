"""`make test-alert`: an alert that says it is one, so that a person sees whether messages arrive.

It goes to Alertmanager, by the amtool of its own container: past Prometheus, through every route.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from commands import kubectl, session, stackfile
from commands.environment import choice
from commands.errors import CommandError
from commands.kubectl import Kubectl
from commands.stackfile import Stack
from embedded.progress import Progress
from settings.monitoring.amazon import Amazon
from settings.monitoring.bundled import Bundled
from settings.monitoring.models import Nobody
from settings.monitoring.notifications import Notifications

ALERT: Final = "TemporalTestAlert"
_SEVERITIES: Final = ("critical", "warning")
_LASTS: Final = timedelta(minutes=5)
_OF_OPERATOR: Final = "app.kubernetes.io/name=alertmanager,app.kubernetes.io/managed-by=prometheus-operator"


def main() -> int:
    """Sends one alert of SEVERITY (default: critical) to the Alertmanager of STACK; it ends by itself in five minutes.

    Raises:
        CommandError: the stack tells nobody of such alerts, or no Alertmanager takes it.
    """
    severity = choice("SEVERITY", _SEVERITIES, _SEVERITIES[0])
    progress = Progress()
    stack = session.deployed(stackfile.resolve())
    said = stackfile.check(stack).monitoring
    if isinstance(said, Nobody) or said.notifications is None:
        raise CommandError(
            f"stack {stack.name} tells nobody of alerts: {stack.source.name} has no temporal:monitoring.notifications."
        )
    if isinstance(said, Amazon):
        raise CommandError(
            f"stack {stack.name} has its Alertmanager in AWS, which this command does not reach. To see whether "
            "messages of a topic arrive: aws sns publish --topic-arn … --message test (docs/monitoring.md#amazon)."
        )
    kinds = _told(said.notifications, severity)
    if not kinds:
        raise CommandError(
            f"stack {stack.name} tells nobody of {severity} alerts: no route of temporal:monitoring.notifications has "
            f"that severity."
        )
    tool = kubectl.of(stack, progress)
    pods = _bundled(stack) if isinstance(said, Bundled) else _operated(tool)
    for place in pods:
        tool.ask("exec", *place, *_alert(stack, severity))
    progress.say(
        f"{ALERT} ({severity}) is with Alertmanager. Who must be told of it: {', '.join(kinds)}; within "
        f"{said.notifications.group_wait}, and again within some minutes that it is over. Nothing there? Look at what "
        "Alertmanager says of its receivers (docs/monitoring.md#routes)."
    )
    return 0


def _told(notifications: Notifications, severity: str) -> list[str]:
    """The kinds of the routes that such an alert goes by."""
    return [route.kind for route in notifications.routes if severity in route.severities]


def _bundled(stack: Stack) -> list[Sequence[str]]:
    """What leads to amtool in the stack's own Alertmanager, which wants to see a certificate."""
    client = ["--http.config.file=/etc/temporal/monitoring/client.yml", "--alertmanager.url=https://localhost:9093"]
    return [["--namespace", stack.installation, "temporal-alertmanager-0", "--", "amtool", *client]]


def _operated(tool: Kubectl) -> list[Sequence[str]]:
    """The same of every Alertmanager that a Prometheus Operator runs: one of them has the stack's routes."""
    found = tool.read("pods", "--all-namespaces", "--selector", _OF_OPERATOR)["items"]
    if not found:
        raise CommandError(
            "no Alertmanager of a Prometheus Operator is in the cluster: no pod has the labels "
            f"{_OF_OPERATOR}. Its chart makes one, unless alertmanager.enabled is false."
        )
    return [
        [
            *("--namespace", pod["metadata"]["namespace"], "--container", "alertmanager", pod["metadata"]["name"]),
            *("--", "amtool", "--alertmanager.url=http://localhost:9093"),
        ]
        for pod in found
    ]


def _alert(stack: Stack, severity: str) -> list[str]:
    """With the labels that routes go by: an AlertmanagerConfig takes those of its own Kubernetes namespace."""
    end = (datetime.now(UTC) + _LASTS).isoformat(timespec="seconds")
    labels = {
        "alertname": ALERT,
        "severity": severity,
        "component": "temporal",
        "installation": stack.installation,
        "namespace": stack.installation,
    }
    annotations = {
        "summary": "This is a test: nothing is wrong.",
        "description": "Somebody ran make test-alert to see whether this message arrives.",
        "runbook_url": "docs/monitoring.md",
    }
    return [
        *("alert", "add", f"--end={end}"),
        *(f"--annotation={name}={value}" for name, value in annotations.items()),
        *(f"{name}={value}" for name, value in labels.items()),
    ]
