"""What an Alertmanager does with alerts, whoever runs it (prometheus.io/docs/alerting/latest/configuration)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.monitoring import routes
from components.monitoring.messages import SUBJECT, TEXT
from settings.aws_scalars import arn
from settings.monitoring.notifications import Notifications


def content(said: Notifications | None, receivers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Its file. `receivers` are those of the routes; with nobody to tell, alerts are only kept."""
    route: dict[str, Any] = {"receiver": routes.NOBODY}
    if said:
        route |= {
            "group_by": [*routes.GROUPED_BY],
            "group_wait": said.group_wait,
            "group_interval": said.group_interval,
            "repeat_interval": said.repeat_interval,
            "routes": [*_routes(said)],
        }
    return {
        "route": route,
        "inhibit_rules": _inhibitions(),
        "receivers": [{"name": routes.NOBODY}, *receivers],
    }


def sns_receiver(topic: str) -> dict[str, Any]:
    """What tells the topic with this ARN."""
    said = {
        "sigv4": {"region": arn(topic).region},
        "topic_arn": topic,
        "send_resolved": True,
        "subject": SUBJECT,
        "message": TEXT,
    }
    return {"sns_configs": [said]}


def _routes(said: Notifications) -> Iterator[dict[str, Any]]:
    if said.dead_man:
        yield {
            "receiver": routes.DEAD_MAN,
            "matchers": [f'alertname = "{routes.WATCHDOG}"'],
            "group_wait": "0s",
            "group_interval": "1m",
            "repeat_interval": f"{routes.DEAD_MAN_SECONDS}s",
        }
    for index, route in enumerate(said.routes):
        yield {
            "receiver": routes.receiver_name(index, route),
            "matchers": [f'severity =~ "{routes.severities(route)}"'],
            "continue": True,
        }


def _inhibitions() -> list[dict[str, Any]]:
    return [
        {
            "source_matchers": ['severity = "critical"'],
            "target_matchers": ['severity =~ "warning|info"'],
            "equal": [*routes.GROUPED_BY],
        },
        {
            "source_matchers": [f'alertname =~ "{routes.IMPLYING}"'],
            "target_matchers": ['severity =~ "warning|info"'],
            "equal": ["installation"],
        },
    ]
