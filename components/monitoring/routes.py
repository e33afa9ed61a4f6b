"""Who is told of alerts, as an operator's AlertmanagerConfig says it, and the names that Alertmanager's own file
(`bundled/alertmanager_configuration.py`) has in common with it.

Source: prometheus.io/docs/alerting/latest/configuration; prometheus-operator.dev, API reference of AlertmanagerConfig.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.monitoring.messages import SUBJECT, TEXT
from settings.aws_scalars import arn
from settings.monitoring.notifications import (
    AnyRoute,
    Email,
    Notifications,
    PagerDuty,
    Slack,
    Sns,
    Webhook,
    named_topic,
)
from settings.references import SecretKey

NOBODY: Final = "nobody"
DEAD_MAN: Final = "dead-man"
WATCHDOG: Final = "Watchdog"
GROUPED_BY: Final = ("alertname", "installation", "temporal_namespace")
IMPLYING: Final = "Temporal(Frontend|History|Matching)Down|TemporalPersistenceErrorRatioHigh"
"""While one of these fires, what it makes of everything else is not told as well."""
DEAD_MAN_SECONDS: Final = 300
TLS_FROM_THE_START: Final = 465
"""The port at which a mail server speaks TLS without being asked to (RFC 8314)."""


def receiver_name(index: int, route: AnyRoute) -> str:
    """By which it is known to Alertmanager and in its metrics."""
    return f"{route.kind}-{index}"


def severities(route: AnyRoute) -> str:
    """As a regular expression."""
    return "|".join(dict.fromkeys(route.severities))


def alertmanager_config(said: Notifications, installation: str) -> dict[str, Any]:
    """The spec of an AlertmanagerConfig in the installation's namespace, where its Secrets are."""
    receivers = [
        {"name": NOBODY},
        *({"name": receiver_name(index, route), **_receiver(route)} for index, route in enumerate(said.routes)),
    ]
    routes: list[dict[str, Any]] = [
        {
            "receiver": receiver_name(index, route),
            "matchers": [_matcher("severity", "=~", severities(route))],
            "continue": True,
        }
        for index, route in enumerate(said.routes)
    ]
    if said.dead_man:
        receivers.append(
            {"name": DEAD_MAN, "webhookConfigs": [{"urlSecret": _key(said.dead_man), "sendResolved": False}]}
        )
        watchdog: dict[str, Any] = {
            "receiver": DEAD_MAN,
            "matchers": [_matcher("alertname", "=", WATCHDOG)],
            "groupWait": "0s",
            "groupInterval": "1m",
            "repeatInterval": f"{DEAD_MAN_SECONDS}s",
        }
        routes.insert(0, watchdog)
    return {
        "route": {
            "receiver": NOBODY,
            "groupBy": [*GROUPED_BY],
            "groupWait": said.group_wait,
            "groupInterval": said.group_interval,
            "repeatInterval": said.repeat_interval,
            "matchers": [_matcher("component", "=", "temporal"), _matcher("installation", "=", installation)],
            "routes": routes,
        },
        "inhibitRules": [
            {
                "sourceMatch": [_matcher("severity", "=", "critical")],
                "targetMatch": [_matcher("severity", "=~", "warning|info")],
                "equal": [*GROUPED_BY],
            },
            {
                "sourceMatch": [_matcher("alertname", "=~", IMPLYING)],
                "targetMatch": [_matcher("component", "=", "temporal"), _matcher("severity", "=~", "warning|info")],
                "equal": ["installation"],
            },
        ],
        "receivers": receivers,
    }


def _receiver(route: AnyRoute) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    if isinstance(route, Slack):
        channel = {"channel": route.channel} if route.channel else {}
        slack = {"apiURL": _key(route.webhook), **channel, "sendResolved": True, "title": SUBJECT, "text": TEXT}
        return {"slackConfigs": [slack]}
    if isinstance(route, Email):
        login = (
            {"authUsername": route.login.username, "authPassword": _key(route.login.password)} if route.login else {}
        )
        mail = {
            "to": ", ".join(route.to),
            "from": route.sender,
            "smarthost": f"{route.host}:{route.port}",
            **login,
            "requireTLS": route.port != TLS_FROM_THE_START,
            **({"tlsConfig": {"ca": {"secret": _key(route.ca)}}} if route.ca else {}),
            "sendResolved": True,
            "headers": [{"key": "Subject", "value": SUBJECT}],
        }
        return {"emailConfigs": [mail]}
    if isinstance(route, PagerDuty):
        return {
            "pagerdutyConfigs": [{"routingKey": _key(route.routing_key), "sendResolved": True, "description": SUBJECT}]
        }
    if isinstance(route, Sns):
        topic = named_topic(route)
        told = {"sigv4": {"region": arn(topic).region}, "topicARN": topic, "sendResolved": True}
        return {"snsConfigs": [{**told, "subject": SUBJECT, "message": TEXT}]}
    return {"webhookConfigs": [_webhook(route)]}


def _webhook(route: Webhook) -> Mapping[str, Any]:
    token = route.bearer_token
    authorization = {"httpConfig": {"authorization": {"credentials": _key(token)}}} if token else {}
    return {"urlSecret": _key(route.url), "sendResolved": True, **authorization}


def _matcher(name: str, operation: str, value: str) -> dict[str, str]:
    return {"name": name, "matchType": operation, "value": value}


def _key(reference: SecretKey) -> dict[str, str]:
    return {"name": reference.secret, "key": reference.key}
