"""The definition of a workspace's Alertmanager: Alertmanager's own file in a wrapper.

Source: AMP User Guide, "Create an alert manager configuration", "Configure alert manager to send messages to your
Amazon SNS topic" (which wants a region, and allows neither `api_url` nor `http_config`).
"""

from collections.abc import Iterator
from textwrap import indent
from typing import Any, Final

from components.monitoring import routes
from components.monitoring.own.alertmanager import content, sns_receiver
from components.monitoring.own.text import as_yaml
from settings.monitoring.notifications import Notifications, Sns

_WRAPPER: Final = "alertmanager_config"


def definition(said: Notifications | None, own_topic: str) -> str:
    """`own_topic` is the ARN of the topic for the route that names none."""
    text = as_yaml(content(said, [*_receivers(said, own_topic)] if said else []))
    return f"{_WRAPPER}: |\n{indent(text, '  ')}"


def _receivers(said: Notifications, own_topic: str) -> Iterator[dict[str, Any]]:
    for index, route in enumerate(said.routes):
        if not isinstance(route, Sns):
            raise TypeError(f"Amazon's Alertmanager knows no {route.kind}: settings refuse it")
        yield {"name": routes.receiver_name(index, route), **sns_receiver(route.topic or own_topic)}
